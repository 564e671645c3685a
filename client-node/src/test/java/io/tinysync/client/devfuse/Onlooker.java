package io.tinysync.client.devfuse;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A program that looks at files when it is told to: one process for a whole test, since the test's own must not touch its mount. */
final class Onlooker implements AutoCloseable {

    private final Process process;
    private final BufferedReader answers;

    Onlooker(Path folder) throws IOException {
        this.process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Onlooker.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        this.answers = process.inputReader();
    }

    /** The size of a file, or "none". */
    String stat(String name) {
        return ask("stat " + name);
    }

    /** The text of a file. */
    String read(String name) {
        return ask("read " + name);
    }

    /** The text of a file, byte by byte until there is no more, as a shell reads. */
    String readByBytes(String name) {
        return ask("bytes " + name);
    }

    /** Maps a file, closes it, and changes its beginning through the mapping. */
    String map(String name, String text) {
        return ask("map " + name + " " + text);
    }

    /** Begins to look until stat says something; the answer comes with {@link #answer}. */
    void beginToAwait(String name, String size) {
        send("await " + name + " " + size);
    }

    /** Begins a stat whose answer comes with {@link #answer}. */
    void beginStat(String name) {
        send("stat " + name);
    }

    private String ask(String question) {
        send(question);
        return answer();
    }

    private void send(String question) {
        try {
            process.outputWriter().write(question + "\n");
            process.outputWriter().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String answer() {
        try {
            return String.valueOf(answers.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            String[] words = line.split(" ", -1);
            Path file = folder.resolve(words[1]);
            System.out.println(
                    switch (words[0]) {
                        case "stat" -> size(file);
                        case "read" -> Files.readString(file);
                        case "bytes" -> bytes(file);
                        case "map" -> map(file, words[2]);
                        default -> await(file, words[2]);
                    });
        }
    }

    private static String size(Path file) throws IOException {
        try {
            return String.valueOf(Files.size(file));
        } catch (NoSuchFileException e) {
            return "none";
        }
    }

    private static String bytes(Path file) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try (InputStream in = Files.newInputStream(file)) {
            for (int next = in.read(); next >= 0; next = in.read()) {
                read.write(next);
            }
        }
        return read.toString(StandardCharsets.UTF_8);
    }

    private static String map(Path file, String text) throws IOException {
        MappedByteBuffer mapped;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size());
        }
        mapped.put(text.getBytes(StandardCharsets.UTF_8));
        mapped.force();
        return "written";
    }

    /** When it was so, by the clock that all processes of the machine share. */
    private static String await(Path file, String size) throws IOException {
        while (!size(file).equals(size)) {
            Thread.onSpinWait();
        }
        return String.valueOf(System.nanoTime());
    }
}
