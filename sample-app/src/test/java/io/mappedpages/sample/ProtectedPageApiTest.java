package io.mappedpages.sample;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import io.mappedpages.PageAllocator;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.ProtectedPageWriter;

class ProtectedPageApiTest extends PageApiContract<ProtectedPageId> {

    @Override
    String path() {
        return "/api/protected";
    }

    @Override
    PageAllocator<ProtectedPageId> pages() {
        return pager.protectedPages();
    }

    @Override
    ProtectedPageId handle(long number) {
        return new ProtectedPageId(number);
    }

    @Test
    void aPageThatSomebodyWritesIsReadAsItWasCommittedLast() {
        ProtectedPageId page = pager.allocProtected();

        try (ProtectedPageWriter writer = pager.write(page)) {
            writer.byteBuffer().put((byte) 1);
            assertThat(client.get("/api/protected/" + page.number()).body()[0]).isZero();
            writer.commit();
        }
        assertThat(client.get("/api/protected/" + page.number()).body()[0]).isEqualTo((byte) 1);
    }
}
