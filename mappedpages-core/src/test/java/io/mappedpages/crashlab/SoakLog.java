package io.mappedpages.crashlab;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;

/** What the threads of a {@link SoakChild} said, and what the file must therefore hold. */
final class SoakLog {

    private List<ByThread> threads = new ArrayList<>();
    private long acknowledged;

    SoakLog(int count) {
        for (int i = 0; i < count; i++) {
            threads.add(new ByThread());
        }
    }

    /** One thread's pages with their stamps, and what it was about to do. */
    private static final class ByThread {
        private final SortedMap<Long, Integer> regular = new TreeMap<>();
        private final SortedMap<Long, Integer> guarded = new TreeMap<>();
        private List<String> inFlight = List.of();
        private final List<Long> outcome = new ArrayList<>();

        private ByThread copy() {
            ByThread copy = new ByThread();
            copy.regular.putAll(regular);
            copy.guarded.putAll(guarded);
            copy.inFlight = inFlight;
            copy.outcome.addAll(outcome);
            return copy;
        }

        private List<Long> numbers() {
            return inFlight.stream().skip(1).map(Long::parseLong).toList();
        }

        private boolean isInFlight(String what) {
            return !inFlight.isEmpty() && inFlight.getFirst().equals(what);
        }

        private void apply() {
            switch (inFlight.getFirst()) {
                case "alloc" -> outcome.forEach(page -> add(regular, page));
                case "palloc" -> outcome.forEach(id -> add(guarded, id));
                case "free" -> numbers().forEach(regular::remove);
                case "pfree" -> numbers().forEach(guarded::remove);
                case "write" -> regular.put(numbers().get(0), numbers().get(1).intValue());
                case "pwrite" -> guarded.put(numbers().get(0), numbers().get(1).intValue());
                default -> throw new LabFailure("the process said " + inFlight);
            }
        }

        private static void add(SortedMap<Long, Integer> to, long number) {
            if (to.put(number, Stamps.ZEROS) != null) {
                throw new LabFailure(number + " was handed out twice");
            }
        }

        private boolean isFreeing() {
            return isInFlight("free") || isInFlight("pfree");
        }
    }

    long acknowledged() {
        return acknowledged;
    }

    /** A line that the process said. */
    void line(String line) {
        int space = line.indexOf(' ');
        ByThread thread = threads.get(Integer.parseInt(line.substring(0, space)));
        String said = line.substring(space + 1);
        if (said.startsWith("> ")) {
            thread.inFlight = List.of(said.substring(2).split(" "));
            thread.outcome.clear();
        } else if (said.equals("<")) {
            thread.apply();
            thread.inFlight = List.of();
            acknowledged++;
        } else {
            thread.outcome.add(Long.parseLong(said.split(" ")[1]));
        }
    }

    /** {@return which thread has which page, in the words that a {@link SoakChild} reads} */
    List<String> shares() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < threads.size(); i++) {
            for (long page : threads.get(i).regular.keySet()) {
                lines.add(i + " alloc " + page);
            }
            for (long id : threads.get(i).guarded.keySet()) {
                lines.add(i + " palloc " + id);
            }
        }
        return lines;
    }

    /**
     * Compares the file with what was acknowledged; from then on its content is what the threads have. Of frees that were under
     * way each may have been done: others may have its pages then, without having been told. So it is tried with each of
     * them done and not done.
     *
     * @throws LabFailure if something is missing or too much, whatever was done
     */
    void check(Pager pager) {
        List<ByThread> freeing = threads.stream().filter(ByThread::isFreeing).toList();
        LabFailure failure = null;
        for (int done = 0; done < 1 << freeing.size(); done++) {
            List<ByThread> trial = new ArrayList<>();
            for (ByThread thread : threads) {
                ByThread copy = thread.copy();
                int which = freeing.indexOf(thread);
                if (which >= 0 && (done >> which & 1) != 0) {
                    copy.apply();
                }
                trial.add(copy);
            }
            try {
                checkThreads(pager, trial);
                threads = trial;
                Oracle.requireSound(pager);
                Oracle.requireNoLoss(pager);
                return;
            } catch (LabFailure e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        throw Objects.requireNonNull(failure);
    }

    private static void checkThreads(Pager pager, List<ByThread> trial) {
        SortedSet<Long> regular = new TreeSet<>();
        SortedSet<Long> guarded = new TreeSet<>();
        pager.allocatedPages().forEach(id -> regular.add(id.number()));
        pager.allocatedProtectedPages().forEach(id -> guarded.add(id.number()));
        for (ByThread thread : trial) {
            requireThere("page", thread.regular, regular);
            requireThere("protected page", thread.guarded, guarded);
        }
        settleAllocations(trial, "alloc", regular);
        settleAllocations(trial, "palloc", guarded);
        for (ByThread thread : trial) {
            checkContents(pager, thread);
            thread.inFlight = List.of();
        }
    }

    private static void requireThere(String what, Map<Long, Integer> mine, SortedSet<Long> found) {
        for (long number : mine.keySet()) {
            if (!found.remove(number)) {
                throw new LabFailure(what + " " + number + " is missing, or two have it");
            }
        }
    }

    /**
     * What nobody has, calls under way must have allocated, each all or nothing. Pages that were named are theirs; of the
     * others only the count can tell.
     */
    private static void settleAllocations(List<ByThread> threads, String what, SortedSet<Long> left) {
        List<ByThread> callers = threads.stream().filter(thread -> thread.isInFlight(what)).toList();
        List<Integer> sizes = new ArrayList<>();
        List<ByThread> open = new ArrayList<>();
        for (ByThread caller : callers) {
            sizes.add(caller.numbers().getFirst().intValue());
            open.add(caller);
        }
        List<Integer> chosen = sumTo(sizes, left.size(), open);
        for (int i : chosen) {
            ByThread caller = open.get(i);
            SortedMap<Long, Integer> mine = what.equals("alloc") ? caller.regular : caller.guarded;
            List<Long> got = new ArrayList<>(caller.outcome);
            for (long named : got) {
                if (!left.remove(named)) {
                    throw new LabFailure("page " + named + " was handed out, and is not allocated");
                }
            }
            caller.outcome.clear();
            caller.outcome.addAll(got);
            got.forEach(page -> ByThread.add(mine, page));
        }
        for (int i : chosen) {
            ByThread caller = open.get(i);
            SortedMap<Long, Integer> mine = what.equals("alloc") ? caller.regular : caller.guarded;
            for (int missing = sizes.get(i) - caller.outcome.size(); missing > 0; missing--) {
                ByThread.add(mine, left.removeFirst());
            }
        }
    }

    /** {@return which of the sizes make {@code sum}, those first who have been told of a page} */
    private static List<Integer> sumTo(List<Integer> sizes, int sum, List<ByThread> callers) {
        for (int subset = 0; subset < 1 << sizes.size(); subset++) {
            int total = 0;
            boolean hasAllNamed = true;
            List<Integer> chosen = new ArrayList<>();
            for (int i = 0; i < sizes.size(); i++) {
                if ((subset >> i & 1) != 0) {
                    total += sizes.get(i);
                    chosen.add(i);
                } else {
                    hasAllNamed &= callers.get(i).outcome.isEmpty();
                }
            }
            if (total == sum && hasAllNamed) {
                return chosen;
            }
        }
        throw new LabFailure(sum + " pages are allocated that nobody was told of; under way were calls for " + sizes);
    }

    private static void checkContents(Pager pager, ByThread thread) {
        for (Map.Entry<Long, Integer> entry : new TreeMap<>(thread.guarded).entrySet()) {
            try (var page = pager.read(new ProtectedPageId(entry.getKey()))) {
                boolean isNew = thread.isInFlight("pwrite") && thread.numbers().get(0).equals(entry.getKey())
                        && Stamps.matches(page.bytes(), thread.numbers().get(1).intValue());
                if (isNew) {
                    thread.guarded.put(entry.getKey(), thread.numbers().get(1).intValue());
                } else if (!Stamps.matches(page.bytes(), entry.getValue())) {
                    throw new LabFailure("protected page " + entry.getKey() + " has other content than acknowledged");
                }
            }
        }
        List<Long> loose = thread.isInFlight("write") ? thread.numbers().subList(0, 1) : Collections.emptyList();
        for (Map.Entry<Long, Integer> entry : new TreeMap<>(thread.regular).entrySet()) {
            if (entry.getValue() == Model.ANYTHING || loose.contains(entry.getKey())) {
                thread.regular.put(entry.getKey(), Model.ANYTHING);
                continue;
            }
            try (var page = pager.read(new PageId(entry.getKey()))) {
                if (!Stamps.matches(page.bytes(), entry.getValue())) {
                    throw new LabFailure("page " + entry.getKey() + " has other content than acknowledged");
                }
            }
        }
    }
}
