package io.tinysync.client.devfuse;

import io.tinysync.client.drive.Drive;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A drive whose calls from the kernel are counted, and can be stopped between their result and their answer. */
final class WatchedDrive {

    private final Drive watched;
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private volatile Consumer<String> beforeAnswer = _ -> {};

    WatchedDrive(Drive drive) {
        this.watched = (Drive) Proxy.newProxyInstance(
                Drive.class.getClassLoader(), new Class<?>[] {Drive.class}, (_, method, arguments) -> {
                    try {
                        return method.invoke(drive, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    } finally {
                        answered(method.getName());
                    }
                });
    }

    private void answered(String operation) {
        if (Thread.currentThread().getName().matches("fuse-(\\d+|wait)")) {
            calls.computeIfAbsent(operation, _ -> new AtomicInteger()).incrementAndGet();
            beforeAnswer.accept(operation);
        }
    }

    Drive drive() {
        return watched;
    }

    int calls(String operation) {
        return calls.getOrDefault(operation, new AtomicInteger()).get();
    }

    /** Runs with the operation's name once it has its result, before that is answered. */
    void beforeAnswer(Consumer<String> action) {
        beforeAnswer = action;
    }
}
