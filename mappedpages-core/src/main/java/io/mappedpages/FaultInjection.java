package io.mappedpages;

import java.util.EnumMap;
import java.util.Map;

import io.mappedpages.internal.fault.InjectedFaults;

/**
 * Makes a pager fail, for tests of the applications that use it: give it to {@link PagerBuilder#faults} and say later what is to
 * fail. What fails is not done, and the pager behaves as after a real failure.
 *
 * {@snippet lang = java :
 * FaultInjection faults = new FaultInjection();
 * Pager pager = Pager.builder(path).faults(faults).openOrCreate();
 * faults.failNext(FaultInjection.Call.SYNC);
 * pager.alloc(); // throws PagerUnavailableException, and so do all calls until pager.reopen()
 * }
 *
 * <p>
 * Reading, closing and what a file is created with do not fail; nor does a growth for want of room on the disk: what an application
 * sees of that is what it sees of an allocation that fails.
 *
 * <p>
 * Not for production: it costs a look at each write, and its only use is to break things. Any thread may call any method. It may be
 * given to several pagers; each fault strikes the first of them that comes.
 */
public final class FaultInjection {

    /** What can be made to fail. */
    public enum Call {

        /** Writing to the file, as each commit does. The pager becomes {@link PagerState#UNAVAILABLE}. */
        WRITE(InjectedFaults.Point.WRITE),

        /** A sync, as each commit needs. The pager becomes {@link PagerState#UNAVAILABLE}. */
        SYNC(InjectedFaults.Point.SYNC),

        /**
         * Mapping a part of the file, as growth does, and the first touch of a page far from all others. The pager becomes
         * {@link PagerState#UNAVAILABLE}.
         */
        REMAP(InjectedFaults.Point.MAP),

        /** An allocation of one or more pages, which throws {@link PagerFullException}. The pager stays usable. */
        ALLOCATION(InjectedFaults.Point.ALLOCATION);

        private final InjectedFaults.Point point;

        Call(InjectedFaults.Point point) {
            this.point = point;
        }
    }

    private final Map<InjectedFaults.Point, Integer> pending = new EnumMap<>(InjectedFaults.Point.class);

    /** Makes one with which nothing fails yet. */
    public FaultInjection() {
    }

    /**
     * Makes the next call of a kind fail; the one after that too, if this is called twice.
     *
     * @param call what is to fail
     */
    public synchronized void failNext(Call call) {
        pending.merge(call.point, 1, Integer::sum);
    }

    /**
     * Tells whether a fault waits for its call.
     *
     * @param call what is to fail
     * @return whether the next such call will fail
     */
    public synchronized boolean isPending(Call call) {
        return pending.containsKey(call.point);
    }

    /** Takes all faults back that have not struck yet. */
    public synchronized void reset() {
        pending.clear();
    }

    /** {@return whether a fault waits for this, and now has it} */
    synchronized boolean strikes(InjectedFaults.Point point) {
        Integer left = pending.remove(point);
        if (left != null && left > 1) {
            pending.put(point, left - 1);
        }
        return left != null;
    }
}
