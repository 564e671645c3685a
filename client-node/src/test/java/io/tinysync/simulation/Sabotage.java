package io.tinysync.simulation;

import io.tinysync.engine.device.Answers;
import io.tinysync.engine.device.ContentStore;
import io.tinysync.engine.device.DeviceStore;
import io.tinysync.engine.device.LocalTree;
import io.tinysync.engine.device.core.Ids;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.tree.NameRules;
import io.tinysync.engine.vault.core.VaultState;
import java.io.IOException;
import java.nio.file.Path;

/** A deliberate fault, put between the product's parts, which the judge must find. This one is none. */
class Sabotage {

    /** Nothing is amiss. */
    static final Sabotage NONE = new Sabotage();

    /** What the server makes of a request before it is evaluated. */
    MutationsRequest onServer(MutationsRequest request, VaultState state) {
        return request;
    }

    /** What a device makes of a page of the log. */
    Answers.Log page(Answers.Log page) {
        return page;
    }

    /** Whether a snapshot that ended early is taken for a whole one. */
    boolean usesCutSnapshots() {
        return false;
    }

    /** The store as a process uses it. */
    DeviceStore store(DeviceStore store) {
        return store;
    }

    Ids ids(Ids ids) {
        return ids;
    }

    /** The contents as the upload and the hydration use them. */
    ContentStore contents(ContentStore contents) {
        return contents;
    }

    /** Makes records durable for an fsync. */
    void recordsDurable(DeviceStore store) {
        store.makeDurable();
    }

    /** Whether disks say that they have written and have not. */
    boolean ignoresFsync() {
        return false;
    }

    /** By what a device's store finds a name in a folder. */
    String key(NameRules names, String name) {
        return names.key(name).value();
    }

    /** A process is about to start in its directory. */
    void starts(DeviceStore store, Path directory) throws IOException {}

    /** A process has started. */
    void started(LocalTree tree) {}

    /** A program's flush of a file has returned. */
    void flushed(LocalTree tree, ItemId file) {}

    /** Whether the drive fetches what it only has to describe. */
    boolean fetchesForStat() {
        return false;
    }
}
