package io.mappedpages.comparison.measure;

import java.util.Map;

import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.Histogram;

/** What all callers together have noted. */
final class Tally {

    private static final int DIGITS = 3;

    private final Histogram reads = new Histogram(DIGITS);
    private final Histogram commits = new Histogram(DIGITS);
    private long calls;
    private long committed;
    private long read;
    private long nanos;

    void add(long calls, long committed, AbstractHistogram reads, AbstractHistogram commits, long read) {
        this.calls += calls;
        this.committed += committed;
        this.reads.add(reads);
        this.commits.add(commits);
        this.read += read;
    }

    void took(long nanos) {
        this.nanos = nanos;
    }

    long calls() {
        return calls;
    }

    long commits() {
        return committed;
    }

    /** {@return what was read in all, which is nothing to anybody} */
    long read() {
        return read;
    }

    /** Adds rate and percentiles to figures. */
    void tell(Map<String, Double> figures) {
        figures.put(Figures.PER_SECOND, calls * 1e9 / nanos);
        percentiles(Figures.READ, reads, figures);
        percentiles(Figures.COMMIT, commits, figures);
    }

    private static void percentiles(String kind, Histogram of, Map<String, Double> figures) {
        if (of.getTotalCount() > 0) {
            figures.put(kind + Figures.P50, of.getValueAtPercentile(50) / 1000.0);
            figures.put(kind + Figures.P99, of.getValueAtPercentile(99) / 1000.0);
            figures.put(kind + Figures.P999, of.getValueAtPercentile(99.9) / 1000.0);
            figures.put(kind + Figures.MOST, of.getMaxValue() / 1000.0);
        }
    }
}
