package io.mappedpages.internal.commit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.mappedpages.internal.format.FileCounts;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.JournalPosition;
import io.mappedpages.internal.format.JournalRings;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.format.RecordBuilder;
import io.mappedpages.testing.Seed;

/**
 * A record never goes over one that the newest checkpoint would need to be replayed, nor over one that the checkpoint before
 * it would need, unless a third is being written in its place.
 */
class JournalSpaceTest {

    private static final Geometry GEOMETRY = Geometry.ofLog2(12);

    private record Span(int from, int to) {
        boolean overlaps(Span other) {
            return from < other.to && other.from < to;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 8, 16, 33, 128})
    void recordsOfAllLengthsLeaveWhatTwoCheckpointsNeed(int blocks) {
        long seed = Seed.next();
        Seed.named(seed, () -> {
            Random random = new Random(seed);
            JournalRings rings = new JournalRings(3, 3 + blocks, blocks);
            Journal journal = new Journal(GEOMETRY, JournalRings.NONE, JournalPosition.NONE, 0);
            journal.begin(rings, 7);
            Deque<List<Span>> needed = new ArrayDeque<>(List.of(new ArrayList<>(), new ArrayList<>()));
            int written = 0;
            for (int i = 1; i < 5_000; i++) {
                RecordBuilder record = record(random, journal.longestRecord());
                if (!journal.fits(record.length())) {
                    end(journal);
                }
                if (!journal.fits(record.length())) {
                    checkpoint(journal, needed); // in fact two of them
                    checkpoint(journal, needed);
                    assertThat(journal.fits(record.length())).as("there is room in empty rings").isTrue();
                }
                byte[] bytes = journal.seal(record, i, new FileCounts(100, 0, 0, 100, false));
                int from = (int) (journal.places()[0] - GEOMETRY.offsetOf(rings.ringA()));
                assertThat(journal.places()[1] - GEOMETRY.offsetOf(rings.ringB())).isEqualTo(from);
                Span span = new Span(from, from + bytes.length);
                assertThat(span.to).isLessThanOrEqualTo(rings.bytes(GEOMETRY));
                for (List<Span> period : needed) {
                    assertThat(period).noneMatch(span::overlaps);
                }
                needed.getLast().add(span);
                journal.published();
                written++;
                if (journal.isCheckpointDue()) {
                    begin(journal, needed);
                    if (random.nextBoolean()) {
                        end(journal);
                    }
                } else if (random.nextInt(3) == 0) {
                    end(journal);
                }
            }
            assertThat(written).isPositive();
        });
    }

    private static void checkpoint(Journal journal, Deque<List<Span>> needed) {
        begin(journal, needed);
        end(journal);
    }

    /** From here on the checkpoint before the newest is written over. */
    private static void begin(Journal journal, Deque<List<Span>> needed) {
        journal.checkpointBegun();
        needed.removeFirst();
        needed.addLast(new ArrayList<>());
    }

    /** If one is on its way. */
    private static void end(Journal journal) {
        if (journal.isCheckpointOnItsWay()) {
            journal.checkpointed();
        }
    }

    /** Mostly short, sometimes as long as may be. */
    private static RecordBuilder record(Random random, int longest) {
        RecordBuilder record = new RecordBuilder(longest);
        int rows = random.nextInt(4) == 0 ? random.nextInt(longest / 16 - 6) : random.nextInt(10);
        for (int i = 0; i < rows; i++) {
            record.states(10 + 2L * i, 1, PageState.DATA);
        }
        assertThat(record.isTooLong()).isFalse();
        return record;
    }
}
