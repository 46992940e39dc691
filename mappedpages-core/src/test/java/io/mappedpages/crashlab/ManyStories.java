package io.mappedpages.crashlab;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.mappedpages.PagerState;

/** Stories of {@link ManyCallers}: who they are, what fails, and where the power is cut. */
final class ManyStories {

    private final Tally tally;
    private final String title;
    private final Base base;
    private final PowerCuts.Effort effort;

    /** @param title the name to count the disks under */
    ManyStories(Tally tally, String title, Options options, PowerCuts.Effort effort) {
        this.tally = tally;
        this.title = title;
        this.base = base(options);
        this.effort = effort;
    }

    /** Pages of both kinds, enough for all callers; free ones that were used and free ones that nobody had. */
    private static Base base(Options options) {
        Base base = Base.of("for many callers", options, List.of(Op.ALLOC_PROTECTED_BULK, Op.ALLOC_PROTECTED_BULK,
                Op.PROTECTED_COMMIT, Op.GROWTH, Op.FREE, Op.FREE, Op.GROWTH, Op.COMMIT_EVERYWHERE, Op.FREE_BULK,
                Op.FREE_BULK, Op.FREE, Op.PROTECTED_COMMIT));
        return base.withRoom(4 * base.capacity());
    }

    /** All orders of {@code some}, each a list. */
    static List<List<Caller>> orders(List<Caller> some) {
        if (some.isEmpty()) {
            return List.of(List.of());
        }
        List<List<Caller>> orders = new ArrayList<>();
        for (int i = 0; i < some.size(); i++) {
            List<Caller> rest = new ArrayList<>(some);
            Caller first = rest.remove(i);
            for (List<Caller> order : orders(rest)) {
                orders.add(with(order, 0, first));
            }
        }
        return orders;
    }

    /** {@code callers} with one more at this place. */
    static List<Caller> with(List<Caller> callers, int at, Caller one) {
        List<Caller> all = new ArrayList<>(callers);
        all.add(at, one);
        return all;
    }

    /** All lists of {@code size} different callers who are granted what they want. */
    static List<List<Caller>> lists(int size) {
        if (size == 0) {
            return List.of(List.of());
        }
        List<List<Caller>> lists = new ArrayList<>();
        for (List<Caller> shorter : lists(size - 1)) {
            for (Caller one : Caller.GRANTED) {
                if (!shorter.contains(one)) {
                    lists.add(with(shorter, shorter.size(), one));
                }
            }
        }
        return lists;
    }

    /** {@return as many of them as are asked for, always the same} */
    static <T> List<T> sample(List<T> all, int count) {
        if (count >= all.size()) {
            return all;
        }
        List<T> left = new ArrayList<>(all);
        Random random = new Random(count);
        List<T> sample = new ArrayList<>();
        while (sample.size() < count) {
            sample.add(left.remove(random.nextInt(left.size())));
        }
        return sample;
    }

    private Session open() {
        // The first change of an opening does more; a commit of many is not the first.
        Session session = new Session(base.disk(), base.options(), base.model(), base.nextStamp()).open();
        session.run(Op.PROTECTED_COMMIT);
        return session;
    }

    /** Cuts the power at every event of the callers' commits. */
    void cutPower(List<Caller> callers) {
        Session session = open();
        try {
            ManyCallers.run(session, callers);
            Oracle.check(session.pager(), List.of(session.model()));
            PowerCuts.explore(tally, title, base, session, 1, effort, new LongSet());
        } catch (LabFailure | RuntimeException e) {
            throw new LabFailure("at once " + callers + " on " + base + ": " + e.getMessage(), e);
        }
    }

    /** Lets each call that changes the disk fail in each of these ways, goes on, and cuts the power. */
    void failEachCall(List<Caller> callers, Iterable<DiskFault> faults, List<Op> then) {
        ManyCallers.Undisturbed undisturbed = ManyCallers.run(open(), callers);
        LongSet seen = new LongSet();
        for (int call = 0; call < undisturbed.calls().size(); call++) {
            for (DiskFault fault : faults) {
                if (fault.strikes(undisturbed.calls().get(call))) {
                    failOne(callers, undisturbed, call, fault, then, seen);
                }
            }
        }
    }

    private void failOne(List<Caller> callers, ManyCallers.Undisturbed undisturbed, int call, DiskFault fault,
            List<Op> then, LongSet seen) {
        try {
            Session session = open();
            ManyCallers.run(session, callers, undisturbed, call, fault);
            if (session.disk.isDead() || session.pager().state() == PagerState.UNAVAILABLE) {
                FaultStory.goOn(session);
            }
            then.forEach(session::run);
            Oracle.check(session.pager(), List.of(session.model()));
            PowerCuts.explore(tally, title, base, session, 1, effort, seen);
        } catch (LabFailure | RuntimeException e) {
            throw new LabFailure("at once " + callers + " on " + base + ", call " + call + " ("
                    + undisturbed.calls().get(call) + ") " + fault + ", then " + then + ": " + e.getMessage(), e);
        }
    }
}
