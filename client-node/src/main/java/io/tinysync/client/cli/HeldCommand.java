package io.tinysync.client.cli;

import io.tinysync.client.control.ListedHeld;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tinysync held}: lists files that show recovered bytes, and settles them. */
@Command(
        name = "held",
        description = {
            "Lists held files: what was being written when TinySync or the machine stopped. It is shown at its path and not sent.",
            "A file is held no more once a program has written and closed it, or by 'held keep' or 'held drop'.",
        },
        subcommands = {HeldCommand.KeepCommand.class, HeldCommand.DropCommand.class})
final class HeldCommand implements Runnable {

    @Mixin
    private HeldCalls calls;

    @Parameters(
            arity = "0..1",
            paramLabel = "PATH",
            description = "A file or folder, relative to the drive (default: all of it).")
    private @Nullable String path;

    @Override
    public void run() {
        calls.print(path == null ? "" : path);
    }

    /** {@code tinysync held keep}. */
    @Command(
            name = "keep",
            description = "Takes what was recovered as the files' content, which is then sent like any other edit.")
    static final class KeepCommand implements Runnable {

        @Mixin
        private HeldCalls calls;

        @Parameters(arity = "1..*", paramLabel = "PATH", description = "Files, as they are listed.")
        private List<String> paths;

        @Override
        public void run() {
            calls.settle(paths, calls::keep);
        }
    }

    /** {@code tinysync held drop}. */
    @Command(
            name = "drop",
            description = {
                "Gives up what was recovered: the files show what was closed last before, and go if there was nothing.",
                "What is given up is gone.",
            })
    static final class DropCommand implements Runnable {

        @Mixin
        private HeldCalls calls;

        @Parameters(arity = "1..*", paramLabel = "PATH", description = "Files, as they are listed.")
        private List<String> paths;

        @Option(names = "--yes", description = "Do not ask; needed where there is no terminal.")
        private boolean yes;

        @Override
        public void run() {
            List<ListedHeld> found = calls.find(paths);
            if (yes || calls.confirmed(found)) {
                calls.settle(paths, calls::drop);
            }
        }
    }
}
