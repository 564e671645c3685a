package io.tinysync.client.daemon;

import io.tinysync.client.Refusal;
import io.tinysync.client.control.ControlServer;
import io.tinysync.client.control.FoundItem;
import io.tinysync.client.control.ListedConflict;
import io.tinysync.client.control.ListedHeld;
import io.tinysync.client.state.Credentials;
import io.tinysync.client.state.StateDirectory;
import io.tinysync.engine.device.SyncSettings;
import io.tinysync.engine.device.WakeSubscription;
import io.tinysync.engine.protocol.VaultStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One device at work: its drives by mount point, and what they share. Ends with its last drive. Thread-safe; attaching and
 * detaching happen one after the other.
 */
public final class Daemon implements AutoCloseable {

    /** How long what is pending is sent for when a drive is detached, as long as the server answers. */
    private static final Duration DRAIN = Duration.ofSeconds(30);

    private final DaemonParts parts;
    private final DaemonLock lock;
    private final WakeSubscription wakes;
    private final Map<Path, AttachedDrive> drives = new ConcurrentSkipListMap<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ControlServer control;

    private Daemon(DaemonParts parts, DaemonLock lock) {
        this.parts = parts;
        this.lock = lock;
        this.wakes = parts.server().wakes(parts.wakes());
        this.control = ControlServer.start(parts.state(), new DaemonControl(this));
    }

    /** Becomes the daemon of a state directory; nothing if another process is it. */
    public static Optional<Daemon> tryStart(StateDirectory state) {
        Credentials credentials = Credentials.require(state);
        return DaemonLock.tryAcquire(state)
                .map(lock -> new Daemon(DaemonParts.start(state, credentials, settings()), lock));
    }

    /** The poll interval can be chosen, so that a test sees what wakes alone do; and how long a read waits for a byte. In seconds. */
    private static SyncSettings settings() {
        SyncSettings settings = SyncSettings.DEFAULT;
        Optional<Duration> poll = seconds("TINYSYNC_POLL_SECONDS");
        if (poll.isPresent()) {
            settings = settings.withPollIntervals(poll.get(), poll.get());
        }
        return seconds("TINYSYNC_NO_PROGRESS_SECONDS")
                .map(settings::withNoProgress)
                .orElse(settings);
    }

    private static Optional<Duration> seconds(String variable) {
        String seconds = System.getenv().getOrDefault(variable, "");
        return seconds.matches("\\d{1,6}")
                ? Optional.of(Duration.ofSeconds(Math.max(1, Long.parseLong(seconds))))
                : Optional.empty();
    }

    Credentials credentials() {
        return parts.credentials();
    }

    /** Takes the registration that the state directory holds now; returns a sentence that names it. */
    String reloadRegistration() {
        parts.registration().reload(parts.state());
        return "device " + credentials().deviceId() + " of " + credentials().server();
    }

    /** Mounts a vault; returns a sentence once the drive answers. Repeating it changes nothing. */
    public synchronized String attach(String vaultName, Path mountpoint) {
        parts.registration().reload(parts.state());
        Path path = mountpoint.toAbsolutePath().normalize();
        VaultStatus vault = new KnownVaults(parts.state(), parts.server()).find(vaultName);
        for (AttachedDrive drive : drives.values()) {
            boolean sameVault = drive.vault().vaultId().equals(vault.vaultId());
            boolean sameMountpoint = drive.mountpoint().equals(path);
            if (sameVault && sameMountpoint) {
                return "%s is attached at %s".formatted(vault.name(), path);
            }
            if (sameVault || sameMountpoint) {
                throw new Refusal(
                        "%s is attached at %s already".formatted(drive.vault().name(), drive.mountpoint()));
            }
        }
        AttachedDrive drive = AttachedDrive.open(parts, vault, path);
        drives.put(path, drive);
        drive.awaitFirstTree();
        var _ = drive.whenUnmounted().thenRunAsync(() -> unmountedByOthers(drive));
        return "%s is attached at %s".formatted(vault.name(), path);
    }

    private void unmountedByOthers(AttachedDrive drive) {
        if (drives.get(drive.mountpoint()) == drive) {
            detach(drive.mountpoint());
        }
    }

    /** Drains and unmounts a drive; returns a sentence about what is left. */
    String detach(Path mountpoint) {
        String left = detachOnly(mountpoint.toAbsolutePath().normalize());
        if (drives.isEmpty()) {
            ended.countDown();
        }
        return left;
    }

    private synchronized String detachOnly(Path mountpoint) {
        AttachedDrive drive = drives.remove(mountpoint);
        if (drive == null) {
            throw new Refusal("no drive of this daemon is mounted at " + mountpoint);
        }
        return drive.close(DRAIN);
    }

    StatusDocument status() {
        long nowMs = parts.clock().millis();
        List<StatusDocument.Vault> vaults = new ArrayList<>();
        for (AttachedDrive drive : drives.values()) {
            vaults.add(StatusDocument.Vault.of(drive.vault(), drive.mountpoint(), drive.status(), nowMs));
        }
        return new StatusDocument(credentials().deviceId(), credentials().server(), vaults);
    }

    /** Sends and fetches now, for so long at most; returns what is left then, empty if nothing. */
    String sync(Duration limit) {
        StringJoiner left = new StringJoiner("; ");
        drives.values().stream().map(drive -> drive.startSync(limit)).toList().stream()
                .map(AttachedDrive.Sync::left)
                .flatMap(Optional::stream)
                .forEach(left::add);
        return left.toString();
    }

    List<ListedConflict> conflicts(Optional<String> vaultName) {
        List<ListedConflict> conflicts = new ArrayList<>();
        for (AttachedDrive drive : drives.values()) {
            if (vaultName.isEmpty() || drive.isCalled(vaultName.get())) {
                drive.conflicts()
                        .forEach(copy -> conflicts.add(
                                Conflicts.listed(drive, copy, credentials().name())));
            }
        }
        return conflicts;
    }

    /** The held files at and below a path, of one vault or of all. */
    List<ListedHeld> held(Optional<String> vaultName, String path) {
        return drives.values().stream()
                .filter(drive -> vaultName.isEmpty() || drive.isCalled(vaultName.get()))
                .flatMap(drive -> drive.held().list(path).stream())
                .toList();
    }

    String dropHeld(Optional<String> vaultName, String path) {
        return only(vaultName).held().drop(path);
    }

    /** Makes a vault's index anew; returns what is still to be done after so long at most, empty if nothing. */
    Optional<String> resync(Optional<String> vaultName, Duration limit) {
        AttachedDrive drive = only(vaultName);
        try {
            var _ = drive.resync().get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return Optional.empty();
        } catch (TimeoutException e) {
            List<String> errors = drive.status().errors();
            return Optional.of(errors.isEmpty() ? "the snapshot is being loaded" : errors.getFirst());
        } catch (ExecutionException e) {
            throw new IllegalStateException("the index was not made anew", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }

    Listing listing(Optional<String> vaultName) {
        return only(vaultName).listing();
    }

    /** What is at a path of a drive. */
    FoundItem find(Optional<String> vaultName, String path) {
        AttachedDrive drive = only(vaultName);
        return new FoundItem(drive.vault().vaultId(), drive.listing().find(path).itemId());
    }

    LocalContents contents(Optional<String> vaultName) {
        return only(vaultName).localContents();
    }

    private AttachedDrive only(Optional<String> vaultName) {
        Collection<AttachedDrive> candidates = drives.values().stream()
                .filter(drive -> vaultName.isEmpty() || drive.isCalled(vaultName.get()))
                .toList();
        if (candidates.size() == 1) {
            return candidates.iterator().next();
        }
        throw new Refusal(
                candidates.isEmpty()
                        ? "no such vault is attached"
                        : candidates.size() + " vaults are attached: name one with --vault");
    }

    /** Returns when the last drive was detached. */
    public void awaitEnd() throws InterruptedException {
        ended.await();
    }

    /** Drains and unmounts every drive and ends; returns one sentence for each drive. */
    public List<String> stop() {
        List<String> left = new ArrayList<>();
        for (Path mountpoint : drives.keySet()) {
            left.add(detachOnly(mountpoint));
        }
        close();
        return left;
    }

    @Override
    public void close() {
        ended.countDown();
        control.close();
        wakes.close();
        parts.close();
        lock.close();
    }
}
