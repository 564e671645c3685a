package io.tinysync.load;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The folder that holds the launcher and all modules. */
public final class Checkout {
    private Checkout() {}

    /** Maven runs a module's tests in the module's folder; the checkout is the first above that has the flags. */
    public static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("jvm.flags"))) {
            folder = Objects.requireNonNull(folder.getParent(), "these tests run inside a checkout");
        }
        return folder;
    }
}
