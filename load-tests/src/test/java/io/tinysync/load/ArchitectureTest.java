package io.tinysync.load;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Imports between the modules run one way, over all of them at once; the engine's own rules are in its tests. */
final class ArchitectureTest {
    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("io.tinysync");

    @Test
    void the_engine_knows_neither_node() {
        noClasses()
                .that()
                .resideInAPackage("io.tinysync.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.tinysync.server..", "io.tinysync.client..")
                .check(PRODUCT);
    }

    @Test
    void the_server_knows_no_client_no_drive_and_no_device() {
        noClasses()
                .that()
                .resideInAPackage("io.tinysync.server..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.tinysync.client..", "io.tinysync.engine.device..", "jnr..", "ru.serce..", "org.sqlite..")
                .allowEmptyShould(true)
                .check(PRODUCT);
    }

    @Test
    void the_client_knows_no_server_no_vault_and_no_persistence() {
        noClasses()
                .that()
                .resideInAPackage("io.tinysync.client..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.tinysync.server..",
                        "io.tinysync.engine.vault..",
                        "org.apache.pekko.persistence..",
                        "org.postgresql..",
                        "slick..")
                .allowEmptyShould(true)
                .check(PRODUCT);
    }

    @Test
    void no_package_depends_on_itself_through_others() {
        slices().matching("io.tinysync.(**)").should().beFreeOfCycles().check(PRODUCT);
    }
}
