package io.tinysync.client.daemon;

import io.tinysync.client.Refusal;
import io.tinysync.client.content.ContentFiles;
import io.tinysync.client.drive.DriveSettings;
import io.tinysync.client.drive.LocalDrive;
import io.tinysync.client.mount.Mount;
import io.tinysync.client.mount.MountException;
import io.tinysync.client.mount.MountOptions;
import io.tinysync.client.mount.MountPoint;
import io.tinysync.client.mount.Owner;
import io.tinysync.client.store.SqliteStore;
import io.tinysync.engine.device.SyncStatus;
import io.tinysync.engine.device.VaultSync;
import io.tinysync.engine.device.core.ConflictCopy;
import io.tinysync.engine.device.core.LocalView;
import io.tinysync.engine.protocol.VaultStatus;
import io.tinysync.engine.tree.NameRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;

/** One vault on this device with everything that makes its drive; opened mounted, closed once. Thread-safe. */
final class AttachedDrive {

    /** A snapshot of 100,000 items takes some 5 s, and ten times that on a machine that has other work. */
    private static final Duration FIRST_TREE = Duration.ofSeconds(60);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    private final DaemonParts parts;
    private final VaultStatus vault;
    private final SqliteStore store;
    private final ContentFiles contents;
    private final Orphans orphans;
    private final VaultActors actors;
    private final LocalDrive drive;
    private final Mount mount;
    private CompletableFuture<VaultSync.Resynced> resync = CompletableFuture.completedFuture(new VaultSync.Resynced());

    private AttachedDrive(
            DaemonParts parts,
            VaultStatus vault,
            SqliteStore store,
            ContentFiles contents,
            Orphans orphans,
            VaultActors actors,
            LocalDrive drive,
            Mount mount) {
        this.parts = parts;
        this.vault = vault;
        this.store = store;
        this.contents = contents;
        this.orphans = orphans;
        this.actors = actors;
        this.drive = drive;
        this.mount = mount;
    }

    /** Opens what is kept of the vault, starts its actors and mounts its drive; whatever fails, nothing stays open. */
    static AttachedDrive open(DaemonParts parts, VaultStatus vault, Path mountpoint) {
        Path directory = parts.state().createVault(vault.vaultId());
        prepare(mountpoint, parts.state().path());
        try (Undo undo = new Undo()) {
            NameRules names = NameRules.of(vault.namePolicy());
            Path file = directory.resolve("store.sqlite");
            boolean recordsLost = SqliteStore.hasLostRecords(file);
            SqliteStore store = SqliteStore.open(file, name -> names.key(name).value());
            undo.add(store::close);
            Orphans orphans = Orphans.of(directory.resolve("content"), store, recordsLost);
            ContentFiles contents = ContentFiles.open(directory.resolve("content"), parts.clock());
            VaultActors actors = VaultActors.start(parts, vault, store, contents);
            undo.add(() -> actors.stop(Duration.ZERO));
            LocalDrive drive = LocalDrive.open(
                    actors.tree(), contents, actors.hydrations(), store::makeDurable, settings(parts, vault));
            actors.listen(drive.changes());
            Mount mount = parts.binding().mount(drive, mountpoint, Owner.ofProcess(), MountOptions.forUser());
            undo.keep();
            return new AttachedDrive(parts, vault, store, contents, orphans, actors, drive, mount);
        } catch (MountException e) {
            throw new Refusal(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw Refusal.of("cannot use " + directory, e);
        }
    }

    /** Clears a mount that a killed daemon left, before anything else looks at the path, and makes the folder. */
    private static void prepare(Path mountpoint, Path state) {
        if (state.startsWith(mountpoint) || mountpoint.startsWith(state)) {
            throw new Refusal("a drive cannot be mounted at " + mountpoint + ": the state directory is " + state);
        }
        try {
            MountPoint.clearDead(mountpoint);
            Files.createDirectories(mountpoint);
        } catch (MountException e) {
            throw new Refusal(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw Refusal.of("cannot make the folder " + mountpoint, e);
        }
    }

    private static DriveSettings settings(DaemonParts parts, VaultStatus vault) {
        Owner owner = Owner.ofProcess();
        return new DriveSettings(
                vault.limits().maxFileBytes(),
                new VaultLimits(vault, parts.server(), parts.clock()),
                owner.uid(),
                owner.gid(),
                parts.clock());
    }

    /**
     * Waits until the drive shows the vault's tree for the first time, so that a program that is started next finds it. Not for
     * ever: without a server that time may be far.
     */
    void awaitFirstTree() {
        long giveUpAt = System.nanoTime() + FIRST_TREE.toNanos();
        while (!store.<Boolean>read(view -> view.position().bootstrapped())
                && actors.status().state() == SyncStatus.State.SYNCING
                && System.nanoTime() < giveUpAt) {
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    VaultStatus vault() {
        return vault;
    }

    Path mountpoint() {
        return mount.mountPoint();
    }

    boolean isCalled(String name) {
        return vault.name().equals(name) || vault.vaultId().toString().equals(name);
    }

    SyncStatus status() {
        orphans.settle(store);
        SyncStatus status = actors.status();
        return orphans.left().map(status::withTrouble).orElse(status);
    }

    Listing listing() {
        return localContents().listing();
    }

    LocalContents localContents() {
        return new LocalContents(store, NameRules.of(vault.namePolicy()), contents, actors, mountpoint());
    }

    HeldFiles held() {
        return new HeldFiles(this, store, NameRules.of(vault.namePolicy()), contents, drive);
    }

    /** A sync under way. */
    record Sync(VaultStatus vault, CompletionStage<VaultSync.SyncOutcome> outcome) {

        /** Waits for its end; what is left then, in a few words. */
        Optional<String> left() {
            VaultSync.SyncOutcome end = outcome.toCompletableFuture().join();
            SyncStatus status = end.status();
            return end.complete()
                    ? Optional.empty()
                    : Optional.of("%s: %s to send, log %d of %d%s"
                            .formatted(
                                    vault.name(),
                                    StatusText.changes(status.pendingOps()),
                                    status.cursorSeq(),
                                    status.headSeq(),
                                    status.errors().isEmpty()
                                            ? ""
                                            : ", " + status.errors().getFirst()));
        }
    }

    Sync startSync(Duration limit) {
        return new Sync(vault, actors.sync(limit));
    }

    List<ConflictCopy> conflicts() {
        NameRules names = NameRules.of(vault.namePolicy());
        return store.read(view -> ConflictCopy.in(view, new LocalView(view, names), Conflicts.MAX_LISTED));
    }

    /** Makes the local index anew; asked for again while that is under way, it is the same one. */
    synchronized CompletableFuture<VaultSync.Resynced> resync() {
        if (resync.isDone()) {
            resync = actors.resync().toCompletableFuture();
        }
        return resync;
    }

    CompletableFuture<Void> whenUnmounted() {
        return mount.whenEnded();
    }

    /** Unmounts, so that nothing new comes; then sends what is pending, within the limit; returns a sentence about what is left. */
    String close(Duration drain) {
        String unmounted = unmount();
        VaultSync.SyncOutcome outcome = actors.stop(drain);
        parts.wakes().remove(vault.vaultId());
        store.close();
        SyncStatus status = outcome.status();
        String left = status.pendingOps() == 0
                ? "everything is on the server"
                : "%s (%s) not on the server yet, kept, and sent when it is attached again"
                        .formatted(StatusText.changes(status.pendingOps()), StatusText.bytes(status.pendingBytes()));
        return "%s %s; %s".formatted(vault.name(), unmounted, left);
    }

    private String unmount() {
        try {
            return mount.unmount() ? "is detached" : "was in use and is detached";
        } catch (MountException e) {
            return "could not be unmounted (" + e.getMessage() + ")";
        }
    }
}
