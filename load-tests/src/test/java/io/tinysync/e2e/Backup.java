package io.tinysync.e2e;

import io.tinysync.load.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Takes and restores backups of a server by the very commands that {@code docs/backup.md} gives to operators. */
final class Backup {

    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final Path place;

    /** @param place the directory of all backups of one server */
    Backup(Path place) {
        this.place = place;
    }

    /** Backs up a server that runs; returns the new backup. */
    Path take(ServerProcess server) throws IOException {
        run("Take one", Map.of("DATA", server.data().toString()));
        return place.resolve("latest").toRealPath();
    }

    /** Puts the latest backup into a new data directory. */
    Path restore(Path target) throws IOException {
        run("Put it in place", Map.of("NEW", target.toString()));
        return target;
    }

    private void run(String section, Map<String, String> places) throws IOException {
        Map<String, String> environment = new HashMap<>(places);
        environment.put("BACKUP", place.toString());
        Program.run(List.of("sh", "-c", script(section)), environment, LIMIT).ok();
    }

    private static String script(String section) throws IOException {
        String page = Files.readString(Checkout.root().resolve("docs/backup.md"));
        String from = page.substring(page.indexOf("\n## " + section + "\n"));
        String block = from.substring(from.indexOf("\n```sh\n") + "\n```sh\n".length());
        return block.substring(0, block.indexOf("\n```\n") + 1);
    }
}
