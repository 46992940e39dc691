package io.mappedpages.internal.engine;

/**
 * A latch that is held, shared or exclusive, by one piece of code that gives it back once.
 *
 * @param table  where its waiters are
 * @param block  where its word is; stays so while it is held
 * @param page   what it is for
 * @param ticket what {@link LatchBlock} gave for it
 */
record Latch(LatchTable table, LatchBlock block, long page, long ticket) {

    void release() {
        if (!block.releaseSole(page, ticket, 0)) {
            block.releaseCounted(page);
        }
        table.wakeWaiters(page);
    }
}
