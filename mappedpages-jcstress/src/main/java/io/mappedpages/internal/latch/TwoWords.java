package io.mappedpages.internal.latch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

import org.openjdk.jcstress.infra.results.II_Result;

/** A page of two words with its latch. */
final class TwoWords {

    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT;

    final LatchBlock block = new LatchBlock(0);
    private final MemorySegment bytes = MemorySegment.ofArray(new int[2]);

    /** Nothing was read, or it does not count. */
    static void notRead(II_Result result) {
        result.r1 = -1;
        result.r2 = -1;
    }

    /** The page is a user's regular page from the beginning. */
    TwoWords allocated() {
        block.mark(0, LatchBlock.ALLOCATED);
        return this;
    }

    /** Plain loads. */
    void load(II_Result result) {
        result.r1 = bytes.get(WORD, 0);
        result.r2 = bytes.get(WORD, Integer.BYTES);
    }

    /** Plain stores. */
    void store(int word) {
        bytes.set(WORD, 0, word);
        bytes.set(WORD, Integer.BYTES, word);
    }

    /** Takes the latch of {@code latch} alone and stores as who borrowed a page does. {@return whether that was granted} */
    boolean storeLatched(LatchBlock latch, int word) {
        long ticket = latch.tryExclusive(0, 0, 0);
        if (ticket < 0) {
            return false;
        }
        VarHandle.storeStoreFence(); // as where the bytes of a borrowed page are handed out
        store(word);
        latch.releaseSole(0, ticket, 0);
        return true;
    }

    /** Looks, loads and looks again, in the order in which functions read a page without its latch. */
    void loadUnlatched(II_Result result) {
        long word = block.look(0);
        if (!LatchBlock.isReadable(word)) {
            notRead(result);
            return;
        }
        load(result);
        VarHandle.acquireFence();
        if (!block.isUnwritten(0, word)) {
            notRead(result);
        }
    }
}
