package io.tinysync.engine.blob.collection;

import io.tinysync.engine.blob.StoredBlob;
import io.tinysync.engine.blob.collection.BlobState.Condemned;
import io.tinysync.engine.blob.collection.BlobState.Deleting;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A store, its ledger and vaults in memory, with devices that put, name, replace, delete, restore and read while a run is at any of
 * its steps. Time passes between any two of them. Every step is what is one transaction or one request in the server.
 */
final class CollectionWorld implements BlobLedger, StoredBlobs, Reachability {

    private static final CollectionRules RULES =
            new CollectionRules(Duration.ofMinutes(10), Duration.ofMinutes(30), Duration.ofMinutes(20));
    private static final int BLOBS = 24;

    /** Sets come in another order in each JVM, and a seed is to give one history. */
    private static final Comparator<Sha256> IN_ORDER = Comparator.comparing(Sha256::toString);

    private static final int VAULTS = 2;

    /** A vault: what it reaches, and how often. */
    private static final class Vault {
        final Map<Integer, Sha256> items = new HashMap<>();
        final Map<Integer, Sha256> tombstones = new HashMap<>();
        final Map<Sha256, Integer> entries = new HashMap<>();
        /** What the projection knows, which lags. */
        final Set<Sha256> named = new HashSet<>();

        boolean reaches(Sha256 id) {
            return items.containsValue(id) || tombstones.containsValue(id) || entries.getOrDefault(id, 0) > 0;
        }
    }

    /** A put whose bytes are on their way into the store. */
    private record Put(Sha256 id, int vault, Instant begun, boolean published) {}

    /** A mutation that was leased and has yet to commit. */
    private record Naming(Sha256 id, int vault, int item, Instant leased) {}

    private record Download(Sha256 id, int vault) {}

    private final Random chance;
    private final TreeMap<String, Sha256> stored = new TreeMap<>();
    private final Map<Sha256, BlobState> states = new HashMap<>();
    private final Map<Sha256, Instant> sent = new HashMap<>();
    private final List<Vault> vaults = new ArrayList<>();
    private final List<Put> puts = new ArrayList<>();
    private final List<Naming> namings = new ArrayList<>();
    private final List<Download> downloads = new ArrayList<>();
    private final Predicate<Sha256> broken;
    private Instant now = Instant.EPOCH;
    private double failure;
    private long deletions;
    private long spared;
    private long revivals;

    /** @param broken a blob whose reachability this world is wrong about, to see that the judge notices */
    CollectionWorld(long seed, Predicate<Sha256> broken) {
        this.chance = new Random(seed);
        this.broken = broken;
        for (int i = 0; i < VAULTS; i++) {
            vaults.add(new Vault());
        }
    }

    void failuresAre(double probability) {
        failure = probability;
    }

    long deletions() {
        return deletions;
    }

    long spared() {
        return spared;
    }

    long revivals() {
        return revivals;
    }

    Instant now() {
        return now;
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    /** What must be in the store and is not. */
    List<String> violations() {
        List<String> wrong = new ArrayList<>();
        for (Vault vault : vaults) {
            for (int i = 0; i < BLOBS; i++) {
                if (vault.reaches(blob(i)) && !stored.containsValue(blob(i))) {
                    wrong.add("blob " + i + " is reachable and gone at " + now);
                }
            }
        }
        return wrong;
    }

    int storedCount() {
        return stored.size();
    }

    /** Everybody has deleted everything, and the vaults have forgotten it. */
    void forgetEverything() {
        puts.clear();
        namings.clear();
        for (Vault vault : vaults) {
            vault.items.clear();
            vault.tombstones.clear();
            vault.entries.clear();
            vault.named.clear();
        }
    }

    // Devices

    void devicesDoSomething() {
        for (int steps = chance.nextInt(6); steps > 0; steps--) {
            pass(Duration.ofSeconds(chance.nextInt(chance.nextInt(8) == 0 ? 900 : 30)));
            step();
            List<String> wrong = violations();
            if (!wrong.isEmpty()) {
                throw new AssertionError(String.join("; ", wrong));
            }
        }
    }

    private void step() {
        int vault = chance.nextInt(VAULTS);
        switch (chance.nextInt(10)) {
            case 0, 1 -> beginPut(vault);
            case 2, 3 -> continuePut();
            case 4 -> lease(vault);
            case 5 -> commit();
            case 6 -> delete(vaults.get(vault));
            case 7 -> restore(vaults.get(vault));
            case 8 -> retain(vaults.get(vault));
            default -> download(vault);
        }
    }

    private void beginPut(int vault) {
        Sha256 id = blob(chance.nextInt(BLOBS));
        switch (RULES.coming(state(id))) {
            case LATER -> {}
            case REVIVE -> {
                revivals++;
                states.put(id, RULES.leased(now));
                puts.add(new Put(id, vault, now, false));
            }
            case NOW -> puts.add(new Put(id, vault, now, false));
        }
    }

    /** First the store publishes, then, in another step, the ledger is told. */
    private void continuePut() {
        if (puts.isEmpty()) {
            return;
        }
        Put put = puts.remove(chance.nextInt(puts.size()));
        if (!put.published()) {
            stored.put(put.id().toString(), put.id());
            puts.add(new Put(put.id(), put.vault(), put.begun(), true));
            return;
        }
        if (!RULES.mayStore(state(put.id()))) {
            return;
        }
        if (state(put.id()).orElse(null) instanceof Condemned) {
            revivals++;
        }
        states.put(put.id(), RULES.leased(now));
        if (!RULES.tookLong(Duration.between(put.begun(), now)) || stored.containsValue(put.id())) {
            sent.put(put.id(), now);
            namings.add(new Naming(put.id(), put.vault(), chance.nextInt(8), now));
        }
    }

    /** A mutation that names what the vault holds already, perhaps only in a tombstone or an old entry. */
    private void lease(int vault) {
        Sha256 id = blob(chance.nextInt(BLOBS));
        if (!vaults.get(vault).reaches(id)) {
            return;
        }
        switch (RULES.leasing(state(id), now)) {
            case REFUSED -> {}
            case LEASED -> namings.add(new Naming(id, vault, chance.nextInt(8), now));
            case TO_BE_LEASED -> {
                states.put(id, RULES.leased(now));
                namings.add(new Naming(id, vault, chance.nextInt(8), now));
            }
        }
    }

    /** An op commits while its lease runs, or was given up. */
    private void commit() {
        if (namings.isEmpty()) {
            return;
        }
        Naming naming = namings.remove(chance.nextInt(namings.size()));
        if (naming.leased().plus(RULES.lease().dividedBy(2)).isAfter(now)) {
            Vault vault = vaults.get(naming.vault());
            vault.items.put(naming.item(), naming.id());
            vault.tombstones.remove(naming.item());
            vault.entries.merge(naming.id(), 1, Integer::sum);
        }
    }

    private void delete(Vault vault) {
        if (!vault.items.isEmpty()) {
            Integer item = List.copyOf(vault.items.keySet()).get(chance.nextInt(vault.items.size()));
            Sha256 content = vault.items.remove(item);
            if (content != null) {
                vault.tombstones.put(item, content);
            }
        }
    }

    private void restore(Vault vault) {
        if (!vault.tombstones.isEmpty()) {
            Integer item = List.copyOf(vault.tombstones.keySet()).get(chance.nextInt(vault.tombstones.size()));
            Sha256 content = vault.tombstones.remove(item);
            if (content != null) {
                vault.items.putIfAbsent(item, content);
                vault.entries.merge(content, 1, Integer::sum);
            }
        }
    }

    /** Tombstones are purged, old entries go, and the projection follows. */
    private void retain(Vault vault) {
        if (chance.nextBoolean()) {
            vault.tombstones.clear();
        }
        if (chance.nextBoolean()) {
            vault.entries.clear();
        }
        vault.named.clear();
        for (int i = 0; i < BLOBS; i++) {
            if (vault.reaches(blob(i))) {
                vault.named.add(blob(i));
            }
        }
    }

    /** Downloads of what is reachable begin; those that run end, and read the store as long as the vault reaches the blob. */
    private void download(int vault) {
        Sha256 id = blob(chance.nextInt(BLOBS));
        if (vaults.get(vault).reaches(id)) {
            downloads.add(new Download(id, vault));
        }
        for (Iterator<Download> each = downloads.iterator(); each.hasNext(); ) {
            Download download = each.next();
            if (vaults.get(download.vault()).reaches(download.id()) && !stored.containsValue(download.id())) {
                throw new AssertionError("a download of a reachable blob was cut");
            }
            if (chance.nextBoolean()) {
                each.remove();
            }
        }
    }

    private Optional<BlobState> state(Sha256 id) {
        return Optional.ofNullable(states.get(id));
    }

    static Sha256 blob(int number) {
        return Sha256.hash(ByteBuffer.allocate(4).putInt(number).flip());
    }

    // The ports, with devices at work before and after each call

    private void between() {
        devicesDoSomething();
        if (chance.nextDouble() < failure) {
            throw new IllegalStateException("the database or the store did not answer");
        }
    }

    @Override
    public List<Sha256> condemn(Collection<StoredBlob> blobs) {
        between();
        List<Sha256> condemned = condemnable(blobs);
        condemned.forEach(id -> states.put(id, new Condemned(now)));
        between();
        return condemned;
    }

    @Override
    public List<Sha256> condemnable(Collection<StoredBlob> blobs) {
        return blobs.stream()
                .map(StoredBlob::id)
                .filter(id -> RULES.mayCondemn(
                        state(id),
                        vaults.stream().anyMatch(vault -> vault.named.contains(id)),
                        Optional.ofNullable(sent.get(id)),
                        now))
                .toList();
    }

    @Override
    public List<Sha256> ripe(Sha256 after, int limit) {
        between();
        return states.keySet().stream()
                .filter(id -> id.toString().compareTo(after.toString()) > 0 && RULES.isRipe(state(id), now))
                .sorted(IN_ORDER)
                .limit(limit)
                .toList();
    }

    @Override
    public Set<Sha256> reachable(Set<Sha256> asked) {
        Set<Sha256> reached = new HashSet<>();
        for (Vault vault : vaults) {
            between();
            asked.stream().filter(vault::reaches).filter(broken.negate()).forEach(reached::add);
        }
        between();
        return reached;
    }

    @Override
    public void spare(Set<Sha256> blobs) {
        between();
        blobs.forEach(id -> states.computeIfPresent(id, (key, state) -> {
            if (state instanceof Condemned) {
                spared++;
                return null;
            }
            return state;
        }));
    }

    @Override
    public List<Sha256> doom(Set<Sha256> blobs) {
        between();
        List<Sha256> doomed = blobs.stream()
                .filter(id -> RULES.isRipe(state(id), now))
                .sorted(IN_ORDER)
                .toList();
        doomed.forEach(id -> {
            states.put(id, new Deleting(now));
            sent.remove(id);
            vaults.forEach(vault -> vault.named.remove(id));
        });
        between();
        return doomed;
    }

    @Override
    public List<Sha256> abandoned(int limit) {
        between();
        return states.keySet().stream()
                .filter(id -> RULES.isAbandoned(state(id), now))
                .sorted(IN_ORDER)
                .limit(limit)
                .toList();
    }

    @Override
    public boolean delete(Sha256 blob, Deletion deletion) throws IOException {
        between();
        if (!(states.get(blob) instanceof Deleting)) {
            return false;
        }
        deletion.run();
        states.remove(blob);
        return true;
    }

    @Override
    public void forgetLeases() {
        between();
        states.values().removeIf(state -> state instanceof BlobState.Leased(Instant until) && until.isBefore(now));
    }

    @Override
    public List<StoredBlob> list(int slice) {
        return stored.values().stream()
                .filter(id -> (id.toBytes()[0] & 0xff) == slice)
                .map(id -> new StoredBlob(id, 1))
                .toList();
    }

    /** While the blob's state is locked: devices work, but for what needs that state. */
    @Override
    public void delete(Sha256 id) {
        if (chance.nextDouble() < failure) {
            throw new IllegalStateException("the store did not answer");
        }
        stored.remove(id.toString());
        deletions++;
    }
}
