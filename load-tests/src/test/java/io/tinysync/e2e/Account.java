package io.tinysync.e2e;

import io.tinysync.engine.blob.S3Server;
import io.tinysync.load.Checkout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who runs the launcher, and with what environment.
 *
 * @param prefix what stands before the command line: nothing, or a program that gives up root's rights first
 * @param launcher the launcher of a build that this user can read
 * @param mountTable the {@code mountinfo} that shows what this user mounts
 */
public record Account(List<String> prefix, Map<String, String> environment, Path launcher, Path mountTable) {

    public Account {
        prefix = List.copyOf(prefix);
        environment = Map.copyOf(environment);
    }

    /**
     * The user of these tests. One compiler tier: processes that live for seconds or minutes end before a better one would pay.
     */
    public static Account own() {
        return new Account(
                List.of(),
                Map.of("TINYSYNC_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"),
                Checkout.root().resolve("tinysync"),
                Path.of("/proc/self/mountinfo"));
    }

    Account with(String name, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(name, value);
        return new Account(prefix, more, launcher, mountTable);
    }

    /** One whose programs hear Ctrl-C, also where the tests run in the background of a shell that has them ignore it. */
    Account heedingInterrupts() {
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.addAll(prefix);
        return new Account(command, environment, launcher, mountTable);
    }

    /** Appends flags of the JVM. */
    Account withJavaOptions(String flags) {
        return with("TINYSYNC_JAVA_OPTS", environment.getOrDefault("TINYSYNC_JAVA_OPTS", "") + " " + flags);
    }

    /** For a server: its blobs are in the bucket of the tests' S3 server, which it reaches at a port of this machine. */
    Account withBlobsInS3(int port) {
        return with("TINYSYNC_BLOB_STORE", "s3://" + S3Server.BUCKET)
                .with("TINYSYNC_S3_ENDPOINT", "http://127.0.0.1:" + port)
                .with("TINYSYNC_S3_ACCESS_KEY", S3Server.ACCESS_KEY)
                .with("TINYSYNC_S3_SECRET_KEY", S3Server.SECRET_KEY);
    }

    /** {@code ./tinysync} with arguments, as this account runs it. */
    List<String> tinysync(String... arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(launcher.toString());
        command.addAll(List.of(arguments));
        return command;
    }
}
