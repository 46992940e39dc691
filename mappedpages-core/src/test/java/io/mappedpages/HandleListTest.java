package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.RandomAccess;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

class HandleListTest {

    private final List<PageId> expected = List.of(new PageId(7), new PageId(3), new PageId(9), new PageId(3));
    private final List<PageId> list = listOf(7, 3, 9, 3);

    private static HandleList<PageId> listOf(long... numbers) {
        return new HandleList<>(numbers, PageId::new);
    }

    @Test
    void itEqualsAnyListOfTheSameHandles() {
        assertThat(list).isEqualTo(expected).hasSameHashCodeAs(expected).hasToString(expected.toString());
        assertThat(expected).isEqualTo(list);
        assertThat(new ArrayList<>(list)).isEqualTo(expected);
        assertThat(list).isNotEqualTo(List.of(new PageId(7))).isNotEqualTo(listOf(7, 3, 9, 4));
        assertThat(listOf()).isEqualTo(List.of()).isEmpty();
    }

    @Test
    void handlesOfTheOtherKindAreNotInIt() {
        assertThat(list.contains(new PageId(9))).isTrue();
        assertThat(list.contains(new PageId(8))).isFalse();
        assertThat(list.contains((Object) new ProtectedPageId(9))).isFalse();
        assertThat(new HandleList<>(new long[] {7, 3, 9, 3}, ProtectedPageId::new)).isNotEqualTo(list);
    }

    @Test
    void itFindsPositionsAsAnyListDoes() {
        assertThat(list.indexOf(new PageId(3))).isEqualTo(1);
        assertThat(list.lastIndexOf(new PageId(3))).isEqualTo(3);
        assertThat(list.indexOf(new PageId(4))).isEqualTo(-1);
        assertThat(list.reversed()).isEqualTo(expected.reversed());
        assertThat(list.stream().toList()).isEqualTo(expected);
    }

    @Test
    void aSubListIsAListLikeIt() {
        assertThat(list).isInstanceOf(RandomAccess.class);
        assertThat(list.subList(1, 4)).isInstanceOf(RandomAccess.class).isEqualTo(expected.subList(1, 4));
        assertThat(list.subList(1, 4).subList(1, 2)).isEqualTo(List.of(new PageId(9)));
        assertThat(list.subList(4, 4)).isEmpty();
        assertThatThrownBy(() -> list.subList(1, 5)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> list.subList(1, 3).get(2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> list.subList(1, 3).get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void itCannotBeChanged() {
        PageId page = new PageId(1);
        assertThatThrownBy(() -> list.add(page)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> list.set(0, page)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> list.remove(0)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(list::clear).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> list.subList(0, 2).clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> list.sort(Comparator.comparingLong(PageId::number)))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(list).isEqualTo(expected);
    }

    @Test
    void aMillionHandlesAreNotMadeBeforeTheyAreAskedFor() {
        AtomicInteger made = new AtomicInteger();
        List<PageId> million = new HandleList<>(LongStream.range(0, 1_000_000).toArray(), number -> {
            made.incrementAndGet();
            return new PageId(number);
        });

        assertThat(million.size()).isEqualTo(1_000_000);
        assertThat(HandleList.numbersOf(million.subList(10, 999_990))).hasSize(999_980);
        assertThat(made).hasValue(0);
        assertThat(million.get(999_999)).isEqualTo(new PageId(999_999));
        assertThat(made).hasValue(1);
    }

    @Test
    void theNumbersOfAnyCollectionComeInItsOrderAndAsACopy() {
        assertThat(HandleList.numbersOf(expected)).containsExactly(7, 3, 9, 3);
        assertThat(HandleList.numbersOf(list.subList(1, 3))).containsExactly(3, 9);
        assertThat(HandleList.numbersOf(Set.of(new ProtectedPageId(5)))).containsExactly(5);

        HandleList.numbersOf(list)[0] = 100;
        assertThat(list).isEqualTo(expected);
    }
}
