package io.mappedpages.comparison.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.mappedpages.benchmarks.Device;
import io.mappedpages.comparison.measure.Order.Answer;
import io.mappedpages.comparison.store.Contents;
import io.mappedpages.comparison.store.Store;
import io.mappedpages.comparison.store.Store.Session;

/** The process in which a store has its turn. Argument: the file with its {@link Order}. */
public final class Turn {

    /** What is tried to be opened before and after the commits that are counted. */
    static final String BEGIN_MARK = "commits-begin";
    static final String END_MARK = "commits-end";
    /** The store that is opened before the one that is timed, beside it. */
    static final String OTHER = "other";
    /** So many of them. */
    static final int COMMITS = 200;

    /** Of so many reads one is timed. */
    private static final int TIMED_READS = 64;
    private static final int OPENINGS = 5;
    private static final int MOST_WARMING_UP = 16;
    private static final double MIB = 1 << 20;

    /** Keeps the compiler from leaving out reads. */
    private static volatile long read;

    private final Order order;
    private final List<Answer> answers = new ArrayList<>();

    private Turn(Order order) {
        this.order = order;
    }

    /** Does it. */
    public static void main(String[] arguments) throws Exception {
        Order order = Order.read(Path.of(arguments[0]));
        Turn turn = new Turn(order);
        turn.take();
        order.answer(turn.answers);
        if (read == 42) {
            System.out.println(); // never mind
        }
        System.exit(0); // some stores leave threads behind
    }

    private void take() throws Exception {
        int count = order.count();
        switch (order.task()) {
            case LOAD -> load();
            case WORD -> drive(Operation.word(count), TIMED_READS, false);
            case COPY -> drive(Operation.copy(count), TIMED_READS, false);
            case SUM -> sum();
            case UPDATE -> drive(Operation.update(count), 1, true);
            case MIXED -> drive(Operation.mixed(count), 1, true);
            case INSERT -> drive(Operation.insert(), 1, true);
            case COMMIT -> commit();
            case OPEN -> open(OPENINGS, false);
            case WRITE -> {
                try (Store store = open()) {
                    new UntilKilled(order.where(), count).write(store);
                }
            }
            case OPEN_KILLED -> open(1, true);
        }
    }

    private Store open() throws Exception {
        return order.store().open(order.where());
    }

    private void answer(String callers, Map<String, Double> figures) {
        answers.add(new Answer(order.workload(), callers, figures));
    }

    private void load() throws Exception {
        Map<String, Double> figures = new LinkedHashMap<>();
        try (Store store = open()) {
            double loaded = loadOnce(store, 1);
            double replaced = loadOnce(store, 2);
            figures.put(Figures.LOAD, loaded);
            figures.put(Figures.RELOAD, replaced);
        }
        figures.put(Figures.MIB_ON_DISK, Shell.diskKib(order.where()) / 1024.0);
        answer("", figures);
    }

    private double loadOnce(Store store, long version) throws Exception {
        Shell.sync(order.where());
        long begin = System.nanoTime();
        store.load(order.count(), version);
        return order.count() * (double) Contents.SIZE / MIB / ((System.nanoTime() - begin) / 1e9);
    }

    private void drive(Operation operation, int timed, boolean commits) throws Exception {
        Device device = new Device(order.where());
        try (Store store = open()) {
            warmUp(store);
            Drive drive = new Drive(store, operation, timed);
            warmUp(drive);
            for (String callers : order.callers()) {
                Map<String, Double> figures = new LinkedHashMap<>();
                if (commits) {
                    Shell.sync(order.where());
                }
                long flushesBefore = device.flushes();
                long bytesBefore = device.bytesWritten();
                Tally tally = drive.run(Callers.of(callers), nanos());
                long flushes = device.flushes() - flushesBefore;
                tally.tell(figures);
                if (commits && tally.commits() > 0) {
                    Shell.sync(order.where()); // what is only in memory yet belongs to these commits, too
                    figures.put(Figures.FLUSHES, (double) flushes / tally.commits());
                    figures.put(Figures.KIB, (device.bytesWritten() - bytesBefore) / 1024.0 / tally.commits());
                }
                read = tally.read();
                answer(callers, figures);
            }
        }
    }

    private long nanos() {
        return TimeUnit.MILLISECONDS.toNanos(order.millis());
    }

    private static void warmUp(Store store) throws Exception {
        try (Session session = store.session()) {
            read = session.sum();
        }
    }

    /** With a few platform threads and a few virtual ones, if both are to be measured. */
    private void warmUp(Drive drive) throws Exception {
        Set<Boolean> done = new HashSet<>();
        for (String id : order.callers()) {
            Callers callers = Callers.of(id);
            if (done.add(callers.virtual())) {
                read = drive.run(new Callers(Math.min(callers.count(), MOST_WARMING_UP), callers.virtual()), nanos())
                        .read();
            }
        }
    }

    private void sum() throws Exception {
        try (Store store = open(); Session session = store.session()) {
            read = session.sum();
            read = session.sum();
            long values = 0;
            long begin = System.nanoTime();
            long end = begin + nanos();
            do {
                read = session.sum();
                values += store.count();
            } while (System.nanoTime() < end);
            double seconds = (System.nanoTime() - begin) / 1e9;
            answer("", Map.of(Figures.MIB_PER_SECOND, values * Contents.SIZE / MIB / seconds));
        }
    }

    /** Updates of one caller, after some that are not counted. */
    private void commit() throws Exception {
        try (Store store = open(); Session session = store.session()) {
            Caller caller = new Caller(session, 1);
            Operation update = Operation.update(order.count());
            for (int i = 0; i < COMMITS / 10; i++) {
                update.call(caller);
            }
            mark(BEGIN_MARK);
            for (int i = 0; i < COMMITS; i++) {
                update.call(caller);
            }
            mark(END_MARK);
        }
    }

    /** The attempt is what is seen. */
    private void mark(String name) throws IOException {
        try {
            Files.newInputStream(order.where().resolve(name)).close();
        } catch (NoSuchFileException asItShouldBe) {
            // nobody makes one
        }
    }

    /** Before that, an empty one is opened, so that no classes and no native code have to be loaded while it is timed. */
    private void open(int times, boolean wasKilled) throws Exception {
        Path other = Files.createDirectories(order.where().resolveSibling(OTHER));
        try (Store empty = order.store().open(other); Session session = empty.session()) {
            read = session.word(session.insert(Contents.of(0, 1)), 0);
        }
        double[] millis = new double[times];
        Map<String, Double> figures = new LinkedHashMap<>();
        for (int i = 0; i < times; i++) {
            long begin = System.nanoTime();
            try (Store store = open(); Session session = store.session()) {
                read = session.word(order.count() / 2, 0);
                millis[i] = (System.nanoTime() - begin) / 1e6;
                if (wasKilled) {
                    UntilKilled.Found found = new UntilKilled(order.where(), order.count()).look(session);
                    figures.put(Figures.ACKNOWLEDGED, (double) found.acknowledged());
                    if (UntilKilled.isPromised(order.store())) {
                        figures.put(Figures.LOST, (double) found.lost());
                    }
                }
            }
        }
        Arrays.sort(millis);
        figures.put(Figures.MILLIS, millis[times / 2]);
        answer("", figures);
    }
}
