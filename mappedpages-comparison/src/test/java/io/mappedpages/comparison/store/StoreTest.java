package io.mappedpages.comparison.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.mappedpages.comparison.store.Store.Session;

class StoreTest {

    private static final int COUNT = 300;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource
    void whatWasLoadedIsReadAgainAfterCloseAndOpen(Contender contender) throws Exception {
        try (Store store = contender.open(directory)) {
            store.load(COUNT, 7);
        }
        try (Store store = contender.open(directory); Session session = store.session()) {
            assertThat(store.count()).isEqualTo(COUNT);
            for (long key = 0; key < COUNT; key++) {
                assertThat(version(session, key)).isEqualTo(7);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSecondLoadReplacesTheFirst(Contender contender) throws Exception {
        try (Store store = contender.open(directory)) {
            store.load(COUNT, 1);
            store.load(COUNT, 2);
            assertThat(store.count()).isEqualTo(COUNT);
        }
        try (Store store = contender.open(directory); Session session = store.session()) {
            assertThat(version(session, 0)).isEqualTo(2);
            assertThat(version(session, COUNT - 1)).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anUpdateReplacesOneValueAndIsReadAtOnceAndAfterCloseAndOpen(Contender contender) throws Exception {
        try (Store store = contender.open(directory); Session session = store.session()) {
            store.load(COUNT, 1);
            byte[] value = Contents.of(5, 2);
            session.update(5, value);
            value[100]++; // what the store has is its own
            assertThat(version(session, 5)).isEqualTo(2);
        }
        try (Store store = contender.open(directory); Session session = store.session()) {
            assertThat(version(session, 4)).isEqualTo(1);
            assertThat(version(session, 5)).isEqualTo(2);
            assertThat(version(session, 6)).isEqualTo(1);
            assertThat(store.count()).isEqualTo(COUNT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void insertsGetKeysOfTheirOwnAndAreReadAgain(Contender contender) throws Exception {
        List<Long> keys = new ArrayList<>();
        try (Store store = contender.open(directory); Session session = store.session()) {
            store.load(COUNT, 1);
            for (int i = 0; i < 20; i++) {
                keys.add(session.insert(Contents.of(1_000 + i, 3)));
            }
            assertThat(session.word(keys.get(3), 0)).isEqualTo(1_003);
        }
        assertThat(Set.copyOf(keys)).hasSize(20).allMatch(key -> key >= COUNT);
        try (Store store = contender.open(directory); Session session = store.session()) {
            assertThat(store.count()).isEqualTo(COUNT + 20);
            for (int i = 0; i < 20; i++) {
                byte[] value = new byte[Contents.SIZE];
                session.copy(keys.get(i), value);
                assertThat(Contents.versionOf(value, 1_000 + i)).isEqualTo(3);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anyWordOfAValueIsRead(Contender contender) throws Exception {
        try (Store store = contender.open(directory); Session session = store.session()) {
            store.load(COUNT, 1);
            byte[] value = Contents.of(9, 1);
            for (int at = 0; at < Contents.SIZE; at += 8) {
                assertThat(session.word(9, at)).isEqualTo(Contents.word(value, at));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSumIsThatOfAllWordsOfAllValues(Contender contender) throws Exception {
        long sum = 0;
        for (long key = 0; key < COUNT; key++) {
            sum += Contents.sum(Contents.of(key, 4));
        }
        try (Store store = contender.open(directory); Session session = store.session()) {
            store.load(COUNT, 4);
            assertThat(session.sum()).isEqualTo(sum);
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyThreadsUpdateAndInsertAtTheSameTime(Contender contender) throws Exception {
        int threads = 8;
        Set<Long> inserted = ConcurrentHashMap.newKeySet();
        try (Store store = contender.open(directory)) {
            store.load(COUNT, 1);
            List<Thread> all = new ArrayList<>();
            ConcurrentHashMap<Integer, Throwable> failures = new ConcurrentHashMap<>();
            for (int i = 0; i < threads; i++) {
                int own = i;
                Runnable calls = () -> {
                    try (Session session = store.session()) {
                        for (int round = 0; round < 5; round++) {
                            session.update(own, Contents.of(own, 10 + round));
                            inserted.add(session.insert(Contents.of(0, 1)));
                        }
                    } catch (Throwable failed) {
                        failures.put(own, failed);
                    }
                };
                all.add(i % 2 == 0 ? Thread.ofPlatform().start(calls) : Thread.ofVirtual().start(calls));
            }
            for (Thread thread : all) {
                thread.join();
            }
            assertThat(failures).isEmpty();
        }
        try (Store store = contender.open(directory); Session session = store.session()) {
            assertThat(inserted).hasSize(5 * threads);
            assertThat(store.count()).isEqualTo(COUNT + 5 * threads);
            for (int own = 0; own < threads; own++) {
                assertThat(version(session, own)).isEqualTo(14);
            }
        }
    }

    @Test
    void aContenderThatIsNotThereIsToldWhichOnesAre() {
        assertThat(Contender.of("lmdb")).isEqualTo(Contender.LMDB);
        assertThatThrownBy(() -> Contender.of("oracle")).hasMessageContaining("\"oracle\"")
                .hasMessageContaining("rocksdb");
    }

    private static long version(Session session, long key) throws Exception {
        byte[] value = new byte[Contents.SIZE];
        session.copy(key, value);
        return Contents.versionOf(value, key);
    }
}
