package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import io.tinysync.client.control.ListedConflict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Settles one conflict by what any program can do on a drive: a rename over the file is an edit of it by someone who saw both, a
 * removal is a removal. So it is synced, refused and undone like everything else there.
 */
final class ConflictSettlement {

    private final ListedConflict conflict;
    private final Path copy;
    private final Path original;

    ConflictSettlement(ListedConflict conflict) {
        this.conflict = conflict;
        Path drive = Path.of(conflict.mountpoint());
        this.copy = drive.resolve(conflict.path());
        this.original = drive.resolve(conflict.original());
    }

    /** Each returns a sentence about what was done. */
    String keepCopy() {
        if (Files.isDirectory(original, LinkOption.NOFOLLOW_LINKS)) {
            throw new Refusal(conflict.original() + " is a folder now: --keep both gives the copy a name of its own");
        }
        try {
            Files.move(copy, original, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw Refusal.of("cannot put the copy in the place of " + original, e);
        }
        return conflict.original() + " has the content of " + conflict.device() + " now";
    }

    String keepOriginal() {
        if (!Files.exists(original, LinkOption.NOFOLLOW_LINKS)) {
            throw new Refusal(conflict.original()
                    + " is not there, and the copy is all there is: --keep both gives it a plain name");
        }
        try {
            Files.delete(copy);
        } catch (IOException e) {
            throw Refusal.of("cannot remove " + copy, e);
        }
        return conflict.original() + " stays as it is, the copy of " + conflict.device() + " is removed";
    }

    String keepBoth() {
        Path free = freeName();
        try {
            Files.move(copy, free);
        } catch (IOException e) {
            throw Refusal.of("cannot rename " + copy, e);
        }
        return "the copy is called " + free.getFileName() + " now";
    }

    /** The original's own name where it is free, else one that names the device. */
    private Path freeName() {
        if (!Files.exists(original, LinkOption.NOFOLLOW_LINKS)) {
            return original;
        }
        String name = String.valueOf(original.getFileName());
        int dot = name.lastIndexOf('.');
        String stem = dot > 0 ? name.substring(0, dot) : name;
        String extension = dot > 0 ? name.substring(dot) : "";
        String device = conflict.device().replace('/', '-');
        for (int number = 1; ; number++) {
            String mark = " (" + device + (number == 1 ? "" : " " + number) + ")";
            Path candidate = original.resolveSibling(stem + mark + extension);
            if (!Files.exists(candidate, LinkOption.NOFOLLOW_LINKS)) {
                return candidate;
            }
        }
    }

    /** Returns the folder's path; a desktop's file manager shows it too. */
    String openFolder() {
        Path folder = copy.resolveSibling("");
        boolean desktop = System.getenv("DISPLAY") != null || System.getenv("WAYLAND_DISPLAY") != null;
        if (desktop) {
            try {
                new ProcessBuilder("xdg-open", folder.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
            } catch (IOException e) {
                return folder + " (nothing here opens folders: " + e.getMessage() + ")";
            }
        }
        return folder.toString();
    }
}
