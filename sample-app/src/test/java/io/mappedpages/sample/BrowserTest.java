package io.mappedpages.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/**
 * The page in a real browser, on the service as README's first command starts it. With
 * {@code -Dscreenshots=DIRECTORY} it leaves pictures of it there.
 */
class BrowserTest {

    private static @Nullable SampleProcess service;
    private static @Nullable Browser shared;

    private Browser browser;
    private String address;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        assumeTrue(Browser.isInstalled(),
                "There is no chromium with a chromedriver on the PATH: the page is not tried");
        service = SampleProcess.startDemo(Files.createDirectories(Path.of("target", "pages"))
                .resolve("browser-" + System.nanoTime() + ".mp"), directory.resolve("log"));
        shared = Browser.start();
    }

    @AfterAll
    static void stop() {
        if (shared != null) {
            shared.close();
        }
        if (service != null) {
            service.close();
        }
    }

    @BeforeEach
    void open() {
        browser = shared;
        address = "http://localhost:" + service.port() + "/";
        browser.size(1280, 900);
        browser.look(false);
        browser.open(address);
        browser.awaitText("state-word", "Open");
        browser.awaitText("map-where", "A cell is a page");
    }

    @AfterEach
    void nothingWasRefusedByTheBrowser() {
        browser.assertNoComplaints();
    }

    private static int number(String text) {
        return Integer.parseInt(text.replaceAll("[^0-9]", ""));
    }

    private void click(String id) {
        browser.run("arguments[0].scrollIntoView({block: 'center'})", browser.at(id));
        browser.at(id).click();
    }

    private void click(String within, String text) {
        browser.run("arguments[0].scrollIntoView({block: 'center'})", browser.button(within, text));
        browser.button(within, text).click();
    }

    /** How many cells of the map have a colour, of those that are looked at. */
    private long colours() {
        return (Long) browser.run("""
                const map = document.getElementById('map'), context = map.getContext('2d'), seen = new Set();
                const bytes = context.getImageData(0, 0, map.width, map.height).data;
                for (let i = 0; i < bytes.length; i += 4) if (bytes[i + 3] === 255) seen.add(bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2]);
                return seen.size;""");
    }

    @Test
    void theMapShowsTheUsesOfPagesAndAPageOpensByPointerAndByKeyboard() {
        browser.await("colours of free, internal and journal", _ -> colours() >= 3);

        browser.run(
                """
                const map = document.getElementById('map'), box = map.getBoundingClientRect();
                map.dispatchEvent(new MouseEvent('click', {clientX: box.left + 3, clientY: box.top + 3, bubbles: true}));""");
        browser.awaitText("inspector-title", "Page 0, internal");
        assertThat(browser.text("hex")).startsWith("0000  4d 50 50 47").contains("MPPG");

        browser.at("map").sendKeys(Keys.ARROW_RIGHT, Keys.ENTER);
        browser.awaitText("inspector-title", "Page 1, internal");
        assertThat(browser.text("map-cell")).isEqualTo("Page 1: internal");
        click("inspector-close");
        assertThat(browser.at("inspector").isDisplayed()).isFalse();
    }

    @Test
    void whoZoomsOutIsTold() {
        String whole = browser.text("map-where");
        browser.at("map").sendKeys("+", "+");
        browser.await("fewer pages", _ -> !browser.text("map-where").equals(whole));
        click("map-whole");
        browser.await("all pages", _ -> browser.text("map-where").equals(whole));
    }

    @Test
    void whatIsSavedInOneTabIsNotLostToAnother() {
        click("page-new");
        browser.awaitText("text-label", "Protected page");
        String page = browser.text("text-label");
        browser.at("text").sendKeys("written first");
        click("save");
        browser.awaitText("answer", "Saved, and durable.");

        browser.openTab(address);
        browser.awaitText("state-word", "Open");
        String id = page.replaceAll("\\D", "");
        browser.await("the page in the list", _ -> !browser.at("ids").findElements(
                By.tagName("button")).isEmpty());
        click("ids", id);
        browser.await("its text", _ -> "written first".equals(editor()));
        browser.at("text").sendKeys(" and second");
        click("save");
        browser.awaitText("answer", "Saved, and durable.");
        browser.closeTab();

        browser.at("text").sendKeys(" and lost?");
        click("save");
        browser.awaitText("answer", "412: Somebody else has changed this page since you read it");
        click("take-theirs");
        browser.await("theirs", _ -> "written first and second".equals(editor()));
        click("bring-back");
        assertThat(editor()).isEqualTo("written first and lost?");
        click("save");
        browser.awaitText("answer", "Saved, and durable.");
        click("delete");
        assertThat(browser.answer(true)).contains("Delete protected page " + id);
        browser.awaitText("answer", "is deleted");
    }

    private @Nullable String editor() {
        return browser.at("text").getDomProperty("value");
    }

    /** Creates a page of the kind that is listed. {@return its id} */
    private String create() {
        click("page-new");
        browser.await("a page", _ -> browser.at("text").isEnabled());
        return browser.text("text-label").replaceAll("\\D", "");
    }

    @Test
    void whatWasTypedAndNotSavedIsNotThrownAwayUnasked() {
        String id = create();
        browser.at("text").sendKeys("half a thou");

        click("reread");
        assertThat(browser.answer(false)).contains("What you typed into protected page " + id + " has not been saved");
        assertThat(editor()).isEqualTo("half a thou");
        click("reread");
        browser.answer(true);
        browser.await("what was saved", _ -> "".equals(editor()));

        browser.at("text").sendKeys("a thought");
        click("save");
        browser.awaitText("answer", "Saved, and durable.");
        click("reread"); // asks nothing
        browser.await("no answer", _ -> !browser.at("answer").isDisplayed());
        assertThat(editor()).isEqualTo("a thought");
        click("delete");
        browser.answer(true);
        browser.awaitText("answer", "is deleted");
    }

    @Test
    void theListFollowsWhatOthersDo() {
        browser.await("the list", _ -> !browser.text("ids-note").isEmpty());
        try (PageClient client = new PageClient(service.port())) {
            String made = PageClient.header(client.post("/api/protected", null), "Location").replaceAll(".*/", "");
            browser.await("the new page", _ -> isListed(made));

            client.delete("/api/protected/" + made);
            browser.await("no such page", _ -> !isListed(made));
        }
    }

    private boolean isListed(String id) {
        return (Boolean) browser.run(
                "return [...document.querySelectorAll('#ids button')].some(one => one.textContent === arguments[0])",
                id);
    }

    private void look(long page) {
        browser.at("map-number").clear();
        browser.at("map-number").sendKeys(Long.toString(page), Keys.ENTER);
    }

    @Test
    void aPageThatIsDeletedIsShownSoWhereItsBytesAreShown() {
        click("kind-pages");
        long id = Long.parseLong(create());
        browser.at("text").sendKeys("here I am");
        click("save");
        browser.awaitText("answer", "Saved, and durable.");
        look(id);
        browser.awaitText("hex", "here I am");

        click("delete");
        browser.answer(false);
        assertThat(browser.text("text-label")).isEqualTo("Regular page " + id);
        click("delete");
        browser.answer(true);

        browser.awaitText("inspector-title", ", free");
        browser.awaitText("inspector-note", "nothing is stored in it");
        assertThat(browser.text("hex")).isEmpty();
    }

    @Test
    void aCopyInTheMapSaysOfWhichPageItIsAndLeadsToTheEditor() throws InterruptedException {
        try (PageClient client = new PageClient(service.port())) {
            String page = PageClient.header(client.post("/api/protected", "twice".getBytes(StandardCharsets.UTF_8)),
                    "Location").replaceAll(".*/", "");
            long copy = Eventually.see(() -> copyOf(page, client), // once there was a checkpoint
                    found -> assertThat(found).isPositive());

            look(copy);
            browser.awaitText("inspector-title", "protected: a copy of protected page " + page);
            click("inspector-edit");
            browser.awaitText("text-label", "Protected page " + page);
            assertThat(editor()).isEqualTo("twice");
            client.delete("/api/protected/" + page);
        }
    }

    private static long copyOf(String page, PageClient client) {
        return LongStream.range(0, 512).filter(number -> client.get("/api/file/" + number).headers()
                .firstValue("Page-Of").filter(page::equals).isPresent()).findFirst().orElse(-1);
    }

    @Test
    void aLongListHasPages() {
        try (PageClient client = new PageClient(service.port())) {
            for (int i = 0; i < 26; i++) {
                client.post("/api/pages", null);
            }
        }
        click("kind-pages");
        browser.awaitText("ids-note", "24 pages, and there are more");
        click("list-next");
        browser.awaitText("ids-note", "from");
        assertThat(browser.at("list-next").isEnabled()).isFalse();
    }

    @Test
    void writersShowInThePlotsAndGoAgain() {
        browser.run("arguments[0].value = 5; arguments[0].dispatchEvent(new Event('input'))", browser.at("writers"));
        browser.awaitText("writers-shown", "16");
        browser.awaitText("load-note", "acknowledged");
        browser.await("protected pages", _ -> browser.text("protectedPages").equals("16"));
        browser.await("times of commits",
                _ -> Pattern.compile("99 of 100 [0-9.,]+ (µs|ms)").matcher(browser.text("plots")).find());
        int generation = number(browser.text("generation"));
        browser.await("more commits", _ -> number(browser.text("generation")) > generation);
        browser.await("records in the journal or a checkpoint",
                _ -> browser.text("ring-text").contains("journal alone"));
        assertThat(browser.text("slots")).contains("Slot 0", "Slot 1", "current");

        browser.run("arguments[0].value = 0; arguments[0].dispatchEvent(new Event('input'))", browser.at("writers"));
        browser.await("no pages left", _ -> browser.text("protectedPages").equals("0"));
        browser.awaitText("ring-text", "All commits are in the last checkpoint");
    }

    @Test
    void aFullStoreIs507AndHasRoomAgain() {
        click("switches", "Fill the store");
        browser.awaitText("switches", "the store is full");
        assertThat(browser.text("switches")).containsPattern("Filled [0-9,]+ pages; the store is full");
        browser.await("no free pages", _ -> number(browser.text("free")) < 3);
        click("page-new");
        browser.awaitText("answer", "507: There is no room for more pages");
        click("switches", "Give the pages back");
        browser.awaitText("switches", "There is room again");
        assertThat(browser.at("answer").isDisplayed()).as("whether the refusal is still there").isFalse();
    }

    @Test
    void aSyncThatFailsTurnsTheLampRedUntilTheStoreIsReopened() {
        click("switches", "Fail a sync");
        browser.awaitText("state-word", "Unavailable");
        browser.awaitText("switches", "Press “Reopen”");
        assertThat(browser.at("state").getDomAttribute("class")).contains("down");
        assertThat(browser.text("banner")).contains("nothing can be read or saved", "Press “Reopen”, under Failures")
                .doesNotContain("FaultInjection");
        click("list-again");
        browser.awaitText("ids-note", "503: The page store is unavailable");

        click("switches", "Reopen");
        browser.awaitText("state-word", "Open");
        browser.awaitText("switches", "Open again");
        browser.await("the list again", _ -> !browser.text("ids-note").contains("503"));
        assertThat(browser.at("state").getDomAttribute("class")).contains("open");
    }

    @Test
    void aKillLosesNothingThatWasAcknowledged() {
        click("switches", "kill -9 me");
        browser.awaitText("switches", "acknowledged, 0 lost");

        assertThat(browser.text("switches")).contains("none torn");
        browser.awaitText("state-word", "Open");
    }

    @Test
    void theOpenApiPageIsNotHeldUpByTheRulesOfThisOne() {
        browser.open(address + "swagger-ui.html");

        browser.await("the names of operations", _ -> ((String) browser.run("return document.body.innerText"))
                .contains("Protected pages"));
    }

    @Test
    void thePageFitsThePhone() {
        browser.size(390, 844);
        browser.await("the layout of a phone", _ -> (Boolean) browser.run("return innerWidth === 390"));

        assertThat((Boolean) browser.run("return document.documentElement.scrollWidth <= 390")).isTrue();
    }

    @Test
    void whatIsShownHasANameForThoseWhoDoNotSeeIt() {
        assertThat((String) browser.run("""
                return [...document.querySelectorAll('button, input, textarea, select, canvas, svg[role]')]
                    .filter(one => !one.closest('[aria-hidden=true]'))
                    .filter(one => one.offsetParent || one.ownerSVGElement === null)
                    .filter(one => !(one.textContent.trim() || one.getAttribute('aria-label') || one.getAttribute('aria-labelledby')
                        || one.labels && one.labels.length))
                    .map(one => one.outerHTML).join();""")).isEmpty();
    }

    @Test
    void picturesForThoseWhoDoNotStartIt() throws Exception {
        String directory = System.getProperty("screenshots", "");
        assumeTrue(!directory.isEmpty(), "Nobody asked for pictures: -Dscreenshots=DIRECTORY");
        try (PageClient client = new PageClient(service.port())) {
            for (int i = 0; i < 40; i++) {
                client.post(i % 3 == 0 ? "/api/pages" : "/api/protected",
                        ("Page number " + i).getBytes(StandardCharsets.UTF_8));
            }
        }
        browser.run("arguments[0].value = 6; arguments[0].dispatchEvent(new Event('input'))", browser.at("writers"));
        Thread.sleep(Duration.ofSeconds(45)); // so that there is something to be seen in the plots
        click("list-again");
        picture(Path.of(directory, "page-light.png"), 1280, false);
        picture(Path.of(directory, "page-dark.png"), 1280, true);
        picture(Path.of(directory, "page-phone.png"), 390, false);
        browser.run("arguments[0].value = 0; arguments[0].dispatchEvent(new Event('input'))", browser.at("writers"));
    }

    private void picture(Path file, int width, boolean dark) throws IOException, InterruptedException {
        browser.look(dark);
        browser.size(width, 900);
        browser.run("scrollTo(0, 0)");
        Thread.sleep(Duration.ofSeconds(1));
        browser.size(width, ((Long) browser.run("return document.documentElement.scrollHeight")).intValue());
        Thread.sleep(Duration.ofSeconds(3)); // for what is drawn once it knows its size
        browser.picture(file);
    }
}
