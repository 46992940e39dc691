package io.mappedpages.internal.transaction;

import java.io.IOException;
import java.util.List;

import io.mappedpages.internal.commit.Batch;

/** Several changes, none of which needs another one, that become durable together or not at all. */
public final class Together implements Change {

    private final List<Change> parts;
    /** Nothing was applied, and the caller comes again with what it holds. */
    private boolean comesAgain;

    /** @param parts of one transaction; those that take pages come before those that free some */
    public Together(List<? extends Change> parts) {
        this.parts = List.copyOf(parts);
    }

    @Override
    public void prepareAhead() {
        parts.forEach(Change::prepareAhead);
    }

    @Override
    public boolean prepare(Batch batch) throws IOException {
        boolean anyWritten = false;
        for (Change part : parts) {
            try {
                anyWritten |= part.prepare(batch);
            } catch (RuntimeException | Error e) {
                if (anyWritten) { // the next batch would take that for written by this one, which may come to nothing
                    throw new IOException("writing what a transaction has staged was broken off", e);
                }
                throw e;
            }
        }
        return anyWritten;
    }

    /** If more pages have to be reserved for tree nodes first, there is nothing to apply, and nothing is given back. */
    @Override
    public boolean plan() throws IOException {
        comesAgain = false;
        for (Change part : parts) {
            if (!part.plan()) {
                if (!(part instanceof ReservedPages)) {
                    throw new IllegalStateException("a page moved while it was latched");
                }
                comesAgain = true;
                return false;
            }
        }
        return true;
    }

    @Override
    public long nodesBelow() {
        return parts.stream().mapToLong(Change::nodesBelow).max().orElse(0);
    }

    @Override
    public void postponed() {
        parts.forEach(Change::postponed);
    }

    @Override
    public boolean isFreeing() {
        return parts.stream().anyMatch(Change::isFreeing);
    }

    @Override
    public void apply(Batch batch) throws IOException {
        for (Change part : parts) {
            part.apply(batch);
        }
    }

    @Override
    public void durable() {
        parts.forEach(Change::durable);
    }

    @Override
    public void published() {
        parts.forEach(Change::published);
    }

    @Override
    public void giveBack() {
        if (!comesAgain) {
            parts.forEach(Change::giveBack);
        }
    }
}
