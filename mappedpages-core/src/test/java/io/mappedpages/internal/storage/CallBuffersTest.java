package io.mappedpages.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.mappedpages.internal.storage.CallBuffers.CallBuffer;

/**
 * What calls need beside what is kept is freed when they are over. It was once left to the collector, and where that does not
 * run in time, a sync failed for want of memory and the pager stopped.
 */
class CallBuffersTest {

    private static final int MANY = 3 * CallBuffers.MOST_KEPT;

    @BeforeEach
    void onlyWithNativeCalls() {
        assumeTrue(LinuxCalls.get() != null, "no native calls here");
    }

    @Test
    void noMoreIsKeptThanThereIsRoomForAndTheRestIsFreedAtOnce() {
        List<CallBuffer> taken = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            taken.add(CallBuffers.take());
        }
        assertThat(taken).allMatch(buffer -> buffer.bytes().byteSize() == CallBuffers.TRANSFER_BYTES);
        taken.forEach(CallBuffers::giveBack);
        assertThat(taken).filteredOn(buffer -> buffer.bytes().scope().isAlive())
                .hasSizeLessThanOrEqualTo(CallBuffers.MOST_KEPT);
    }

    @Test
    void aCallThatCarriesNothingTakesNextToNothing() {
        List<CallBuffer> taken = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            taken.add(CallBuffers.takeSmall());
        }
        assertThat(taken.getLast().bytes().byteSize()).isEqualTo(CallBuffers.SMALL_BYTES);
        taken.forEach(CallBuffers::giveBack);
    }

    @Test
    void whatIsKeptIsUsedAgain() {
        CallBuffer first = CallBuffers.take();
        CallBuffers.giveBack(first);
        List<CallBuffer> taken = new ArrayList<>();
        for (int i = 0; i < CallBuffers.MOST_KEPT; i++) {
            taken.add(CallBuffers.take());
        }
        assertThat(taken).contains(first);
        taken.forEach(CallBuffers::giveBack);
    }
}
