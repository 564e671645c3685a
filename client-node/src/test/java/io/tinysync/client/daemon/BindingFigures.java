package io.tinysync.client.daemon;

import io.tinysync.client.devfuse.DeviceMount;
import io.tinysync.client.drive.StoredDrive;
import io.tinysync.client.fuse.JnrMount;
import io.tinysync.client.mount.Binding;
import io.tinysync.client.mount.Mount;
import io.tinysync.client.mount.MountOptions;
import io.tinysync.client.mount.Owner;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures both bindings side by side, in turns, on drives of their own with SQLite and a disk below. Not a test: run by hand, on a
 * quiet machine. Prints the median of each and their ratio.
 *
 * <p>{@code java -cp <test class path> io.tinysync.client.daemon.BindingFigures DIRECTORY}
 */
final class BindingFigures {

    private static final int ROUNDS = 9;
    private static final int FILES = 200;
    private static final int BIG_BYTES = 32 << 20;
    private static final int NANOS_PER_MICRO = 1000;

    private BindingFigures() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]).toAbsolutePath();
        if (arguments.length > 1) {
            measure(directory.resolve("dev-fuse"), directory.resolve("jnr-fuse"));
            return;
        }
        try (StoredDrive first = drive(directory, "dev");
                StoredDrive second = drive(directory, "jnr")) {
            Mount device = mount(DeviceMount::mount, first, directory.resolve("dev-fuse"));
            Mount jnr = mount(JnrMount::mount, second, directory.resolve("jnr-fuse"));
            new ProcessBuilder(
                            ProcessHandle.current().info().command().orElseThrow(),
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path"),
                            BindingFigures.class.getName(),
                            directory.toString(),
                            "measure")
                    .inheritIO()
                    .start()
                    .waitFor();
            device.unmount();
            jnr.unmount();
        }
    }

    private static StoredDrive drive(Path directory, String name) throws IOException {
        Owner owner = Owner.ofProcess();
        return new StoredDrive(Files.createDirectories(directory.resolve(name)), owner.uid(), owner.gid());
    }

    private static Mount mount(Binding binding, StoredDrive drive, Path mountPoint) throws Exception {
        Files.createDirectories(mountPoint);
        return binding.mount(drive.drive(), mountPoint, Owner.ofProcess(), MountOptions.forUser());
    }

    /** One thing that is measured; returns ns for one operation, or for a MB. */
    private interface Measure {
        double run(Path folder) throws IOException;
    }

    private static void measure(Path device, Path jnr) throws IOException {
        Map<String, List<Double>> figures = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            List<Path> order = round % 2 == 0 ? List.of(device, jnr) : List.of(jnr, device);
            for (Path mount : order) {
                Path folder = Files.createDirectory(mount.resolve("round" + round));
                for (Map.Entry<String, Measure> measure : measures().entrySet()) {
                    double figure = measure.getValue().run(folder);
                    figures.computeIfAbsent(
                                    measure.getKey() + (mount.equals(device) ? "/dev" : "/jnr"), _ -> new ArrayList<>())
                            .add(figure);
                }
            }
        }
        System.out.printf("%-34s %12s %12s %8s%n", "µs (µs per MB for bytes)", "dev-fuse", "jnr-fuse", "jnr/dev");
        for (String name : measures().keySet()) {
            double dev = median(figures.getOrDefault(name + "/dev", List.of()));
            double other = median(figures.getOrDefault(name + "/jnr", List.of()));
            System.out.printf(Locale.ROOT, "%-34s %12.1f %12.1f %8.2f%n", name, dev, other, other / dev);
        }
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2) / NANOS_PER_MICRO;
    }

    private static Map<String, Measure> measures() {
        Map<String, Measure> measures = new LinkedHashMap<>();
        byte[] small = new byte[1024];
        byte[] big = new byte[1 << 20];
        measures.put("create + write 1 KiB + close", folder -> each(i -> Files.write(folder.resolve("f" + i), small)));
        measures.put("list + stat of the folder, an entry", folder -> each(1, _ -> listAndStat(folder)) / FILES);
        measures.put("stat cached", folder -> each(i -> Files.size(folder.resolve("f" + i))));
        measures.put("stat of a missing name", folder -> each(i -> Files.exists(folder.resolve("none" + i % 10))));
        measures.put("open + read 1 KiB + close", folder -> each(i -> Files.readAllBytes(folder.resolve("f" + i))));
        measures.put(
                "rename",
                folder -> each(i ->
                        Files.move(folder.resolve("f" + i), folder.resolve("g" + i), StandardCopyOption.ATOMIC_MOVE)));
        measures.put("unlink", folder -> each(i -> Files.deleteIfExists(folder.resolve("g" + i))));
        measures.put("write, blocks of 1 MiB", folder -> write(folder.resolve("big"), big));
        measures.put("write, blocks of 16 KiB", folder -> write(folder.resolve("big16"), new byte[16 << 10]));
        measures.put("read, first", folder -> read(folder.resolve("big"), big));
        measures.put("read, again", folder -> read(folder.resolve("big"), big));
        measures.put("read, third", folder -> read(folder.resolve("big"), big));
        return measures;
    }

    private interface Step {
        Object run(int number) throws IOException;
    }

    private static double each(Step step) throws IOException {
        return each(FILES, step);
    }

    private static double each(int count, Step step) throws IOException {
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            var _ = step.run(i);
        }
        return (double) (System.nanoTime() - start) / count;
    }

    private static long listAndStat(Path folder) throws IOException {
        long bytes = 0;
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    private static double write(Path file, byte[] block) throws IOException {
        long start = System.nanoTime();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(block.length);
            for (int done = 0; done < BIG_BYTES; done += block.length) {
                var _ = channel.write(buffer.clear());
            }
        }
        return perMegabyte(start);
    }

    private static double read(Path file, byte[] buffer) throws IOException {
        long start = System.nanoTime();
        try (InputStream in = Files.newInputStream(file)) {
            while (in.read(buffer) > 0) {
                // Only the time counts.
            }
        }
        return perMegabyte(start);
    }

    private static double perMegabyte(long start) {
        return (double) (System.nanoTime() - start) / (BIG_BYTES >> 20);
    }
}
