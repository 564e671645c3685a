package io.tinysync.e2e;

import io.tinysync.load.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** What this build made, with the libraries that it needs, in a folder of a test's own. */
final class CopiedBuild {

    private CopiedBuild() {}

    /** Copies everything that the launcher runs; returns the launcher. */
    static Path into(Path folder) throws IOException {
        Path root = Checkout.root();
        Files.createDirectories(folder);
        for (String module : List.of("engine", "client-node", "server-node")) {
            Path target = Files.createDirectories(folder.resolve(module).resolve("target"));
            try (var jars = Files.newDirectoryStream(root.resolve(module).resolve("target"), "*-SNAPSHOT.jar")) {
                for (Path jar : jars) {
                    Files.copy(jar, target.resolve(jar.getFileName()));
                }
            }
        }
        for (String module : List.of("client-node", "server-node")) {
            String classPath = Files.readString(root.resolve(module).resolve("target/classpath"));
            Files.writeString(folder.resolve(module).resolve("target/classpath"), libraries(classPath, root, folder));
        }
        Files.copy(root.resolve("jvm.flags"), folder.resolve("jvm.flags"));
        return Files.copy(root.resolve("tinysync"), folder.resolve("tinysync"), StandardCopyOption.COPY_ATTRIBUTES);
    }

    /** The class path with every library in the folder; the launcher itself adds the project's jars. */
    private static String libraries(String classPath, Path root, Path folder) throws IOException {
        Path libraries = Files.createDirectories(folder.resolve("libraries"));
        List<String> copies = new ArrayList<>();
        for (String entry : classPath.strip().split(":", -1)) {
            Path library = Path.of(entry);
            if (!library.startsWith(root)) {
                Path copy = libraries.resolve(library.getFileName());
                if (!Files.exists(copy)) {
                    Files.copy(library, copy);
                }
                copies.add(copy.toString());
            }
        }
        return String.join(":", copies);
    }
}
