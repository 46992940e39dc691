package io.mappedpages;

import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;

import io.mappedpages.internal.fault.FaultException;

/** Walks allocated numbers upwards, asking the engine for each next one only when the stream does. */
final class AllocatedNumbers {

    private AllocatedNumbers() {
    }

    /**
     * A lazy stream. The first number is looked up at once, so that a pager that is not open says so here and not only
     * when the stream is used.
     *
     * @param nextFrom the smallest allocated number that is not below its argument, or -1
     * @param from where to begin
     */
    static LongStream stream(LongUnaryOperator nextFrom, long from) {
        return LongStream.iterate(next(nextFrom, from), number -> number >= 0, number -> next(nextFrom, number + 1));
    }

    private static long next(LongUnaryOperator nextFrom, long from) {
        try {
            return nextFrom.applyAsLong(from);
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }
}
