package io.mappedpages.crashlab;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import io.mappedpages.MappedPage;
import io.mappedpages.MappedPageException;
import io.mappedpages.Pager;
import io.mappedpages.PagerState;
import io.mappedpages.internal.thread.Deadline;

/**
 * Several callers whose changes are one commit. A first one is held in the sync of its own commit; meanwhile the others
 * come, each when the one before is seen to wait; then all go on. So it is the same each time, to the bit.
 *
 * <p>What may be on the disk: what was before, that with the change of the first, or that with the changes of all others
 * as well, those apart that were refused. If the others needed more than one commit, any of them may be there, each whole.
 */
final class ManyCallers {

    private static final int MOST_MILLIS = 30_000;

    private final Session session;
    private final List<Caller> others;
    private final Set<Long> loose = new TreeSet<>();
    private final HeldSync held;

    /** What came of one call. */
    private static final class Call {
        private final Caller what;
        private final Thread thread;
        private volatile Caller.@Nullable Effect effect;
        private volatile @Nullable Throwable thrown;

        Call(Caller what, Pager pager, Caller.Share share) {
            this.what = what;
            thread = Thread.ofPlatform().daemon().name("caller " + what).unstarted(() -> {
                try {
                    effect = what.call(pager, share);
                } catch (Throwable e) {
                    thrown = e;
                }
            });
        }

        boolean isOver() {
            return !thread.isAlive();
        }

        boolean waitsOrIsOver() {
            return isOver() || thread.getState() == Thread.State.TIMED_WAITING;
        }

        @Override
        public String toString() {
            return what + (thrown == null ? "" : " (" + thrown + ")");
        }
    }

    private ManyCallers(Session session, List<Caller> others, int faultAt, @Nullable DiskFault fault) {
        this.session = session;
        this.others = others;
        this.held = new HeldSync(session, faultAt, fault);
    }

    /**
     * What callers did when nothing failed.
     *
     * @param first  what the first one did
     * @param others what the others did, those apart that were refused
     * @param calls  the calls they made that change the disk
     * @param granted which of the calls those are, the first one is 0
     * @param commits how many commits that took, that of the first one included
     */
    record Undisturbed(Caller.Effect first, List<Caller.Effect> others, List<DiskCall> calls, List<Integer> granted,
            int commits) {

        /** {@return whether the others were one commit} */
        boolean isTogether() {
            return commits <= 2;
        }
    }

    /** Has a page allocated and, meanwhile, all of {@code others} called in this order. */
    static Undisturbed run(Session session, List<Caller> others) {
        ManyCallers many = new ManyCallers(session, others, -1, null);
        List<Call> calls = many.call();
        for (Call call : calls) {
            if (call.effect == null && !(call.thrown instanceof MappedPageException)) {
                throw new LabFailure(call + " did not end as it should", call.thrown);
            }
        }
        if (calls.getFirst().effect == null) {
            throw new LabFailure("nothing was told to fail: " + calls);
        }
        requireRefusedAsTheyShould(calls);
        Undisturbed all = new Undisturbed(calls.getFirst().effect, many.effects(calls.subList(1, calls.size())),
                many.held.calls(),
                IntStream.range(1, calls.size()).filter(i -> calls.get(i).effect != null).boxed().toList(),
                many.held.commits());
        many.note(all);
        return all;
    }

    /** The same, and call number {@code faultAt} of those that change the disk fails. */
    static void run(Session session, List<Caller> others, Undisturbed undisturbed, int faultAt, DiskFault fault) {
        ManyCallers many = new ManyCallers(session, others, faultAt, fault);
        many.noteDisturbed(many.call(), undisturbed);
    }

    private static void requireRefusedAsTheyShould(List<Call> calls) {
        boolean isFreedTwice = calls.stream().anyMatch(call -> call.what == Caller.FREE_AGAIN);
        int freed = 0;
        for (Call call : calls) {
            boolean isGranted = call.effect != null;
            if (isFreedTwice && (call.what == Caller.FREE || call.what == Caller.FREE_AGAIN)) {
                freed += isGranted ? 1 : 0;
            } else if (isGranted == Caller.REFUSED.contains(call.what)) {
                throw new LabFailure(call + " was " + (isGranted ? "granted" : "refused") + ", among " + calls);
            }
        }
        if (isFreedTwice && freed != 1) {
            throw new LabFailure("a page that two wanted to free was freed " + freed + " times, by " + calls);
        }
    }

    private List<Call> call() {
        Pager pager = session.pager();
        List<Call> calls = new ArrayList<>();
        Model model = session.model();
        Call first = new Call(Caller.ALLOC, pager, share(pager, model));
        calls.add(first);
        List<Caller.Share> shares = new ArrayList<>();
        for (Caller other : others) {
            Caller.Share share = share(pager, model);
            shares.add(share);
            if (other.loosens(share) >= 0) {
                loose.add(other.loosens(share));
            }
        }
        boolean borrows = others.contains(Caller.FREE_BORROWED);
        @Nullable MappedPage borrowed = borrows ? pager.read(shares.getFirst().borrowed()) : null;
        try {
            held.hold(first.thread);
            first.thread.start();
            await(() -> held.isHeld() || first.isOver(), first);
            for (int i = 0; i < others.size(); i++) {
                Call call = new Call(others.get(i), pager, shares.get(i));
                calls.add(call);
                call.thread.start();
                await(call::waitsOrIsOver, call);
            }
            held.release();
            for (Call call : calls) {
                await(call::isOver, call);
            }
        } finally {
            held.end();
            if (borrowed != null) {
                borrowed.close();
            }
        }
        return calls;
    }

    private Caller.Share share(Pager pager, Model model) {
        return Caller.Share.of(pager, model, session.disk.capacity() / session.options.pageSize(), session.nextStamp());
    }

    /** Looks again and again; there is nobody who could tell. */
    private static void await(BooleanSupplier what, Call call) {
        Deadline deadline = Deadline.of(MOST_MILLIS * 1_000_000L);
        while (!what.getAsBoolean()) {
            if (deadline.left() <= 0) {
                throw new LabFailure(call + " neither waits nor ends: " + call.thread.getState());
            }
            Thread.yield();
        }
    }

    private List<Caller.Effect> effects(List<Call> calls) {
        List<Caller.Effect> effects = new ArrayList<>();
        for (Call call : calls) {
            if (call.effect != null) {
                effects.add(call.effect);
            }
        }
        return effects;
    }

    /** What there is with these changes: frees last, for pages may be free and taken again only one after the other. */
    private static @Nullable Model with(Model model, List<Caller.Effect> effects) {
        Model made = model.copy();
        try {
            effects.stream().filter(Caller.Effect::frees).forEach(effect -> effect.change().accept(made));
            effects.stream().filter(effect -> !effect.frees()).forEach(effect -> effect.change().accept(made));
        } catch (LabFailure e) {
            return null; // it has a page that another one did not give back
        }
        return made;
    }

    private static Model require(@Nullable Model model) {
        if (model == null) {
            throw new LabFailure("a page was handed out that somebody has");
        }
        return model;
    }

    private void note(Undisturbed all) {
        Model before = session.model();
        Model first = require(with(before, List.of(all.first())));
        Model after = require(with(first, all.others()));
        List<List<Model>> allowed = new ArrayList<>(List.of(loosened(List.of(before, first))));
        if (all.isTogether()) {
            allowed.add(loosened(List.of(first, after)));
            allowed.add(List.of(after));
        } else {
            allowed.add(loosened(subsets(first, all.others())));
        }
        session.together(allowed, held.steps(), List.of(after), after);
    }

    private List<Model> loosened(List<Model> models) {
        return models.stream().map(model -> model.withAnythingIn(loose)).toList();
    }

    /** Every state in which each change is there or not. */
    private static List<Model> subsets(Model before, List<Caller.Effect> effects) {
        Set<Model> models = new LinkedHashSet<>();
        for (int subset = 0; subset < 1 << effects.size(); subset++) {
            List<Caller.Effect> some = new ArrayList<>();
            for (int i = 0; i < effects.size(); i++) {
                if ((subset >> i & 1) != 0) {
                    some.add(effects.get(i));
                }
            }
            Model model = with(before, some);
            if (model != null) {
                models.add(model);
            }
        }
        return List.copyOf(models);
    }

    /** {@return what those of the others would have done who were not told} */
    private static List<Caller.Effect> untold(List<Call> calls, Undisturbed undisturbed) {
        List<Caller.Effect> untold = new ArrayList<>();
        for (int i = 0; i < undisturbed.others().size(); i++) {
            if (calls.get(undisturbed.granted().get(i)).effect == null) {
                untold.add(undisturbed.others().get(i));
            }
        }
        return untold;
    }

    private void noteDisturbed(List<Call> calls, Undisturbed undisturbed) {
        Model before = session.model();
        Model first = require(with(before, List.of(undisturbed.first())));
        Model all = require(with(first, undisturbed.others()));
        List<Caller.Effect> others = effects(calls.subList(1, calls.size()));
        boolean isFirstTold = calls.getFirst().effect != null;
        Model told = require(with(isFirstTold ? first : before, others));
        List<Model> possible;
        if (others.size() == undisturbed.others().size()) {
            possible = List.of(told);
        } else if (!isFirstTold) {
            possible = List.of(before, first);
        } else if (!undisturbed.isTogether()) { // some may have come to their end, and others not
            possible = subsets(told, untold(calls, undisturbed));
        } else if (!others.isEmpty()) {
            throw new LabFailure("of one commit some were told that it is durable and others that it failed: " + calls);
        } else {
            possible = List.of(first, all);
        }
        List<Model> during = new ArrayList<>(List.of(before));
        during.addAll(undisturbed.isTogether() ? List.of(first, all) : subsets(first, undisturbed.others()));
        during = loosened(during);
        if (session.disk.isDead() || session.pager().state() == PagerState.UNAVAILABLE) {
            session.together(List.of(during), held.steps(), loosened(possible), told);
        } else {
            Model shown = others.isEmpty() ? told.withAnythingIn(loose) : told;
            session.together(List.of(during), held.steps(), List.of(shown), shown);
        }
    }
}
