package io.mappedpages.crashlab;

import java.util.List;

/**
 * Cuts the power at every event of a recorded session. Each disk that this could leave is opened and must hold what was
 * acknowledged, or that with the operation in flight done whole. From some of them work goes on, and the power is cut
 * again.
 */
final class PowerCuts {

    /**
     * How far to go.
     *
     * @param images which disks to look at after each event
     * @param again  from one of so many disks work goes on
     * @param depth  how often the power may be cut in one story
     * @param pure   whether there was nothing but power cuts, so that no loss may be reported
     */
    record Effort(CrashImages.Limits images, int again, int depth, boolean pure) {

        private static final CrashImages.Limits FEW = new CrashImages.Limits(16, 6, true);

        /** For what happens after a power cut. */
        Effort next() {
            return new Effort(FEW, 7, depth - 1, pure);
        }
    }

    private final Tally tally;
    private final String operation;
    private final Base base;
    private final Effort effort;
    private final LongSet seen;
    private final Image opened = new Image();
    private Survivor survivor = (_, _, _, _) -> {
    };

    private int at;
    private Op inFlight = Op.VERIFY;
    private List<Model> allowed;

    /** Hears of every disk that was as it should be. {@code bytes} is only lent. */
    interface Survivor {
        void opened(byte[] bytes, int length, Model found, List<Model> allowed);
    }

    private PowerCuts(Tally tally, String operation, Base base, Effort effort, LongSet seen) {
        this.tally = tally;
        this.operation = operation;
        this.base = base;
        this.effort = effort;
        this.seen = seen;
        this.allowed = List.of(base.model());
    }

    /**
     * Does {@code ops} and cuts the power in those from number {@code from} on.
     *
     * @param operation the name to count this under
     */
    static void explore(Tally tally, String operation, Base base, List<Op> ops, int from, Effort effort) {
        new PowerCuts(tally, operation, base, effort, new LongSet()).workAndCut(ops, from);
    }

    /**
     * Cuts the power in a session that began with {@code base}, in its steps from number {@code from} on.
     *
     * @param seen disks that were looked at already, each with what it had to hold
     */
    static void explore(Tally tally, String operation, Base base, Session session, int from, Effort effort,
            LongSet seen) {
        new PowerCuts(tally, operation, base, effort, seen).cutAll(session, from);
    }

    /** Does {@code ops}, cuts the power in those from number {@code from} on and tells {@code survivor} of every disk. */
    static void explore(Tally tally, String operation, Base base, List<Op> ops, int from, Effort effort,
            Survivor survivor) {
        PowerCuts cuts = new PowerCuts(tally, operation, base, effort, new LongSet());
        cuts.survivor = survivor;
        cuts.workAndCut(ops, from);
    }

    /** The same, and tells {@code survivor} of every disk. */
    static void explore(Tally tally, String operation, Base base, Session session, Effort effort, Survivor survivor) {
        PowerCuts cuts = new PowerCuts(tally, operation, base, effort, new LongSet());
        cuts.survivor = survivor;
        cuts.cutAll(session, 0);
    }

    private void workAndCut(List<Op> ops, int from) {
        Session session = new Session(base.disk(), base.options(), base.model(), base.nextStamp());
        try {
            session.open();
            ops.forEach(session::run);
            session.disk.finishCheckpoint();
            Oracle.check(session.pager(), List.of(session.model()));
        } catch (LabFailure | RuntimeException e) {
            throw new LabFailure(ops + " on " + base + ": " + e.getMessage(), e);
        }
        try {
            cutAll(session, from);
        } catch (LabFailure e) {
            throw new LabFailure(ops + " on " + base + ", " + e.getMessage(), e);
        }
    }

    private void cutAll(Session session, int from) {
        List<DiskEvent> log = session.disk.log();
        Medium medium = base.medium();
        int step = 0;
        long sameAsBefore = 0;
        for (at = 0; at < log.size(); at++) {
            DiskEvent event = log.get(at);
            medium.apply(event);
            if (event instanceof DiskEvent.Mark(Session.Step mark)) {
                Session.Done now = session.done().get(mark.step());
                step = mark.step();
                inFlight = now.op();
                allowed = mark.ended() ? now.after() : now.during();
            }
            long fingerprint = fingerprint();
            boolean changesNothing = event instanceof DiskEvent.SyncBegin || event instanceof DiskEvent.Mark;
            if (step >= from && !(changesNothing && fingerprint == sameAsBefore)) {
                cut(medium, step, event, fingerprint);
                sameAsBefore = fingerprint;
            }
        }
    }

    private long fingerprint() {
        return allowed.stream().mapToLong(Model::fingerprint).reduce(0, (a, b) -> Hashes.mix(a + b));
    }

    private void cut(Medium medium, int step, DiskEvent event, long fingerprint) {
        CrashImages.list(medium.target(), effort.images(), at, (bytes, length, hash) -> {
            if (!seen.add(hash ^ fingerprint)) {
                return;
            }
            try {
                tally.checked(operation, hash);
                opened.show(bytes, length);
                Model found = Oracle.check(opened, base.options(), allowed, effort.pure());
                if (effort.pure()) {
                    FormatAudit.check(bytes, length, allowed);
                }
                survivor.opened(bytes, length, found, allowed);
                if (effort.depth() > 1 && Long.remainderUnsigned(Hashes.mix(hash), effort.again()) == 0) {
                    goOn(bytes, length, found, (int) hash);
                }
            } catch (LabFailure | RuntimeException e) {
                throw new LabFailure("power cut at event " + at + " (" + event + ") in step " + step + ", "
                        + inFlight + ", disk " + Long.toHexString(hash) + ": " + e.getMessage(), e);
            }
        });
    }

    /** Tries the operation once more on what the power cut left, or not, and takes all pages there are, and then some. */
    private void goOn(byte[] bytes, int length, Model found, int variant) {
        Model again = Oracle.check(opened, base.options(), List.of(found), effort.pure());
        if (again != found) {
            throw new LabFailure("opening twice gives " + found + " and then " + again);
        }
        Options options = (variant & 1) == 0 ? base.options().otherwiseReserved() : base.options();
        Base left = base.with("what the power cut left", options, bytes, length, found, base.nextStamp() + 1000);
        List<Op> then = (variant & 2) == 0 ? List.of(Op.DRAIN, Op.GROWTH)
                : (variant & 4) == 0 ? List.of(inFlight, Op.DRAIN) : List.of(inFlight, Op.DRAIN, Op.GROWTH);
        new PowerCuts(tally, operation, left, effort.next(), seen).workAndCut(then, 0);
    }
}
