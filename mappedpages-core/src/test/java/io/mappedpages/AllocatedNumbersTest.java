package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;

class AllocatedNumbersTest {

    private final TreeSet<Long> allocated = new TreeSet<>(List.of(3L, 4L, 9L));

    private long next(long from) {
        Long next = allocated.ceiling(from);
        return next == null ? -1 : next;
    }

    @Test
    void everyAllocatedNumberComesOnceInOrder() {
        assertThat(AllocatedNumbers.stream(this::next, 0).toArray()).containsExactly(3, 4, 9);
        assertThat(AllocatedNumbers.stream(this::next, 0).parallel().toArray()).containsExactly(3, 4, 9);
        allocated.clear();
        assertThat(AllocatedNumbers.stream(this::next, 0).toArray()).isEmpty();
    }

    @Test
    void aNumberIsLookedUpOnlyWhenTheStreamNeedsIt() {
        List<Long> asked = new ArrayList<>();
        LongUnaryOperator recording = from -> {
            asked.add(from);
            return next(from);
        };

        assertThat(AllocatedNumbers.stream(recording, 0).limit(2).toArray()).containsExactly(3, 4);
        assertThat(asked).containsExactly(0L, 4L);
    }

    @Test
    void whatIsFreedMeanwhileDisappears() {
        LongStream stream = AllocatedNumbers.stream(this::next, 0).peek(number -> allocated.remove(4L));

        assertThat(stream.toArray()).containsExactly(3, 9);
    }

    @Test
    void aPagerThatIsNotOpenSaysSoBeforeTheStreamIsUsed() {
        LongUnaryOperator closed = from -> {
            throw new FaultException(new Fault.Closed(Path.of("x.pages")), null);
        };

        assertThatExceptionOfType(PagerClosedException.class).isThrownBy(() -> AllocatedNumbers.stream(closed, 0));
    }
}
