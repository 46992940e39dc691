package io.mappedpages.crashlab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.testing.PageFiles;

/** What several threads said before their process was killed, and files that fit it or do not. */
class SoakLogTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private final SoakLog log = new SoakLog(2);
    private Pager pager;
    private List<PageId> pages;

    @BeforeEach
    void theFirstThreadHasThreePages() {
        pager = files.create(12);
        pages = pager.allocBulk(3);
        log.line("0 > alloc 3");
        pages.forEach(page -> log.line("0 alloc " + page.number()));
        log.line("0 <");
    }

    private void write(PageId page, int stamp) {
        log.line("0 > write " + page.number() + " " + stamp);
        try (var writer = pager.write(page)) {
            Stamps.write(writer.bytes(), stamp);
            writer.commit();
        }
        log.line("0 <");
    }

    private void assertIsSaid(String words) {
        assertThatExceptionOfType(LabFailure.class).isThrownBy(() -> log.check(pager)).withMessageContaining(words);
    }

    @Test
    void whatIsThereFits() {
        write(pages.get(0), 5);
        assertThatCode(() -> log.check(pager)).doesNotThrowAnyException();
        assertThat(log.shares()).hasSize(3);
        assertThat(log.acknowledged()).isEqualTo(2);
    }

    @Test
    void aPageThatIsMissingDoesNotFit() {
        pager.free(pages.get(1));
        assertIsSaid("is missing");
    }

    @Test
    void aPageThatNobodyAskedForDoesNotFit() {
        pager.alloc();
        assertIsSaid("nobody was told of");
    }

    @Test
    void otherContentDoesNotFit() {
        write(pages.get(0), 5);
        log.line("0 > write " + pages.get(0).number() + " 6");
        log.line("0 <"); // which was not written
        assertIsSaid("has other content than acknowledged");
    }

    @Test
    void aFreeThatWasUnderWayIsDoneOrNot() {
        log.line("0 > free " + pages.get(0).number() + " " + pages.get(2).number());
        assertThatCode(() -> log.check(pager)).doesNotThrowAnyException();
        assertThat(log.shares()).hasSize(3);

        log.line("0 > free " + pages.get(0).number() + " " + pages.get(2).number());
        pager.freeBulk(List.of(pages.get(0), pages.get(2)));
        assertThatCode(() -> log.check(pager)).doesNotThrowAnyException();
        assertThat(log.shares()).containsExactly("0 alloc " + pages.get(1).number());
    }

    @Test
    void aFreeThatIsDoneInPartDoesNotFit() {
        log.line("0 > free " + pages.get(0).number() + " " + pages.get(2).number());
        pager.free(pages.get(0));
        assertIsSaid("is missing");
    }

    @Test
    void whatAFreeUnderWayGaveBackSomebodyElseMayHave() {
        log.line("0 > free " + pages.get(0).number());
        pager.free(pages.get(0));
        log.line("1 > alloc 1");
        assertThat(pager.alloc()).isEqualTo(pages.get(0));
        log.line("1 alloc " + pages.get(0).number());
        log.line("1 <");
        assertThatCode(() -> log.check(pager)).doesNotThrowAnyException();
        assertThat(log.shares()).contains("1 alloc " + pages.get(0).number()).hasSize(3);
    }

    @Test
    void soItMayBeforeItWasTold() {
        write(pages.get(0), 5);
        log.line("0 > free " + pages.get(0).number() + " " + pages.get(1).number());
        pager.freeBulk(pages.subList(0, 2));
        log.line("1 > alloc 1");
        assertThat(pager.alloc()).isEqualTo(pages.get(0));
        assertThatCode(() -> log.check(pager)).doesNotThrowAnyException();
        assertThat(log.shares()).containsExactlyInAnyOrder("0 alloc " + pages.get(2).number(),
                "1 alloc " + pages.get(0).number());
    }
}
