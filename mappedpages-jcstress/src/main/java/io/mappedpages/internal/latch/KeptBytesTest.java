package io.mappedpages.internal.latch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** The mapped bytes of a block are kept in a plain field. */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "The reader misses them, and goes the long way.")
@Outcome(id = "8, 7", expect = Expect.ACCEPTABLE, desc = "The reader has them whole.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The reader has a part of them.")
@State
public class KeptBytesTest {

    private static final MemorySegment MAPPED = MemorySegment.ofArray(new int[] {7, 7});

    private final LatchBlock block = new LatchBlock(0);

    @Actor
    public void keep() {
        block.keepBytes(MAPPED.asSlice(0, MAPPED.byteSize()));
    }

    @Actor
    public void use(II_Result result) {
        LatchBlock.Bytes bytes = block.bytes();
        result.r1 = (int) bytes.length();
        result.r2 = bytes.length() == 0 ? 0 : bytes.readOnly().get(ValueLayout.JAVA_INT, Integer.BYTES);
    }
}
