package io.tinysync.campaign;

import io.tinysync.campaign.history.Answer;
import io.tinysync.campaign.history.HistoryEvent;
import io.tinysync.campaign.history.HistoryWriter;
import io.tinysync.campaign.history.Question;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.VaultId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Records a history of devices on a {@link MemoryVault}, in one thread, from one seed: requests wait before they are evaluated, answers
 * wait before they arrive, some never do, and some requests come after their client has given them up.
 */
final class MemoryRecording {

    private static final int DEVICES = 4;

    /** A request on its way, or its answer. */
    private static final class Flight {
        private final Station station;
        private final long request;
        private final Question question;
        private @Nullable Answer answer;

        Flight(Station station, long request, Question question) {
            this.station = station;
            this.request = request;
            this.question = question;
        }
    }

    /** A device and whether it waits. */
    private static final class Station {
        private final WritingDevice device;
        private @Nullable Flight waitsFor;

        Station(WritingDevice device) {
            this.device = device;
        }
    }

    private final Random random;
    private final VaultId vaultId;
    private final MemoryVault vault;
    private final HistoryWriter writer;
    private final List<Station> stations = new ArrayList<>();
    private final List<Flight> flights = new ArrayList<>();
    private final List<Flight> delayed = new ArrayList<>();

    private MemoryRecording(long seed, HistoryWriter writer) {
        this.random = new Random(seed);
        this.vaultId = new VaultId(new UUID(7, seed));
        this.vault = new MemoryVault(vaultId, NamePolicy.PORTABLE);
        this.writer = writer;
        for (int i = 0; i < DEVICES; i++) {
            DeviceId device = new DeviceId(new UUID(seed, i));
            stations.add(new Station(new WritingDevice(device, NamePolicy.PORTABLE, seed * DEVICES + i)));
        }
    }

    /** Writes a history of about so many events to a new file. */
    static void record(long seed, int steps, Path file) throws IOException {
        try (HistoryWriter writer = HistoryWriter.create(file)) {
            new MemoryRecording(seed, writer).run(steps);
        }
    }

    private void run(int steps) {
        writer.add(new HistoryEvent.VaultUsed(vault.status()));
        for (int i = 0; i < steps; i++) {
            step();
            if (i == steps / 2) {
                vault.actByItself();
            }
        }
        while (!flights.isEmpty()) {
            move(flights.getFirst());
        }
        for (Station station : stations) {
            do {
                ask(station, station.device.catchUp());
                move(flights.getFirst());
                move(flights.getFirst());
            } while (!station.device.isAtHead());
        }
        finish();
    }

    private void step() {
        Station station = stations.get(random.nextInt(DEVICES));
        if (station.waitsFor == null) {
            ask(station, station.device.next());
        } else if (random.nextInt(40) == 0) {
            lose(station, station.waitsFor);
        }
        if (!flights.isEmpty() && random.nextInt(3) > 0) {
            move(flights.get(random.nextInt(flights.size())));
        }
        if (!delayed.isEmpty() && random.nextInt(12) == 0) {
            move(delayed.remove(random.nextInt(delayed.size())));
        }
    }

    private void ask(Station station, Question question) {
        DeviceId device = station.device.device();
        long request = writer.asked(device.toString(), device, vaultId, "memory", question);
        station.waitsFor = new Flight(station, request, question);
        flights.add(station.waitsFor);
    }

    /** The client gives it up; the request itself may come still, long after, or not. */
    private void lose(Station station, Flight flight) {
        answered(station, flight, new Answer.Lost("no answer in time"));
        flights.remove(flight);
        if (random.nextBoolean()) {
            delayed.add(flight);
        }
    }

    private void move(Flight flight) {
        if (flight.answer == null) {
            flight.answer = vault.ask(flight.station.device.device(), flight.question);
            return;
        }
        flights.remove(flight);
        if (flight.station.waitsFor == flight) {
            answered(flight.station, flight, flight.answer);
        }
    }

    private void answered(Station station, Flight flight, Answer answer) {
        writer.answered(flight.request, answer);
        station.waitsFor = null;
        station.device.learn(flight.question, answer);
    }

    private void finish() {
        Cursor at = Cursor.START;
        LogPage page;
        do {
            page = vault.page(at, Limits.DEFAULT_LOG_PAGE);
            writer.add(new HistoryEvent.FinalLog(vaultId, page));
            at = page.entries().isEmpty() ? at : page.entries().getLast().cursor();
        } while (!page.entries().isEmpty());
        stations.forEach(station -> writer.add(station.device.finalTree(vaultId)));
    }
}
