package io.mappedpages.crashlab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.mappedpages.Pager;
import io.mappedpages.PagerState;
import io.mappedpages.PagerUnavailableException;

/**
 * A pager at work on a simulated disk, with the model of what it must hold. Operations run through {@link #run}, which
 * marks their beginnings and ends in the disk's record.
 *
 * <p>
 * After a failure the pager may hold one of two states, and showing one of them does not make it durable: until the next
 * operation that does, a power cut may leave either.
 */
final class Session {

    /** The marks: {@code step} counts operations from 0; {@code ended} tells the end from the beginning. */
    record Step(int step, boolean ended) {
    }

    /**
     * What is known of one operation.
     *
     * @param before   what may have been durable before
     * @param after    and after
     * @param loose    pages whose content is anything while it runs
     * @param returned what the pager holds if it returned; null if it threw
     */
    record Done(Op op, List<Model> before, List<Model> after, Set<Long> loose, @Nullable Model returned) {

        /** What a power cut may leave while the operation is under way. */
        List<Model> during() {
            Set<Model> all = new LinkedHashSet<>(before);
            all.addAll(after);
            return all.stream().map(model -> model.withAnythingIn(loose)).toList();
        }
    }

    final SimulatedDisk disk;
    final Options options;
    private final List<Done> done = new ArrayList<>();
    private @Nullable Pager pager;
    /** What the pager shows. */
    private Model model;
    private Model next;
    /** What a power cut may leave now. */
    private List<Model> possible;
    private Set<Long> loose = new TreeSet<>();
    private boolean acknowledged;
    /** What was stored into regular pages and not synced. */
    private final Map<Long, Integer> stored = new LinkedHashMap<>();
    private int stamp;

    /** Works on a file that holds {@code model}, not yet opened. Stamps begin at {@code firstStamp}. */
    Session(SimulatedDisk disk, Options options, Model model, int firstStamp) {
        this.disk = disk;
        this.options = options;
        this.model = model;
        this.next = model;
        this.possible = List.of(model);
        this.stamp = firstStamp;
    }

    /** Creates a file and opens it. */
    static Session create(SimulatedDisk disk, Options options) {
        Session session = new Session(disk, options, new Model(), 1);
        session.pager = options.create(disk);
        return session;
    }

    /** Opens the file. */
    Session open() {
        pager = options.open(disk);
        return this;
    }

    /** Does one operation, of which it is known what it should lead to if it does not return. */
    void run(Op op, @Nullable Model ifItThrows) {
        List<Model> before = possible;
        next = model.copy();
        loose = new TreeSet<>();
        acknowledged = false;
        disk.mark(new Step(done.size(), false));
        Model returned = null;
        boolean wasHit = disk.hasStruck();
        try {
            op.run(this);
            returned = next;
        } finally {
            if (disk.hasStruck() != wasHit) {
                stored.clear(); // whatever comes, nobody can tell what was written
            }
            if (returned == null) {
                possible = afterThrowing(before, ifItThrows);
            } else if (acknowledged || before.size() == 1) {
                model = returned;
                possible = List.of(returned);
            } else {
                model = returned;
                possible = loosened(before);
            }
            next = model;
            done.add(new Done(op, before, possible, loose, returned));
            disk.mark(new Step(done.size() - 1, true));
        }
    }

    /**
     * Notes what several callers did at once, who marked the beginning of each step in the disk's record.
     *
     * @param allowed what a power cut may leave in each step; in the last one and all that follow, the last
     * @param steps   how many there were
     * @param now     what it may leave from now on
     * @param shown   what the pager shows, if it can be asked
     */
    void together(List<List<Model>> allowed, int steps, List<Model> now, Model shown) {
        for (int step = 0; step < steps; step++) {
            List<Model> meanwhile = allowed.get(Math.min(step, allowed.size() - 1));
            done.add(new Done(Op.ALLOC, meanwhile, step < steps - 1 ? List.of() : now, Set.of(), null));
        }
        model = shown;
        next = shown;
        possible = now;
        disk.mark(new Step(done.size() - 1, true));
    }

    /** Does one operation that is expected to return. */
    void run(Op op) {
        run(op, null);
    }

    private List<Model> afterThrowing(List<Model> before, @Nullable Model ifItThrows) {
        model = model.withAnythingIn(loose);
        List<Model> either = new ArrayList<>(loosened(before));
        if (ifItThrows != null) {
            either.add(ifItThrows.withAnythingIn(loose));
        }
        return either;
    }

    private List<Model> loosened(List<Model> models) {
        return loose.isEmpty() ? models : models.stream().map(each -> each.withAnythingIn(loose)).toList();
    }

    /** The process is gone; another one opens the file and finds one of the states that are possible. */
    void restart() {
        disk.restart();
        stored.clear();
        open();
        settleFor(Oracle.check(pager(), possible));
        Oracle.requireNoLoss(pager());
    }

    /** After an exception: the pager must be as before, or say at every call that it is unavailable until reopened. */
    void recover() {
        if (pager == null || pager.state() == PagerState.CLOSED) {
            open();
        } else if (pager.state() == PagerState.OPEN) {
            settleFor(Oracle.check(pager, List.of(model)));
            possible = List.of(model);
            return;
        } else {
            requireUnavailable(pager);
            pager.reopen();
        }
        settleFor(Oracle.check(pager(), possible));
        Oracle.requireNoLoss(pager());
    }

    private static void requireUnavailable(Pager pager) {
        if (pager.failure().isEmpty()) {
            throw new LabFailure("an unavailable pager does not say why");
        }
        List<Runnable> calls = List.of(pager::alloc, pager::pageCount, pager::freePageCount, pager::verify, pager::sync,
                pager::allocProtected, () -> pager.allocatedPages().forEach(_ -> {
                }));
        for (Runnable call : calls) {
            try {
                call.run();
            } catch (PagerUnavailableException e) {
                continue;
            }
            throw new LabFailure("an unavailable pager took a call");
        }
    }

    private void settleFor(Model found) {
        model = found;
        next = found;
    }

    List<Done> done() {
        return done;
    }

    Pager pager() {
        if (pager == null) {
            throw new IllegalStateException("not open");
        }
        return pager;
    }

    boolean isOpen() {
        return pager != null;
    }

    /** Takes another pager of the same file. */
    void pager(Pager other) {
        pager = other;
    }

    /** What the pager holds now; while an operation runs, what it will hold. */
    Model model() {
        return next;
    }

    /** What a power cut may leave. */
    List<Model> possible() {
        return possible;
    }

    /** A call returned that promises to be durable, and with it all that the pager showed before. */
    void acknowledged() {
        acknowledged = true;
    }

    /** From here until the operation ends, any mixture of old and new may be in the page. */
    void loosen(long page) {
        loose.add(page);
    }

    /** This was stored into a page, and will be durable after the next sync. */
    void stored(long page, int what) {
        stored.put(page, what);
        next.stamped(page, Model.ANYTHING);
    }

    /** All that was stored is durable. */
    void synced() {
        stored.forEach((page, what) -> {
            if (next.regular().get(page.intValue()) && next.stampOf(page) == Model.ANYTHING) {
                next.stamped(page, what);
            }
        });
        stored.clear();
    }

    /** The page has nothing any more that was stored before. */
    void overwritten(long page) {
        stored.remove(page);
    }

    int nextStamp() {
        return stamp++;
    }

    int lastStamp() {
        return stamp;
    }
}
