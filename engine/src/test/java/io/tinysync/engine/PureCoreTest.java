package io.tinysync.engine;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What decides anything is pure: values in, values and effects out, so that one seed can drive a whole world. */
final class PureCoreTest {
    private static final JavaClasses ENGINE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.tinysync.engine");

    private static final String[] PURE = {
        "io.tinysync.engine.tree..",
        "io.tinysync.engine.vault.core..",
        "io.tinysync.engine.protocol..",
        "io.tinysync.engine.device.core.."
    };

    /** Streams over memory and the exceptions of {@code java.io} decide nothing; these reach a disk. */
    private static final Set<String> FILES = Set.of(
            "java.io.File",
            "java.io.FileInputStream",
            "java.io.FileOutputStream",
            "java.io.FileReader",
            "java.io.FileWriter",
            "java.io.RandomAccessFile");

    private static final Set<String> CHANCE = Set.of("java.util.Random", "java.util.SplittableRandom");

    private static final Set<String> AMBIENT_CALLS = Set.of(
            "java.lang.Math.random",
            "java.lang.System.currentTimeMillis",
            "java.lang.System.nanoTime",
            "java.lang.System.getenv",
            "java.lang.System.getProperty",
            "java.util.UUID.randomUUID");

    @Test
    void the_pure_core_knows_no_actors_no_logs_and_no_databases() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("org.apache.pekko..", "org.slf4j..", "java.sql..", "javax.sql.."))
                .allowEmptyShould(true)
                .check(ENGINE);
    }

    @Test
    void the_pure_core_knows_no_files_no_network_and_no_threads() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "java.nio.file..", "java.nio.channels..", "java.net..", "java.util.concurrent..")
                        .or(named("reach a disk", FILES))
                        .or(describe("are threads", type -> type.isAssignableTo(Thread.class))))
                .allowEmptyShould(true)
                .check(ENGINE);
    }

    @Test
    void the_pure_core_knows_no_clock_and_no_chance() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat(named("are chance", CHANCE)
                        .or(resideInAnyPackage("java.util.random.."))
                        .or(describe("are clocks", type -> type.isAssignableTo(java.time.Clock.class)))
                        .or(describe(
                                "are secure chance", type -> type.isAssignableTo(java.security.SecureRandom.class))))
                .orShould()
                .accessTargetWhere(describe("asks the surroundings", PureCoreTest::asksTheSurroundings))
                .allowEmptyShould(true)
                .check(ENGINE);
    }

    private static final String S3_CLIENT = "io.tinysync.engine.blob.S3Bucket";

    @Test
    void the_engine_knows_no_http_no_sql_and_no_fuse() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.sql..", "javax.sql..", "slick..", "jnr..", "ru.serce.."))
                .check(ENGINE);
        // The S3 client's own interface is made of HTTP's types; one class speaks it.
        noClasses()
                .that(describe(
                        "are not the S3 client's", type -> !type.getFullName().startsWith(S3_CLIENT)))
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.apache.pekko.http.."))
                .check(ENGINE);
    }

    @Test
    void no_package_of_the_engine_depends_on_itself_through_others() {
        slices().matching("io.tinysync.(**)").should().beFreeOfCycles().check(ENGINE);
    }

    private static boolean asksTheSurroundings(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getFullName();
        return AMBIENT_CALLS.contains(owner + "." + access.getName())
                || (owner.startsWith("java.time.") && access.getName().equals("now"));
    }

    private static DescribedPredicate<JavaClass> named(String description, Set<String> names) {
        return describe(description, type -> names.contains(type.getFullName()));
    }
}
