package io.mappedpages;

import static io.mappedpages.Pages.fill;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.PageFiles;

/**
 * Where the two copies of new protected pages are: what is made in a row can be written in a row, and read in a row, and the
 * pages in between are not lost.
 */
class NewCopiesLieTogetherTest {

    private static final int PAGE = 1 << 12;
    private static final int APART = 64;

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();
    private final FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());

    private Pager create(long bytes) {
        return files.add(Pager.builder(files.path()).pageSizeLog2(12).initialSize(bytes).reserve(false)
                .storage(storage).create());
    }

    /** Pages that are whole, written by {@code what}, in pieces without a gap. */
    private int piecesWrittenBy(Runnable what) {
        storage.reset();
        what.run();
        TreeSet<Long> pages = new TreeSet<>();
        storage.events().stream()
                .filter(event -> event.call() == Call.WRITE && event.length() == PAGE && event.offset() >= 3 * PAGE)
                .forEach(event -> pages.add(event.offset() / PAGE));
        return (int) pages.stream().filter(page -> !pages.contains(page - 1)).count();
    }

    private static void fillAll(Pager pager, List<ProtectedPageId> ids, int with) {
        pager.transact(transaction -> {
            ids.forEach(id -> transaction.write(id).bytes().fill((byte) with));
            return ids;
        });
    }

    @Test
    void pagesThatWereMadeOneByOneAreWrittenInAFewPieces() {
        Pager pager = create(16 << 20);
        List<ProtectedPageId> ids = new ArrayList<>();
        for (int i = 0; i < 4 * APART; i++) {
            ids.add(pager.allocProtected());
        }

        assertThat(piecesWrittenBy(() -> fillAll(pager, ids, 1))).isBetween(1, 8); // into the second copies
        assertThat(piecesWrittenBy(() -> fillAll(pager, ids, 2))).isBetween(1, 8);
    }

    @Test
    void pagesThatATransactionMakesAndFillsAreWrittenInAFewPieces() {
        Pager pager = create(16 << 20);

        assertThat(piecesWrittenBy(() -> pager.transact(transaction -> {
            for (int i = 0; i < 4 * APART; i++) {
                transaction.write(transaction.allocProtected()).bytes().fill((byte) 1);
            }
            return pager;
        }))).isBetween(1, 8);
    }

    @Test
    void manyPagesMadeTogetherAreWrittenInOnePiece() {
        Pager pager = create(16 << 20);
        List<ProtectedPageId> ids = pager.allocProtectedBulk(4 * APART);

        assertThat(piecesWrittenBy(() -> fillAll(pager, ids, 1))).isBetween(1, 2);
    }

    @Test
    void thePagesBetweenTwoCopiesAreHandedOutBeforeTheFileGrows() {
        Pager pager = create(4 << 20);
        long pages = pager.pageCount();
        ProtectedPageId id = pager.allocProtected();
        fill(pager, id, 7);

        List<PageId> all = pager.allocBulk((int) pager.freePageCount());

        assertThat(pager.pageCount()).isEqualTo(pages);
        assertThat(pager.freePageCount()).isZero();
        assertThat(all).doesNotHaveDuplicates();
        Pages.assertFilled(pager, id, 7);
    }

    /** Those cannot be copies as long as somebody may keep a segment of them. */
    @Test
    void pagesBetweenTwoCopiesAreNotLostWhereSomeThatWereLentFollow() {
        Pager pager = create(4 << 20);
        List<PageId> first = pager.allocBulk(100);
        first.subList(25, 45).forEach(id -> fill(pager, id, 1));
        pager.freeBulk(first);
        long pages = pager.pageCount();
        ProtectedPageId id = pager.allocProtected();
        fill(pager, id, 7);

        List<PageId> all = pager.allocBulk((int) pager.freePageCount());

        assertThat(all).contains(first.get(1));
        assertThat(pager.pageCount()).isEqualTo(pages);
        Pages.assertFilled(pager, id, 7);
        assertThat(pager.verify().findings()).isEmpty();
    }

    @Test
    void whereThereIsNoRoomFurtherOnTheCopiesAreNeighbours() {
        Pager pager = create(1 << 20);
        List<PageId> all = new ArrayList<>(pager.allocBulk((int) pager.freePageCount()));
        long pages = pager.pageCount();
        pager.freeBulk(all.subList(20, 24)); // for two copies and two of a tree node

        ProtectedPageId id = pager.allocProtected();

        assertThat(pager.pageCount()).isEqualTo(pages);
        assertThat(pager.freePageCount()).isZero();
        fill(pager, id, 3);
        Pages.assertFilled(pager, id, 3);
    }
}
