package io.mappedpages.cli;

import java.io.PrintWriter;
import java.net.URI;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what a running application's pager does. */
// @formatter:off
@Command(
        name = "watch",
        header = "Show what the pager of a running application does.",
        description = {
            "Shows a line a second of what the pager of a running application does, from its actuator endpoint: state, commits a second, "
                    + "pages, records behind the checkpoint, borrows, waits. Ends with Ctrl-C, or after --count lines. While the application does not "
                    + "answer the line says so.",
            "",
            "The application must expose the endpoint: management.endpoints.web.exposure.include=mappedpages."},
        exitCodeList = {
            "0:it ended after --count lines, the last of which was an answer",
            "1:the pager was not open, in the last line", ExitCodes.USAGE_LINE,
            "3:no answer, or not the one of such an endpoint, or no such pager", "130:it was ended with Ctrl-C"})
// @formatter:on
final class Watch implements Callable<Integer> {

    private static final int LINES_PER_HEADER = 20;
    private static final String LINE = "%-8s  %-11s  %10s  %12s  %12s  %10s  %8s  %8s  %10s%n";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
            index = "0", paramLabel = "URL", description = "The application, http://host:8080 say, or its endpoint, .../actuator/mappedpages.")
    @SuppressWarnings("NullAway.Init")
    private URI url;

    @Option(names = {"-p", "--pager"}, paramLabel = "NAME", description = "Which pager, where there are several.")
    private @Nullable String pager;

    @Option(names = "--count", paramLabel = "N", description = "End after so many lines.")
    private @Nullable Integer count;

    @Option(
            names = "--interval", paramLabel = "SECONDS", defaultValue = "1", description = "From one line to the next. ${DEFAULT-VALUE} without it.")
    private double interval;

    @Option(
            names = {"-H",
                "--header"}, paramLabel = "NAME=VALUE", description = "A header of the requests, for those who log in: -H 'Authorization=Bearer ...'.")
    private Map<String, String> headers = new LinkedHashMap<>();

    @Mixin
    private final JsonOption json = new JsonOption();

    /**
     * A line in JSON.
     *
     * @param time             when it was asked, hours to seconds
     * @param pager            its name
     * @param state            as the endpoint says it
     * @param commitsPerSecond since the line before; left out in the first line, and where it is not told
     * @param status           what the endpoint says of it
     */
    record Sample(String time, String pager, String state, @Nullable Double commitsPerSecond,
            Endpoint.Status status) {
    }

    @Override
    public Integer call() throws InterruptedException {
        if (interval <= 0 || (count != null && count < 1)) {
            throw new ParameterException(spec.commandLine(), "--interval must be above 0, and --count 1 or more.");
        }
        Endpoint endpoint = new Endpoint(url, headers);
        PrintWriter out = spec.commandLine().getOut();
        Endpoint.Answer before = null;
        CliException failure = null;
        String name = pager;
        CountDownLatch never = new CountDownLatch(1);
        for (int line = 0; count == null || line < count; line++) {
            if (line > 0 && never.await(Math.round(interval * TimeUnit.SECONDS.toNanos(1)), TimeUnit.NANOSECONDS)) {
                break;
            }
            try {
                Endpoint.Answer answer = endpoint.ask();
                name = answer.requireName(name);
                show(line, name, answer, before, out);
                before = answer;
                failure = null;
            } catch (CliException e) {
                if (before == null) {
                    throw e; // it never worked
                }
                failure = e;
                spec.commandLine().getErr().println(now() + "  " + e.getMessage());
                spec.commandLine().getErr().flush();
            }
        }
        if (failure != null) {
            throw failure;
        }
        return before != null && name != null && before.status(name).isOpen() ? ExitCodes.FINE : ExitCodes.FOUND;
    }

    private static String now() {
        return LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS)
                .format(DateTimeFormatter.ISO_LOCAL_TIME);
    }

    private void show(int line, String name, Endpoint.Answer answer, Endpoint.@Nullable Answer before,
            PrintWriter out) {
        Endpoint.Status status = answer.status(name);
        Double rate = before == null ? null : answer.commitsPerSecondSince(before, name);
        if (json.isWanted()) {
            JsonOption.printLine(new Sample(now(), name, status.state(), rate, status), out);
            return;
        }
        if (line % LINES_PER_HEADER == 0) {
            out.print(Ansi.AUTO.string("@|bold " + name + ", " + status.path() + "|@") + System.lineSeparator());
            out.printf(Locale.ROOT, LINE, "time", "state", "commits/s", "pages", "free", "protected", "records",
                    "borrows", "waits");
        }
        Endpoint.Counters counters = status.counters();
        out.printf(Locale.ROOT, LINE, now(), status.state(), rate == null ? "" : Units.rate(rate),
                number(status.pages()), number(status.free()), number(status.protectedPages()),
                number(counters == null ? null : counters.recordsSinceCheckpoint()),
                number(counters == null ? null : counters.borrows()),
                number(counters == null ? null : counters.borrowWaits()));
        out.flush();
    }

    private static String number(@Nullable Long number) {
        return number == null ? "-" : Units.count(number);
    }
}
