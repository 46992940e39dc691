package io.mappedpages.internal.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.mappedpages.testing.Seed;

/** Numbers in a table that takes no lock to be read. */
class LongTableTest {

    private static final class Item extends LongTable.Keyed {

        Item(long key) {
            super(key);
        }
    }

    private final LongTable<Item> table = new LongTable<>();

    private Set<Long> keys() {
        List<Long> found = new ArrayList<>();
        table.forEach(item -> found.add(item.key()));
        assertThat(found).doesNotHaveDuplicates().hasSize(table.size());
        return new HashSet<>(found);
    }

    @Test
    void whatIsFiledIsFound() {
        Item item = table.getOrCreate(5, Item::new);
        assertThat(table.get(5)).isSameAs(item);
        assertThat(table.find(5)).isSameAs(item);
        assertThat(table.getOrCreate(5, Item::new)).isSameAs(item);
        assertThat(table.get(6)).isNull();
    }

    @Test
    void aSweepGoesOnWhereTheLastOneEnded() {
        for (long key = 0; key < 100; key++) {
            table.put(new Item(key));
        }
        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            table.sweep(10, item -> !seen.add(item.key()));
        }
        assertThat(seen).hasSize(100);
        assertThat(table.size()).isEqualTo(100);
    }

    @Test
    void aSweepOfAnEmptyTableEnds() {
        table.sweep(10, _ -> true);
        table.put(new Item(1));
        table.sweep(10, _ -> true);
        table.sweep(10, _ -> true);
        assertThat(keys()).isEmpty();
    }

    @Test
    void aRandomLifeIsAsASetSaysIt() {
        long seed = Seed.next();
        Seed.named(seed, () -> {
            Random random = new Random(seed);
            Set<Long> model = new HashSet<>();
            for (int i = 0; i < 20_000; i++) {
                long key = random.nextInt(random.nextBoolean() ? 50 : 500);
                if (random.nextInt(3) > 0) {
                    table.getOrCreate(key, Item::new);
                    model.add(key);
                } else {
                    table.sweep(1 + random.nextInt(4), item -> random.nextBoolean() && model.remove(item.key()));
                }
                assertThat(table.get(key) != null).isEqualTo(model.contains(key));
                if (i % 100 == 0) {
                    assertThat(keys()).isEqualTo(model);
                    model.forEach(filed -> assertThat(table.get(filed)).extracting(Item::key).isEqualTo(filed));
                }
            }
        });
    }
}
