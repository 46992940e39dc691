package io.mappedpages.internal.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PageStatesTest {

    @Test
    void fourStatesLieInAByteLowestBitsFirst() {
        byte[] bytes = new byte[4];
        PageStates states = new PageStates(bytes, 1, 8);

        states.set(0, PageState.DATA);
        states.set(1, PageState.COPY);
        states.set(2, PageState.INTERNAL);
        states.set(7, PageState.COPY);

        assertThat(TestBytes.hex(bytes, 0, 4)).isEqualTo("00398000");
    }

    @Test
    void whateverIsDoneTheyAgreeWithAPlainArray() {
        long seed = TestBytes.seed();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            int offset = random.nextInt(12);
            int count = 1 + random.nextInt(round % 3 == 0 ? 9 : 700);
            byte[] bytes = TestBytes.random(random, offset + (count + 3) / 4 + random.nextInt(10));
            byte[] before = bytes.clone();
            PageStates states = new PageStates(bytes, offset, count);
            int[] model = new int[count];
            for (int i = 0; i < count; i++) {
                model[i] = before[offset + i / 4] >> 2 * (i % 4) & 3;
            }
            for (int step = 0; step < 60; step++) {
                change(states, model, random);
                compare(states, model, random, TestBytes.named(seed) + " round " + round + " step " + step);
            }
            assertThat(Arrays.copyOf(bytes, offset)).isEqualTo(Arrays.copyOf(before, offset));
            int end = offset + (count + 3) / 4;
            assertThat(Arrays.copyOfRange(bytes, end, bytes.length))
                    .isEqualTo(Arrays.copyOfRange(before, end, bytes.length));
        }
    }

    private static void change(PageStates states, int[] model, Random random) {
        int state = random.nextInt(4);
        int from = random.nextInt(model.length);
        if (random.nextBoolean()) {
            states.set(from, state);
            model[from] = state;
        } else {
            // Long runs of one state are what makes a search skip words.
            int limit = from + random.nextInt(model.length - from + 1);
            states.fill(state, from, limit);
            Arrays.fill(model, from, limit, state);
        }
    }

    private static void compare(PageStates states, int[] model, Random random, String description) {
        int state = random.nextInt(4);
        int from = random.nextInt(model.length + 1);
        int limit = random.nextInt(model.length + 1);
        int next = -1;
        int nextNot = -1;
        int counted = 0;
        for (int i = limit - 1; i >= from; i--) {
            next = model[i] == state ? i : next;
            nextNot = model[i] != state ? i : nextNot;
        }
        for (int i = 0; i < limit; i++) {
            counted += model[i] == state ? 1 : 0;
        }
        assertThat(states.next(state, from, limit)).as(description).isEqualTo(next);
        assertThat(states.nextNot(state, from, limit)).as(description).isEqualTo(nextNot);
        assertThat(states.count(state, limit)).as(description).isEqualTo(counted);
        int index = random.nextInt(model.length);
        assertThat(states.get(index)).as(description).isEqualTo(model[index]);
    }

    @Test
    void aSearchSeesNothingPastItsLimitOrPastTheLastState() {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) 0x55);
        PageStates states = new PageStates(bytes, 3, 50);
        states.fill(PageState.FREE, 0, 50);

        assertThat(states.next(PageState.DATA, 0, 50)).isEqualTo(-1);
        assertThat(states.nextNot(PageState.FREE, 0, 50)).isEqualTo(-1);
        assertThat(states.count(PageState.DATA, 50)).isZero();
        states.set(40, PageState.DATA);
        assertThat(states.next(PageState.DATA, 0, 40)).isEqualTo(-1);
        assertThat(states.next(PageState.DATA, 0, 41)).isEqualTo(40);
        assertThat(states.next(PageState.DATA, 41, 50)).isEqualTo(-1);
    }

    @Test
    void indexesOutsideAreRefused() {
        PageStates states = new PageStates(new byte[16], 0, 50);

        assertOutside(() -> states.get(-1));
        assertOutside(() -> states.get(50));
        assertOutside(() -> states.set(50, PageState.DATA));
        assertOutside(() -> states.next(PageState.FREE, -1, 50));
        assertOutside(() -> states.next(PageState.FREE, 0, 51));
        assertOutside(() -> states.nextNot(PageState.FREE, 0, 51));
        assertOutside(() -> states.count(PageState.FREE, 51));
        assertOutside(() -> states.fill(PageState.FREE, 0, 51));
        assertOutside(() -> new PageStates(new byte[12], 0, 49));
    }

    private static void assertOutside(Runnable call) {
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(call::run);
    }

    @Test
    void numbersThatAreNoStateAreRefused() {
        PageStates states = new PageStates(new byte[16], 0, 50);

        assertThatIllegalArgumentException().isThrownBy(() -> states.set(0, 4));
        assertThatIllegalArgumentException().isThrownBy(() -> states.set(0, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> states.fill(4, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> states.next(4, 0, 50));
        assertThatIllegalArgumentException().isThrownBy(() -> PageState.nameOf(4));
    }

    @Test
    void everyStateHasAName() {
        assertThat(new String[] {PageState.nameOf(0), PageState.nameOf(1), PageState.nameOf(2), PageState.nameOf(3)})
                .containsExactly("free", "data", "copy of a protected page", "internal");
    }

    /** One state flips between two values while its neighbours stand still: a racing reader sees nothing else. */
    @Test
    @Timeout(60)
    void aReaderBesideTheWriterSeesOnlyStatesThatWereWritten() throws Exception {
        PageStates states = new PageStates(new byte[8], 0, 32);
        states.fill(PageState.INTERNAL, 0, 32);
        AtomicBoolean stop = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            while (!stop.get()) {
                states.set(13, PageState.DATA);
                states.set(13, PageState.COPY);
            }
        });
        states.set(13, PageState.DATA);
        writer.start();
        try {
            for (int i = 0; i < 200_000; i++) {
                assertThat(states.get(13)).isIn(PageState.DATA, PageState.COPY);
                assertThat(states.get(12)).isEqualTo(PageState.INTERNAL);
                assertThat(states.nextNot(PageState.INTERNAL, 0, 32)).isEqualTo(13);
                assertThat(states.next(PageState.DATA, 0, 32)).isIn(-1, 13);
                assertThat(states.next(PageState.FREE, 0, 32)).isEqualTo(-1);
            }
        } finally {
            stop.set(true);
            writer.join();
        }
    }
}
