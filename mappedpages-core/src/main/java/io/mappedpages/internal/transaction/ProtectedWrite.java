package io.mappedpages.internal.transaction;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

import io.mappedpages.internal.commit.Batch;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.Sums;
import io.mappedpages.internal.latch.Latch;
import io.mappedpages.internal.latch.LatchBlock;

/**
 * Gives a protected page new contents.
 *
 * @param pair    its copies, as they have been since the latch is held
 * @param latch   held alone, on the copy that is not current
 * @param content the new contents
 */
public record ProtectedWrite(OpenFile file, long id, CopyPair pair, Latch latch, MemorySegment content)
        implements Change {

    @Override
    public boolean plan() throws IOException {
        file.state().directory().entry(id); // a damaged leaf must show before anything is written
        return true;
    }

    @Override
    public void apply(Batch batch) throws IOException {
        Sums sums = batch.write(pair.inactivePage(), content);
        file.state().directory().entry(id, pair.flippedTo(batch.generation(), sums));
    }

    @Override
    public void published() {
        latch.block().mark(pair.inactivePage(), LatchBlock.VERIFIED);
    }
}
