package io.mappedpages.crashlab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.mappedpages.CommitMode;
import io.mappedpages.Pager;

/**
 * Runs for as long as it is told: many threads of a process work on a page file, the process is killed, and the file must
 * hold whatever was acknowledged; then the next process goes on with it, with or without a journal.
 *
 * <p>Arguments: minutes, threads, seed (or {@code random}), directory, each of them optional. The exit status is 0 if nothing was found, and 1
 * if something was; then the file stays.
 */
final class Soak {

    private static final int LONGEST_MILLIS = 4_000;
    private static final int KILLS_PER_FILE = 200;

    private final Path directory;
    private final int threads;
    private final Random random;
    private final long begin = System.nanoTime();
    private final PrintStream out = System.out;
    private long kills;
    private long acknowledged;
    private long nextReport;
    private int files;

    private Soak(Path directory, int threads, long seed) {
        this.directory = directory;
        this.threads = threads;
        this.random = new Random(seed);
    }

    public static void main(String[] arguments) throws Exception {
        Duration duration = Duration.ofSeconds((long) (60 * Double.parseDouble(argument(arguments, 0, "60"))));
        int threads = Integer.parseInt(argument(arguments, 1, "8"));
        long seed = seed(argument(arguments, 2, "random"));
        Path directory = arguments.length > 3 ? Path.of(arguments[3]) : Files.createTempDirectory("mappedpages-soak");
        System.out.println("Soak: " + duration.toSeconds() + " s, " + threads + " threads, seed " + seed + ", in "
                + directory);
        Soak soak = new Soak(directory, threads, seed);
        try {
            soak.run(duration);
        } catch (LabFailure e) {
            soak.report("FAILED, seed " + seed + ", the file is left in " + directory + ": " + e.getMessage());
            System.exit(1);
        }
        soak.report("nothing was lost");
    }

    private static long seed(String said) {
        return said.equals("random") ? new Random().nextInt(Integer.MAX_VALUE) : Long.parseLong(said);
    }

    private static String argument(String[] arguments, int which, String otherwise) {
        return which < arguments.length ? arguments[which] : otherwise;
    }

    private void report(String what) {
        out.printf("Soak: %,d s, %,d files, %,d processes killed, %,d operations acknowledged: %s%n",
                (System.nanoTime() - begin) / 1_000_000_000, files, kills, acknowledged, what);
    }

    private void run(Duration duration) throws Exception {
        nextReport = TimeUnit.MINUTES.toNanos(1);
        while (System.nanoTime() - begin < duration.toNanos()) {
            Path file = directory.resolve("soak-" + files++ + ".pages");
            SoakLog log = new SoakLog(threads);
            for (int i = 0; i < KILLS_PER_FILE && System.nanoTime() - begin < duration.toNanos(); i++) {
                killAndCheck(file, log);
            }
            Files.deleteIfExists(file);
        }
    }

    private void killAndCheck(Path file, SoakLog log) throws Exception {
        long before = log.acknowledged();
        killOne(file, log);
        kills++;
        acknowledged += log.acknowledged() - before;
        if (Files.exists(file)) {
            try (Quiet _ = new Quiet(); Pager pager = Pager.open(file)) {
                log.check(pager);
            }
        }
        if (System.nanoTime() - begin > nextReport) {
            nextReport += TimeUnit.MINUTES.toNanos(1);
            report("so far nothing was lost");
        }
    }

    private void killOne(Path file, SoakLog log) throws Exception {
        CommitMode mode = CommitMode.values()[random.nextInt(CommitMode.values().length)];
        List<String> command = new ArrayList<>(KilledProcesses.java(SoakChild.class, file.toString(),
                Long.toString(random.nextLong() >>> 1), mode.name(), Integer.toString(threads)));
        command.set(command.indexOf("-Xmx64m"), "-Xmx256m");
        Process child = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        try (BufferedReader said = new BufferedReader(
                new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
            tell(child, log.shares());
            String line = said.readLine();
            long millis = 1 + random.nextInt(LONGEST_MILLIS);
            Thread killer = Thread.ofPlatform().daemon().start(() -> killAfter(child, millis));
            for (; line != null; line = said.readLine()) {
                log.line(line);
            }
            killer.join();
        }
        if (child.waitFor() == 3) {
            throw new LabFailure("the process ended by itself, in mode " + mode + "; it said why above");
        }
    }

    private static void tell(Process child, List<String> lines) throws IOException {
        try (var to = child.outputWriter(StandardCharsets.US_ASCII)) {
            for (String line : lines) {
                to.write(line + "\n");
            }
            to.write("go\n");
        }
    }

    /** By its handle: {@link Process#destroyForcibly} would close the pipe, too, with what the process had said in it. */
    private static void killAfter(Process child, long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        child.toHandle().destroyForcibly();
    }
}
