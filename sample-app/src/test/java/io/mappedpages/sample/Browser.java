package io.mappedpages.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.stream.Stream;

import org.openqa.selenium.Alert;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A real browser without a screen: Chromium and its driver as they are installed, and nothing that is loaded from elsewhere. */
final class Browser implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Whether there is one. */
    static boolean isInstalled() {
        return program("chromium", "chromium-browser", "google-chrome").isPresent()
                && program("chromedriver").isPresent();
    }

    static Browser start() {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(program("chromium", "chromium-browser", "google-chrome").orElseThrow());
        options.addArguments("--headless=new", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars",
                "--no-sandbox", // which a container, or root, does not have; it visits nobody but this service
                "--window-size=1280,900");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(program("chromedriver").orElseThrow())
                .usingAnyFreePort()
                .build();
        return new Browser(new ChromeDriver(service, options));
    }

    private static Optional<File> program(String... names) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .flatMap(directory -> Stream.of(names).map(name -> new File(directory, name)))
                .filter(File::canExecute)
                .findFirst();
    }

    void open(String address) {
        driver.get(address);
    }

    /** Opens an address in one more tab, and goes there. */
    void openTab(String address) {
        driver.switchTo().newWindow(WindowType.TAB);
        open(address);
    }

    /** Goes to a tab, by the order in which they were opened. */
    void goToTab(int number) {
        driver.switchTo().window(List.copyOf(driver.getWindowHandles()).get(number));
    }

    void closeTab() {
        driver.close();
        goToTab(0);
    }

    WebElement at(String id) {
        return driver.findElement(By.id(id));
    }

    WebElement button(String within, String text) {
        return driver.findElement(By.xpath("//*[@id='" + within + "']//button[normalize-space()='" + text + "']"));
    }

    String text(String id) {
        return at(id).getText();
    }

    void await(String what, Function<Browser, Boolean> condition) {
        new WebDriverWait(driver, PATIENCE).withMessage(what).until(_ -> condition.apply(this));
    }

    void awaitText(String id, String part) {
        await("'" + part + "' in " + id, _ -> text(id).contains(part));
    }

    /** Waits for a question, and answers it. {@return what it was} */
    String answer(boolean yes) {
        Alert question = new WebDriverWait(driver, PATIENCE).until(ExpectedConditions.alertIsPresent());
        String text = question.getText();
        if (yes) {
            question.accept();
        } else {
            question.dismiss();
        }
        return text;
    }

    Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    void look(boolean dark) {
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features",
                List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    void size(int width, int height) {
        driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
    }

    /** Pictures the whole page. */
    void picture(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Map<String, Object> picture = driver.executeCdpCommand("Page.captureScreenshot",
                Map.of("format", "png", "captureBeyondViewport", false));
        Files.write(file, Base64.getDecoder().decode((String) picture.get("data")));
    }

    /** What the browser complains of in its console, but for answers that are no success. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .filter(message -> !message.contains("Failed to load resource")
                        && !message.contains("willReadFrequently"))
                .toList();
    }

    void assertNoComplaints() {
        assertThat(complaints()).isEmpty();
    }

    @Override
    public void close() {
        driver.quit();
    }
}
