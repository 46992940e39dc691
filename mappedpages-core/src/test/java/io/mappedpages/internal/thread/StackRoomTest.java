package io.mappedpages.internal.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import io.mappedpages.testing.Patience;

/** What is looked for is really as large as promised, whoever compiled the frames. */
class StackRoomTest {

    private static final int MEGABYTE = 1 << 20;

    /** Enough that the optimizing compiler has seen it, and more. */
    private static final int WARM_UP = 200_000;

    private long sink;

    @Test
    void aFrameTakesAKilobyteInCompiledCode() {
        for (int i = 0; i < WARM_UP; i++) {
            StackRoom.forChange();
            StackRoom.forLatch();
        }
        // Compiled it is when the compiler has got to it, and perhaps between one look and the next.
        int[] frame = new int[1];
        try {
            Patience.await("a frame takes 1000 to 4000 bytes", () -> {
                // what the virtual machine keeps for itself is the same in both
                int more = levelsIn(3 * MEGABYTE) - levelsIn(2 * MEGABYTE);
                frame[0] = MEGABYTE / Math.max(1, more); // none, if it was compiled in between
                return 1000 <= frame[0] && frame[0] <= 4000;
            });
        } catch (AssertionError e) {
            // One that is larger, for whatever the compiler has done, is as safe.
            assertThat(frame[0]).as("bytes in a frame").isBetween(1000, 16_000);
        }
    }

    @Test
    void whereTheStackEndsItIsSaid() {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        onStackOf(MEGABYTE / 2, () -> assertThatThrownBy(() -> lookAndGoDown(MEGABYTE)).satisfies(thrown::set));
        assertThat(thrown.get()).isInstanceOf(StackOverflowError.class);
        assertThat(thrown.get().getStackTrace()[0].getMethodName()).isEqualTo("descend");
    }

    private static int lookAndGoDown(int levels) {
        StackRoom.forChange();
        return levels == 0 ? 0 : 1 + lookAndGoDown(levels - 1);
    }

    /** {@return the most levels that a thread with so much stack has room for} */
    private int levelsIn(int bytes) {
        int[] found = new int[1];
        onStackOf(bytes, () -> {
            int fits = 0;
            int tooMany = bytes / 100;
            while (fits + 1 < tooMany) {
                int middle = fits + tooMany >>> 1;
                if (hasRoomFor(middle)) {
                    fits = middle;
                } else {
                    tooMany = middle;
                }
            }
            found[0] = fits;
        });
        return found[0];
    }

    private boolean hasRoomFor(int levels) {
        try {
            sink += StackRoom.descend(levels, false);
            return true;
        } catch (StackOverflowError e) {
            return false;
        }
    }

    private static void onStackOf(int bytes, Runnable work) {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(null, work, "stack of " + bytes, bytes);
        thread.setUncaughtExceptionHandler((_, e) -> failure.set(e));
        thread.start();
        Patience.await(thread + " ends", () -> !thread.isAlive());
        assertThat(failure.get()).isNull();
    }
}
