package io.mappedpages.sample;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.mappedpages.PageAllocator;
import io.mappedpages.PageId;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.WritablePage;

class RegularPageApiTest extends PageApiContract<PageId> {

    @Override
    String path() {
        return "/api/pages";
    }

    @Override
    PageAllocator<PageId> pages() {
        return pager.pages();
    }

    @Override
    PageId handle(long number) {
        return new PageId(number);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void theFilesOwnPagesAreNotFound(int number) {
        assertProblem(client.get("/api/pages/" + number), Problem.NO_SUCH_PAGE);
        assertProblem(client.put("/api/pages/" + number, new byte[1]), Problem.NO_SUCH_PAGE);
        assertProblem(client.delete("/api/pages/" + number), Problem.NO_SUCH_PAGE);
    }

    @Test
    void theCopiesOfAProtectedPageAreNotFound() {
        long before = pager.allocatedPages().count();
        ProtectedPageId page = pager.allocProtected();

        for (long number = 0; number < pager.pageCount(); number++) {
            int status = client.get("/api/pages/" + number).statusCode();
            boolean allocated = pager.allocatedPages().toList().contains(new PageId(number));
            assertThat(status).as("page %d", number).isEqualTo(allocated ? 200 : 404);
        }
        assertThat(pager.allocatedPages().count()).isEqualTo(before);
        pager.freeProtected(page);
    }

    @Test
    void aPageThatSomebodyWritesCannotBeRead() {
        PageId page = pager.alloc();

        try (WritablePage _ = pager.write(page)) {
            assertProblem(client.get("/api/pages/" + page.number()), Problem.PAGE_IN_USE);
        }
        assertStatus(client.get("/api/pages/" + page.number()), 200);
    }
}
