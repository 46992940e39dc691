package io.mappedpages.testing;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether calls that overlapped in time can have taken effect one after the other, each at a moment between its beginning and its
 * end, so that every one of them had the result that it had. (Wing and Gong, Testing and Verifying Concurrent Objects, 1993; states
 * that were seen with the same calls done are not tried again, after Lowe.)
 *
 * <p>
 * Our own, and small, because what a call may return is not one value: an allocation may hand out any page that is free. A model
 * that has to give the same results as the pager would have to choose the same pages.
 */
public final class Linearization {

    private Linearization() {
    }

    /**
     * A call that has returned.
     *
     * @param begin by a clock that all calls share
     * @param end   by the same clock
     * @param effect what it did, of which its result is a part
     */
    public record Call<S>(long begin, long end, Effect<S> effect) {
    }

    /** What a call did. */
    public interface Effect<S> {

        /** {@return the state after it, or nothing if it cannot have had its result in {@code before}} */
        Optional<S> on(S before);
    }

    /** {@return whether there is an order} States are compared with {@code equals}, and never change. */
    public static <S> boolean exists(S initial, List<Call<S>> calls) {
        List<Call<S>> sorted = new ArrayList<>(calls);
        sorted.sort(Comparator.comparingLong(Call::begin));
        return new Search<>(sorted).from(new BitSet(), initial);
    }

    private static final class Search<S> {

        private record Tried<S>(BitSet done, S state) {
        }

        private final List<Call<S>> calls;
        private final Set<Tried<S>> tried = new HashSet<>();

        Search(List<Call<S>> calls) {
            this.calls = calls;
        }

        boolean from(BitSet done, S state) {
            if (done.cardinality() == calls.size()) {
                return true;
            }
            if (!tried.add(new Tried<>((BitSet) done.clone(), state))) {
                return false;
            }
            long firstEnd = Long.MAX_VALUE; // whoever begins after that comes after it
            for (int i = done.nextClearBit(0); i < calls.size(); i = done.nextClearBit(i + 1)) {
                firstEnd = Math.min(firstEnd, calls.get(i).end());
            }
            for (int i = done.nextClearBit(0); i < calls.size(); i = done.nextClearBit(i + 1)) {
                Call<S> call = calls.get(i);
                if (call.begin() > firstEnd) {
                    break;
                }
                Optional<S> after = call.effect().on(state);
                if (after.isPresent()) {
                    done.set(i);
                    if (from(done, after.get())) {
                        return true;
                    }
                    done.clear(i);
                }
            }
            return false;
        }
    }
}
