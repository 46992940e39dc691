package io.mappedpages.sample;

import static io.mappedpages.sample.PageClient.header;
import static io.mappedpages.sample.PageClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.context.TestPropertySource;

import io.mappedpages.PageId;
import io.mappedpages.PageRange;
import io.mappedpages.PageUse;
import io.mappedpages.ProtectedPageId;

/** What a browser is told while it watches. */
@TestPropertySource(properties = "mappedpages.initial-size=2MB")
class LiveTest extends ServiceTest {

    private static final int BROWSERS = 32;

    @Test
    void aBrowserIsToldWhatThereIsAndThenWhatHappens() throws IOException {
        try (LiveEvents browser = new LiveEvents(port, "")) {
            assertThat(browser.next("hello")).containsEntry("pageSize", 4096).containsEntry("demo", false);
            assertThat(browser.next("stats")).containsEntry("state", "Open")
                    .containsEntry("pages", (int) pager.pageCount())
                    .containsEntry("free", (int) pager.freePageCount())
                    .containsEntry("protectedPages", (int) pager.protectedPageCount());

            String page = header(client.post("/api/protected", new byte[] {1}), "Location");
            Map<String, Object> stats = browser.next("stats",
                    event -> JsonPath.<Integer>read(event, "$.since.commits") > 0);

            assertThat(JsonPath.<Integer>read(stats, "$.since.callers")).isPositive();
            assertThat(JsonPath.<Integer>read(stats, "$.since.deviceBytes")).isPositive();
            assertThat(JsonPath.<Number>read(stats, "$.since.p99").doubleValue()).isPositive();
            client.delete(page);
        }
    }

    @Test
    void bytesThatUsersStoreInProtectedPagesAreCounted() throws IOException {
        String page = header(client.post("/api/protected", null), "Location");
        try (LiveEvents browser = new LiveEvents(port, "")) {
            browser.next("stats");
            client.put(page, new byte[] {1});
            client.put(page, new byte[] {2});
            int counted = 0;
            while (counted < 2 * pager.pageSize()) {
                counted += JsonPath.<Integer>read(browser.next("stats"), "$.since.userBytes");
            }
            assertThat(counted).isEqualTo(2 * pager.pageSize());
        }
        client.delete(page);
    }

    @Test
    void aBrowserIsToldOfTheCellsThatChange() throws IOException {
        try (LiveEvents browser = new LiveEvents(port, "?from=0&cells=600&scale=1")) {
            assertThat(browser.next("map")).containsEntry("whole", true);
            PageId page = pager.alloc();

            Map<String, Object> change = browser.next("map");

            assertThat(change).containsEntry("whole", false);
            assertThat(runs(change)).contains(List.of((int) page.number(), 1, 1));
            pager.free(page);
        }
    }

    private static List<List<Integer>> runs(Map<String, Object> change) {
        List<Integer> numbers = JsonPath.read(change, "$.runs");
        List<List<Integer>> runs = new ArrayList<>();
        for (int i = 0; i < numbers.size(); i += 3) {
            runs.add(numbers.subList(i, i + 3));
        }
        return runs;
    }

    @Test
    void theSlotsAndTheJournalAreThoseOfTheFile() throws IOException {
        try (LiveEvents browser = new LiveEvents(port, "")) {
            Map<String, Object> stats = browser.next("stats", event -> event.containsKey("head"));

            List<Map<String, Object>> slots = JsonPath.read(stats, "$.head.slots");
            assertThat(slots).hasSize(2).allSatisfy(slot -> assertThat(slot).containsEntry("valid", true));
            assertThat(slots).extracting("current").containsExactlyInAnyOrder(true, false);
            long journalPages = pager.pageMap(0).filter(range -> range.use() == PageUse.JOURNAL)
                    .mapToLong(PageRange::count).sum();
            assertThat(2 * JsonPath.<Integer>read(stats, "$.head.journal.pages")).isEqualTo((int) journalPages);
        }
    }

    /** A checkpoint has a number of its own, and is the newest thing in the file then. */
    @Test
    void theGenerationIsNeverBehindThatOfTheSlots() throws IOException {
        pager.free(pager.alloc());
        pager.checkpoint();
        try (LiveEvents browser = new LiveEvents(port, "")) {
            Map<String, Object> stats = browser.next("stats", event -> event.containsKey("head"));

            assertThat(JsonPath.<Integer>read(stats, "$.recordsSinceCheckpoint")).isZero();
            List<Integer> current = JsonPath.read(stats, "$.head.slots[?(@.current == true)].generation");
            assertThat(current).containsExactly(JsonPath.<Integer>read(stats, "$.generation"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"from=-1", "cells=0", "cells=16385", "scale=0", "scale=x"})
    void aMapThatCannotBeHadIsABadRequest(String query) {
        assertProblem(client.get("/api/live?" + query), Problem.OUT_OF_RANGE);
    }

    @Test
    void browsersThatAreGoneMakeRoomForOthers() throws Exception {
        List<LiveEvents> browsers = new ArrayList<>();
        try {
            String answer;
            do { // those of other tests may not have been noticed to be gone
                assertThat(browsers).hasSizeLessThanOrEqualTo(BROWSERS);
                browsers.add(new LiveEvents(port, ""));
                answer = browsers.getLast().answer();
            } while (answer.startsWith("HTTP/1.1 200"));
            assertThat(answer).startsWith("HTTP/1.1 503");
        } finally {
            for (LiveEvents browser : browsers) {
                browser.close();
            }
        }

        Eventually.see(() -> answerToOneMore(), answer -> assertThat(answer).startsWith("HTTP/1.1 200"));
    }

    private String answerToOneMore() {
        try (LiveEvents browser = new LiveEvents(port, "")) {
            return browser.answer();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aBrowserThatReadsNothingHoldsUpNobody() throws IOException {
        try (LiveEvents deaf = new LiveEvents(port, "?cells=16384"); LiveEvents browser = new LiveEvents(port, "")) {
            deaf.next("hello");
            for (int i = 0; i < 200; i++) {
                pager.free(pager.alloc());
            }
            browser.next("stats", event -> JsonPath.<Integer>read(event, "$.generation") >= pager.stats().generation());
        }
    }

    @Test
    void aPageOfTheFileIsShownAsItLiesThere() {
        ProtectedPageId page = pager.allocProtected();
        assertStatus(client.put("/api/protected/" + page.number(), "look at me".getBytes(StandardCharsets.UTF_8)), 204);

        HttpResponse<byte[]> superblock = client.get("/api/file/0");
        assertThat(text(superblock)).startsWith("MPPG");
        assertThat(header(superblock, "Page-Use")).isEqualTo("internal");
        List<String> copies = pager.pageMap(0).filter(range -> range.use() == PageUse.PROTECTED)
                .flatMap(range -> LongStream.range(range.first(), range.end()).boxed())
                .map(number -> text(client.get("/api/file/" + number))).toList();
        assertThat(copies).anyMatch(content -> content.startsWith("look at me"));
        pager.freeProtected(page);
    }

    @Test
    void aCopyOfAProtectedPageSaysOfWhichPageItIs() {
        List<ProtectedPageId> pages = pager.allocProtectedBulk(3);
        List<PageId> others = pager.allocBulk(2);
        pager.checkpoint(); // the directory in the file is that of the last one
        Map<String, Long> copies = pager.pageMap(0).filter(range -> range.use() == PageUse.PROTECTED)
                .flatMap(range -> LongStream.range(range.first(), range.end()).boxed())
                .map(number -> header(client.get("/api/file/" + number), "Page-Of"))
                .collect(Collectors.groupingBy(id -> id, Collectors.counting()));

        assertThat(copies).hasSize((int) pager.protectedPageCount());
        pages.forEach(page -> assertThat(copies).containsEntry(Long.toString(page.number()), 2L));
        assertThat(client.get("/api/file/" + others.getFirst().number()).headers().firstValue("Page-Of")).isEmpty();
        pager.freeProtectedBulk(pages);
        pager.freeBulk(others);
    }

    @Test
    void whatUsedToBeInAFreePageIsNotShown() {
        HttpResponse<byte[]> created = client.post("/api/pages", "a secret".getBytes(StandardCharsets.UTF_8));
        String number = header(created, "Location").replaceAll(".*/", "");
        assertThat(text(client.get("/api/file/" + number))).startsWith("a secret");
        client.delete("/api/pages/" + number);

        assertProblem(client.get("/api/file/" + number), Problem.NO_SUCH_PAGE);
        assertProblem(client.get("/api/file/" + pager.pageCount()), Problem.NO_SUCH_PAGE);
        assertProblem(client.get("/api/file/-1"), Problem.NO_SUCH_PAGE);
        assertProblem(client.get("/api/file/x"), Problem.NOT_A_NUMBER);
    }
}
