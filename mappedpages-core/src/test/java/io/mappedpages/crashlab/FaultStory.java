package io.mappedpages.crashlab;

import java.util.List;

import io.mappedpages.MappedPageException;
import io.mappedpages.PagerState;

/**
 * One call of a workload fails, or is the last of its process. The pager must then be unharmed or unavailable as
 * promised, and whoever opens the file again finds an acknowledged state. Work goes on, and the power is cut.
 */
final class FaultStory {

    private final Base base;
    private final List<Op> ops;
    private final List<DiskCall> calls;
    /** What each operation leads to when nothing fails. */
    private final List<Session.Done> undisturbed;

    private FaultStory(Base base, List<Op> ops, Session session) {
        this.base = base;
        this.ops = ops;
        this.calls = session.disk.calls();
        this.undisturbed = session.done();
    }

    /** Runs the workload without a fault, to learn which calls it makes and where they lead. */
    static FaultStory of(Base base, List<Op> ops) {
        Session session = new Session(base.disk(), base.options(), base.model(), base.nextStamp()).open();
        ops.forEach(session::run);
        FaultStory story = new FaultStory(base, ops, session);
        session.disk.finishCheckpoint(); // what it does now belongs to no operation
        return story;
    }

    /** The calls of the workload, opening included, in their order. */
    List<DiskCall> calls() {
        return calls;
    }

    /**
     * Tells the story with this call failing.
     *
     * @param then what to do after recovering, besides the rest of the workload
     * @return the session, for cutting the power in
     */
    Session tell(int call, DiskFault fault, List<Op> then) {
        Session session = new Session(base.disk(), base.options(), base.model(), base.nextStamp());
        session.disk.arm(call, fault);
        try {
            begin(session);
            for (int i = 0; i < ops.size(); i++) {
                step(session, ops.get(i), undisturbed.get(i).returned());
            }
            for (Op op : then) {
                session.run(op);
            }
            session.disk.finishCheckpoint();
            Oracle.check(session.pager(), List.of(session.model()));
            return session;
        } catch (LabFailure | RuntimeException e) {
            throw new LabFailure(describe(call, fault) + ", then " + then + ": " + e.getMessage(), e);
        }
    }

    String describe(int call, DiskFault fault) {
        return ops + " on " + base + ", call " + call + " (" + calls.get(call) + ") " + fault;
    }

    private static void begin(Session session) {
        try {
            session.open();
        } catch (MappedPageException | ProcessDeath e) {
            goOn(session);
        }
    }

    private static void step(Session session, Op op, Model ifItThrows) {
        try {
            session.run(op, ifItThrows);
        } catch (MappedPageException | ProcessDeath e) {
            if (!session.disk.hasStruck()) {
                throw e;
            }
            goOn(session);
        }
        // Its last call was one whose failure is not told, or the checkpoint after a commit that had returned has failed.
        if (session.disk.isDead() || session.pager().state() == PagerState.UNAVAILABLE) {
            goOn(session);
        }
    }

    /** After a failure: another process, or the pager opened anew. */
    static void goOn(Session session) {
        if (session.disk.isDead()) {
            session.restart();
        } else {
            session.recover();
        }
    }
}
