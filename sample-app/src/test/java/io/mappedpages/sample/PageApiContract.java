package io.mappedpages.sample;

import static io.mappedpages.sample.PageClient.header;
import static io.mappedpages.sample.PageClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.mappedpages.MappedPage;
import io.mappedpages.PageAllocator;
import io.mappedpages.PageHandle;
import io.mappedpages.PageWriter;

/** What holds for pages of either kind. */
abstract class PageApiContract<H extends PageHandle> extends ServiceTest {

    /** Where the pages of this kind are. */
    abstract String path();

    abstract PageAllocator<H> pages();

    abstract H handle(long number);

    private byte[] wholePage(long seed) {
        byte[] bytes = new byte[pager.pageSize()];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private byte[] padded(byte[] bytes) {
        return Arrays.copyOf(bytes, pager.pageSize());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The path of a new page. */
    private String created(byte[] content) {
        HttpResponse<byte[]> created = client.post(path(), content);
        assertStatus(created, 201);
        return path() + "/" + json(created).get("id");
    }

    private H handleOf(String page) {
        return handle(Long.parseLong(page.substring(page.lastIndexOf('/') + 1)));
    }

    @Test
    void aNewPageIsFoundAtItsLocationAndIsAllZeros() {
        HttpResponse<byte[]> created = client.post(path(), null);

        assertStatus(created, 201);
        assertThat(header(created, "Content-Type")).isEqualTo("application/json");
        assertThat(json(created)).containsOnlyKeys("id");
        assertThat(header(created, "Location")).endsWith(path() + "/" + json(created).get("id"));
        HttpResponse<byte[]> read = client.get(header(created, "Location"));
        assertStatus(read, 200);
        assertThat(read.body()).isEqualTo(padded(new byte[0]));
        assertThat(header(created, "ETag")).isEqualTo(header(read, "ETag"));
    }

    @Test
    void aPageCreatedWithABodyHoldsItPaddedWithZeros() {
        HttpResponse<byte[]> created = client.post(path(), bytes("hello"));

        HttpResponse<byte[]> read = client.get(header(created, "Location"));
        assertThat(read.body()).isEqualTo(padded(bytes("hello")));
        assertThat(header(created, "ETag")).isEqualTo(header(read, "ETag"));
    }

    @Test
    void aWholePageComesBackByteForByteWithItsLengthAndType() {
        byte[] content = wholePage(1);

        HttpResponse<byte[]> read = client.get(created(content));

        assertThat(read.body()).isEqualTo(content);
        assertThat(header(read, "Content-Length")).isEqualTo(Integer.toString(pager.pageSize()));
        assertThat(header(read, "Content-Type")).isEqualTo("application/octet-stream");
        assertThat(header(read, "Cache-Control")).isEqualTo("no-cache");
    }

    @Test
    void headSaysWhatGetWouldSay() {
        String page = created(wholePage(2));

        HttpResponse<byte[]> head = client.head(page);

        assertStatus(head, 200);
        assertThat(header(head, "ETag")).isEqualTo(header(client.get(page), "ETag"));
        assertThat(header(head, "Content-Length")).isEqualTo(Integer.toString(pager.pageSize()));
    }

    @Test
    void aShorterBodyReplacesTheWholePageAndIsPaddedWithZeros() {
        String page = created(wholePage(3));

        HttpResponse<byte[]> replaced = client.put(page, bytes("short"));

        assertStatus(replaced, 204);
        assertThat(replaced.headers().firstValue("ETag")).as("of something else than what was sent").isEmpty();
        assertThat(client.get(page).body()).isEqualTo(padded(bytes("short")));
    }

    @Test
    void aRequestWithNothingInItReplacesNothing() {
        String page = created(wholePage(4));

        assertProblem(client.put(page, null), Problem.NO_CONTENT);
        assertProblem(client.put(page, null, "Content-Type", "application/octet-stream"), Problem.NO_CONTENT);
        assertProblem(client.send("PUT", page, BodyPublishers.ofInputStream(InputStream::nullInputStream)),
                Problem.NO_CONTENT);
        assertThat(client.get(page).body()).isEqualTo(wholePage(4));

        assertStatus(client.put(page, new byte[1]), 204);
        assertThat(client.get(page).body()).isEqualTo(padded(new byte[0]));
    }

    @Test
    void aPartOfAPageReplacesNothing() {
        String page = created(wholePage(26));

        assertProblem(client.put(page, bytes("x"), "Content-Range", "bytes 0-0/4096"), Problem.PARTIAL_CONTENT);
        assertProblem(client.post(path(), bytes("x"), "Content-Range", "bytes 0-0/4096"), Problem.PARTIAL_CONTENT);

        assertThat(client.get(page).body()).isEqualTo(wholePage(26));
        assertStatus(client.get(page, "Content-Range", "bytes 0-0/4096"), 200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "identity, br", "aes128gcm"})
    void anEncodedBodyIsNotTakenForPlainBytes(String encoding) {
        String page = created(wholePage(27));

        HttpResponse<byte[]> refused = client.put(page, bytes("x"), "Content-Encoding", encoding);

        assertThat((String) assertProblem(refused, Problem.ENCODED_CONTENT).get("detail")).contains(encoding);
        assertThat(header(refused, "Accept-Encoding")).isEqualTo("identity");
        assertProblem(client.post(path(), bytes("x"), "Content-Encoding", encoding), Problem.ENCODED_CONTENT);
        assertThat(client.get(page).body()).isEqualTo(wholePage(27));
        assertStatus(client.put(page, bytes("x"), "Content-Encoding", "identity"), 204);
    }

    @Test
    void whoAsksBeforeSendingTooMuchIsNotToldToContinue() throws IOException {
        String page = created(wholePage(28));

        assertThat(answerToExpect(page, pager.pageSize() + 1)).startsWith("HTTP/1.1 413");
        assertThat(answerToExpect(page, pager.pageSize())).startsWith("HTTP/1.1 100");
    }

    /** The first line of the answer to the head of a {@code PUT} that wants to be asked for its body. */
    private String answerToExpect(String page, int length) throws IOException {
        try (Socket socket = new Socket("localhost", port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(bytes("PUT " + page + " HTTP/1.1\r\nHost: localhost\r\n"
                    + "Content-Type: application/octet-stream\r\nContent-Length: " + length
                    + "\r\nExpect: 100-continue\r\n\r\n"));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        }
    }

    @Test
    void aWholePageThatWasPutAnswersWithTheETagThatGetHas() {
        String page = created(null);

        HttpResponse<byte[]> replaced = client.put(page, wholePage(5));

        assertStatus(replaced, 204);
        HttpResponse<byte[]> read = client.get(page);
        assertThat(read.body()).isEqualTo(wholePage(5));
        assertThat(header(replaced, "ETag")).isEqualTo(header(read, "ETag"));
    }

    @Test
    void aBodyOfUnknownLengthIsTakenToo() {
        String page = created(null);

        assertStatus(client.send("PUT", page,
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(wholePage(6)))), 204);

        assertThat(client.get(page).body()).isEqualTo(wholePage(6));
    }

    @Test
    void aDeletedPageIsGone() {
        String page = created(wholePage(7));

        assertStatus(client.delete(page), 204);

        assertProblem(client.get(page), Problem.NO_SUCH_PAGE);
        assertProblem(client.put(page, bytes("x")), Problem.NO_SUCH_PAGE);
        assertProblem(client.delete(page), Problem.NO_SUCH_PAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "999999", "281474976710656", "9223372036854775807", "-9223372036854775809",
        "123456789012345678901234567890"})
    void aNumberThatNoPageHasIsNotFound(String number) {
        assertProblem(client.get(path() + "/" + number), Problem.NO_SUCH_PAGE);
        assertProblem(client.put(path() + "/" + number, bytes("x")), Problem.NO_SUCH_PAGE);
        assertProblem(client.delete(path() + "/" + number), Problem.NO_SUCH_PAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "3.5", "0x10", "+3", "1e3", "%20", "%D9%A3"})
    void whatIsNotAWholeNumberIsABadRequest(String number) {
        assertProblem(client.get(path() + "/" + number), Problem.NOT_A_NUMBER);
        assertProblem(client.put(path() + "/" + number, bytes("x")), Problem.NOT_A_NUMBER);
        assertProblem(client.delete(path() + "/" + number), Problem.NOT_A_NUMBER);
    }

    @Test
    void equalContentHasEqualETagsAndDifferentContentDoesNot() {
        String tag = header(client.get(created(wholePage(8))), "ETag");

        assertThat(tag).matches("\"[0-9a-f]{32}\"");
        assertThat(header(client.get(created(wholePage(8))), "ETag")).isEqualTo(tag);
        assertThat(header(client.get(created(wholePage(9))), "ETag")).isNotEqualTo(tag);
    }

    @Test
    void aPageThatTheClientKnowsIsNotSentAgain() {
        String page = created(wholePage(10));
        String tag = header(client.get(page), "ETag");

        for (String known : new String[] {tag, "W/" + tag, "\"other\", " + tag}) {
            HttpResponse<byte[]> read = client.get(page, "If-None-Match", known);
            assertStatus(read, 304);
            assertThat(header(read, "ETag")).isEqualTo(tag);
            assertThat(read.body()).isEmpty();
        }
        client.put(page, wholePage(11));
        assertStatus(client.get(page, "If-None-Match", tag), 200);
    }

    @Test
    void aWriteWhoseIfMatchHoldsIsCarriedOut() {
        String page = created(wholePage(12));

        String first = header(client.get(page), "ETag");
        String second = header(client.put(page, wholePage(13), "If-Match", first), "ETag");
        assertStatus(client.put(page, wholePage(14), "If-Match", "\"other\", " + second), 204);
        assertStatus(client.put(page, wholePage(15), "If-Match", "*"), 204);

        assertThat(client.get(page).body()).isEqualTo(wholePage(15));
    }

    @Test
    void aWriteWhoseIfMatchDoesNotHoldChangesNothing() {
        String page = created(wholePage(16));
        String tag = header(client.get(page), "ETag");

        for (String wanted : new String[] {"\"other\"", "W/" + tag, "not a tag", tag.replace("\"", ""), " "}) {
            assertThat((String) assertProblem(client.put(page, bytes("x"), "If-Match", wanted), Problem.PAGE_CHANGED)
                    .get("detail")).contains(tag);
            assertProblem(client.delete(page, "If-Match", wanted), Problem.PAGE_CHANGED);
        }
        assertThat(client.get(page).body()).isEqualTo(wholePage(16));
    }

    @Test
    void aWriteThatMustNotFindThePageAsItIsChangesNothing() {
        String page = created(wholePage(17));
        String tag = header(client.get(page), "ETag");

        assertProblem(client.put(page, bytes("x"), "If-None-Match", "*"), Problem.PAGE_CHANGED);
        assertProblem(client.put(page, bytes("x"), "If-None-Match", tag), Problem.PAGE_CHANGED);
        assertThat(client.get(page).body()).isEqualTo(wholePage(17));
        assertStatus(client.put(page, bytes("x"), "If-None-Match", "\"other\""), 204);
    }

    @Test
    void aDeleteWhoseIfMatchHoldsIsCarriedOut() {
        String page = created(wholePage(18));

        assertStatus(client.delete(page, "If-Match", header(client.get(page), "ETag")), 204);

        assertProblem(client.get(page), Problem.NO_SUCH_PAGE);
    }

    @Test
    void aConditionOnAPageThatIsNotThereIsNotFound() {
        assertProblem(client.put(path() + "/999999", bytes("x"), "If-Match", "*"), Problem.NO_SUCH_PAGE);
        assertProblem(client.delete(path() + "/999999", "If-Match", "*"), Problem.NO_SUCH_PAGE);
    }

    @Test
    void aBodyLongerThanAPageIsTooLargeAndChangesNothing() {
        String page = created(wholePage(19));
        long free = pager.freePageCount();
        byte[] tooLong = Arrays.copyOf(wholePage(20), pager.pageSize() + 1);

        assertProblem(client.put(page, tooLong), Problem.CONTENT_TOO_LARGE);
        assertProblem(client.send("PUT", page, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(tooLong))),
                Problem.CONTENT_TOO_LARGE);
        assertThat((String) assertProblem(client.post(path(), tooLong), Problem.CONTENT_TOO_LARGE).get("detail"))
                .contains(Integer.toString(pager.pageSize()));

        assertThat(client.get(page).body()).isEqualTo(wholePage(19));
        assertThat(pager.freePageCount()).isEqualTo(free);
    }

    @Test
    void aBodyThatIsNotBytesIsRefused() {
        String page = created(wholePage(21));

        assertProblem(client.put(page, bytes("{}"), "Content-Type", "application/json"), Problem.NOT_BYTES);
        HttpResponse<byte[]> refused = client.post(path(), bytes("a=b"), "Content-Type",
                "application/x-www-form-urlencoded");
        assertProblem(refused, Problem.NOT_BYTES);
        assertThat(header(refused, "Accept")).isEqualTo("application/octet-stream");
        assertThat(client.get(page).body()).isEqualTo(wholePage(21));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "/", "a/b/c"})
    void whoDoesNotSayWhatItSendsIsToldHowToSayIt(String type) {
        String page = created(wholePage(29));

        assertThat((String) assertProblem(client.put(page, bytes("x"), "Content-Type", type), Problem.NOT_BYTES)
                .get("detail")).contains("no Content-Type", "application/octet-stream").doesNotContain("null");
        assertThat(client.get(page).body()).isEqualTo(wholePage(29));
    }

    @Test
    void aListGoesOnWhereItWasCutUntilItHasToldOfAllPages() {
        List<Integer> created = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            created.add((Integer) json(client.post(path(), null)).get("id"));
        }
        List<Integer> all = pages().allocated(0).map(page -> (int) page.number()).toList();

        List<Integer> listed = new ArrayList<>();
        String next = path() + "?limit=2";
        while (next != null) {
            HttpResponse<byte[]> answer = client.get(next);
            assertStatus(answer, 200);
            List<Integer> ids = ids(answer);
            assertThat(ids).hasSizeBetween(1, 2);
            listed.addAll(ids);
            String link = answer.headers().firstValue("Link").orElse(null);
            assertThat(json(answer).get("next")).as("beside " + link).isEqualTo(
                    link == null ? null : Integer.valueOf(link.replaceAll(".*from=(\\d+).*", "$1")));
            next = link == null ? null : link.replaceAll("^<(.*)>; rel=\"next\"$", "$1");
        }

        assertThat(listed).isEqualTo(all).containsAll(created);
    }

    @Test
    void aListThatWasToldToItsEndDoesNotGoOn() {
        created(null);
        int count = (int) pages().allocated(0).count();

        for (String path : new String[] {path(), path() + "?limit=" + count, path() + "?limit=1000"}) {
            HttpResponse<byte[]> answer = client.get(path);
            assertThat(ids(answer)).hasSize(count);
            assertThat(json(answer)).containsOnlyKeys("ids");
            assertThat(answer.headers().firstValue("Link")).isEmpty();
        }
        assertThat(json(client.get(path() + "?limit=" + (count - 1)))).containsKey("next");
    }

    @Test
    void aListBeginsWithTheIdThatIsAskedFor() {
        int first = (int) json(client.post(path(), null)).get("id");

        assertThat(ids(client.get(path() + "?from=" + first)).getFirst()).isEqualTo(first);
        assertThat(ids(client.get(path() + "?from=" + (first + 1)))).doesNotContain(first);
        assertThat(ids(client.get(path() + "?from=9223372036854775807"))).isEmpty();
        assertThat(ids(client.get(path() + "?from=123456789012345678901234567890"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=-1", "limit=1001", "limit=x", "limit=", "from=-1", "from=x", "from=1.5"})
    void aListThatCannotBeHadIsABadRequestThatNamesWhatIsWrong(String query) {
        HttpResponse<byte[]> answer = client.get(path() + "?" + query);

        assertThat((String) assertProblem(answer, Problem.OUT_OF_RANGE).get("detail"))
                .contains("'" + query.substring(0, query.indexOf('=')) + "'")
                .contains("'" + query.substring(query.indexOf('=') + 1) + "'");
    }

    @SuppressWarnings("unchecked")
    private static List<Integer> ids(HttpResponse<byte[]> answer) {
        return (List<Integer>) json(answer).get("ids");
    }

    @Test
    void aProblemIsAProblemDocumentForAClientThatWantsBytesToo() {
        assertProblem(client.get(path() + "/999999", "Accept", "application/octet-stream"), Problem.NO_SUCH_PAGE);
    }

    @Test
    void aPageThatSomebodyWritesForTooLongIsInUse() {
        String page = created(wholePage(22));
        String tag = header(client.get(page), "ETag");

        try (PageWriter _ = pages().write(handleOf(page))) {
            assertThat((String) assertProblem(client.put(page, bytes("x")), Problem.PAGE_IN_USE).get("detail"))
                    .contains(handleOf(page).toString());
            assertProblem(client.delete(page), Problem.PAGE_IN_USE);
            assertProblem(client.delete(page, "If-Match", tag), Problem.PAGE_IN_USE);
        }

        assertThat(client.get(page).body()).isEqualTo(wholePage(22));
        assertStatus(client.put(page, bytes("x")), 204);
    }

    @Test
    void aPageThatSomebodyReadsForTooLongCannotBeDeleted() {
        String page = created(wholePage(23));

        try (MappedPage _ = pages().read(handleOf(page))) {
            assertProblem(client.delete(page), Problem.PAGE_IN_USE);
            assertStatus(client.get(page), 200);
        }
        assertStatus(client.delete(page), 204);
    }

    @Test
    void aClientThatSendsSlowlyOrGoesAwayHoldsNothingAndChangesNothing() throws IOException {
        String page = created(wholePage(24));

        try (Socket slow = new Socket("localhost", port)) {
            slow.getOutputStream().write(bytes("PUT " + page + " HTTP/1.1\r\nHost: localhost\r\n"
                    + "Content-Type: application/octet-stream\r\nContent-Length: " + pager.pageSize()
                    + "\r\n\r\nonly the beginning"));
            slow.getOutputStream().flush();
            assertStatus(client.put(page, wholePage(25)), 204);

            slow.shutdownOutput();
            slow.getInputStream().readAllBytes(); // until the server has done with it
        }
        assertThat(client.get(page).body()).isEqualTo(wholePage(25));
    }
}
