package io.tinysync.simulation;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Sha256;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The record behind P1: every content that a program wrote and closed, where, and by which later contents or deletions it was
 * replaced by someone who had seen it.
 */
final class Ledger {

    /** What became of the one copy that its machine had. */
    private static final class Written {
        final Machine machine;
        final String where;
        /** Whether the program was told that it is recorded. */
        boolean promised;

        boolean fsynced;
        boolean accepted;
        /** Whether the server was restored to a time at which it did not have it. */
        boolean forgotten;

        /** Whether an accepted edit took its place on the server: by who had seen it, or had moved it elsewhere first. */
        boolean replacedThere;

        /** Whether its machine has lost it since, which then only the server has. */
        boolean onlyOnServer;

        boolean deleted;
        boolean excused;
        /** Whether it came about more than once, as what is left of a text that was cut may. */
        boolean repeated;

        /** How often a device gave it to another item: saved over that, or away from the one that was then made anew. */
        int carried;

        final Set<Sha256> successors = new LinkedHashSet<>();

        Written(Machine machine, String where) {
            this.machine = machine;
            this.where = where;
        }
    }

    private final Map<Sha256, byte[]> bytes = new LinkedHashMap<>();
    private final Map<Sha256, Written> written = new LinkedHashMap<>();
    private final Set<Sha256> maySend = new HashSet<>();
    /** What each machine has written and not forced to its disk, and what of that it may have lost. */
    private final Map<Machine, Set<Sha256>> unforced = new HashMap<>();

    private final Set<Sha256> torn = new HashSet<>();

    Ledger() {
        bytes.put(Content.EMPTY.sha256(), new byte[0]);
        maySend.add(Content.EMPTY.sha256());
    }

    /** Programs are about to make this content; whether it comes to that is not known yet. */
    void begins(Machine machine, Sha256 sha256, byte[] itsBytes, String where, Set<Sha256> bases) {
        bytes.put(sha256, itsBytes);
        written.computeIfAbsent(sha256, _ -> new Written(machine, where));
        unforced.computeIfAbsent(machine, _ -> new HashSet<>()).add(sha256);
        for (Sha256 base : bases) {
            Written replaced = written.get(base);
            if (replaced != null && !base.equals(sha256)) {
                replaced.successors.add(sha256);
            }
        }
    }

    /** The program was told that the content is recorded. */
    void promised(Sha256 sha256) {
        Written entry = written.get(sha256);
        if (entry != null) {
            entry.promised = true;
        }
    }

    /**
     * A content took the other's place under its name, and with that its precondition: what the other replaced, it replaces. The
     * other goes over to an item of its own.
     */
    void standsIn(Sha256 other, Sha256 sha256) {
        written.forEach((base, entry) -> {
            if (!base.equals(sha256) && entry.successors.contains(other)) {
                entry.successors.add(sha256);
            }
        });
        carried(other);
    }

    /** Another file was given the same content. */
    void repeated(Sha256 sha256) {
        Written entry = written.get(sha256);
        if (entry != null) {
            entry.repeated = true;
        }
    }

    /** A user gives it to another item: by a rename over that, or away from the one that is then made anew. */
    void carried(Sha256 sha256) {
        Written entry = written.get(sha256);
        if (entry != null) {
            entry.carried++;
        }
    }

    /**
     * How many items may have it. What a device carries over to another item may be at its own too: where another device has done
     * something with that, where what took its place went with the power, or as the copy of an edit that lost.
     */
    int mostItems(Sha256 sha256) {
        Written entry = written.get(sha256);
        return entry == null || entry.repeated ? Integer.MAX_VALUE : 1 + entry.carried;
    }

    /** The program was told that the content survives power loss. */
    void fsynced(Machine machine, Sha256 sha256) {
        unforced.computeIfAbsent(machine, _ -> new HashSet<>()).remove(sha256);
        Written entry = written.get(sha256);
        if (entry != null) {
            entry.fsynced = true;
        }
    }

    /** Its writers have closed it, or are gone. */
    void maySend(Sha256 sha256) {
        maySend.add(sha256);
    }

    boolean isSendable(Sha256 sha256) {
        return maySend.contains(sha256);
    }

    /** Someone who had seen it deleted it. */
    void deleted(Sha256 sha256) {
        Written entry = written.get(sha256);
        if (entry != null) {
            entry.deleted = true;
        }
    }

    /** The server has it as an item's content. */
    void accepted(Sha256 sha256) {
        Written entry = written.get(sha256);
        if (entry != null) {
            entry.accepted = true;
            entry.forgotten = false;
            entry.replacedThere = false;
        }
    }

    /** An accepted edit took its place. */
    void replacedOnServer(Sha256 sha256) {
        Written entry = written.get(sha256);
        if (entry != null) {
            entry.replacedThere = true;
        }
    }

    /** The server was restored from a backup, and has these contents: it does not keep any other as the one before a lost one. */
    void restored(Set<Sha256> live) {
        written.forEach((sha256, entry) -> {
            boolean lost = !live.contains(sha256);
            entry.forgotten |= lost;
            entry.excused |= lost && entry.onlyOnServer;
        });
    }

    /** A machine lost power: what was neither fsynced nor accepted was not promised to survive that. */
    void lostPower(Machine machine) {
        Set<Sha256> lost = unforced.remove(machine);
        torn.addAll(lost == null ? Set.of() : lost);
        written.values().stream()
                .filter(entry -> entry.machine == machine && !entry.fsynced)
                .forEach(Ledger::lostHere);
    }

    /** A machine was set up from an old image, or its disk broke: what it alone had is gone. */
    void lostDisk(Machine machine) {
        written.values().stream().filter(entry -> entry.machine == machine).forEach(Ledger::lostHere);
    }

    private static void lostHere(Written entry) {
        boolean nowhere = !entry.accepted || entry.forgotten;
        entry.excused |= nowhere;
        entry.onlyOnServer |= !nowhere;
    }

    /** Whether it may have been lost with a machine's memory or disk, so that the file that had it cannot be read. */
    boolean isExcused(Sha256 sha256) {
        Written entry = written.get(sha256);
        return (entry != null && entry.excused) || torn.contains(sha256);
    }

    Optional<byte[]> bytesOf(Sha256 sha256) {
        return Optional.ofNullable(bytes.get(sha256));
    }

    /**
     * Contents that must be somewhere and are not, with where they were written.
     *
     * @param isDeleted whether the server has it as a deleted item's
     */
    Map<Sha256, String> lost(Predicate<Sha256> isSafe, Predicate<Sha256> isDeleted) {
        Map<Sha256, String> lost = new LinkedHashMap<>();
        written.forEach((sha256, entry) -> {
            if (entry.promised && !isAccountedFor(sha256, isSafe, isDeleted.test(sha256))) {
                lost.put(sha256, entry.where);
            }
        });
        return lost;
    }

    /** Whether it, or something that took its place with knowledge of it, is safe, deleted or excused. */
    private boolean isAccountedFor(Sha256 sha256, Predicate<Sha256> isSafe, boolean isDeleted) {
        Written asked = written.get(sha256);
        boolean kept = asked != null && asked.accepted && !asked.forgotten && !asked.replacedThere && !isDeleted;
        Deque<Sha256> open = new ArrayDeque<>(Set.of(sha256));
        Set<Sha256> seen = new HashSet<>(open);
        while (!open.isEmpty()) {
            Sha256 next = open.removeFirst();
            Written entry = written.get(next);
            if (isSafe.test(next) || entry == null || entry.deleted) {
                return true;
            }
            // What the server has and only a lost content replaced must still be there, unless it was deleted there: by
            // who had
            // seen it, as P2 says, such as one who had moved it to where the lost content replaced it.
            boolean excuses = entry.excused && (next.equals(sha256) || !kept);
            if (excuses) {
                return true;
            }
            entry.successors.stream().filter(seen::add).forEach(open::add);
        }
        return false;
    }
}
