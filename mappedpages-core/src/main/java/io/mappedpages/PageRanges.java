package io.mappedpages;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import io.mappedpages.internal.engine.PageRun;
import io.mappedpages.internal.fault.FaultException;

/** Walks over the file from one change of use to the next. Runs that the engine gives in pieces become one range. */
final class PageRanges implements Iterator<PageRange> {

    private final LongFunction<PageRun> runFrom;
    private PageRun next;

    private PageRanges(LongFunction<PageRun> runFrom, long from) {
        this.runFrom = runFrom;
        this.next = look(from);
    }

    /**
     * A lazy stream. The first run is looked up at once, so that a pager that is not open says so here and not only when
     * the stream is used.
     */
    static Stream<PageRange> stream(LongFunction<PageRun> runFrom, long from) {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(new PageRanges(runFrom, from),
                Spliterator.ORDERED | Spliterator.DISTINCT | Spliterator.NONNULL), false);
    }

    @Override
    public boolean hasNext() {
        return !next.isEmpty();
    }

    @Override
    public PageRange next() {
        PageRun begun = next;
        if (begun.isEmpty()) {
            throw new NoSuchElementException();
        }
        long end = begun.end();
        PageRun following = look(end);
        while (!following.isEmpty() && following.use() == begun.use()) {
            end = following.end();
            following = look(end);
        }
        next = following;
        return new PageRange(begun.first(), end - begun.first(), Reports.of(begun.use()));
    }

    private PageRun look(long from) {
        try {
            return runFrom.apply(from);
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }
}
