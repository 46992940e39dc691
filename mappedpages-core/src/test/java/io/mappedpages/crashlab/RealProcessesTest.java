package io.mappedpages.crashlab;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.PagerFullException;
import io.mappedpages.PagerState;
import io.mappedpages.RecoveryReport;

/** The same with real files: processes that are killed at any moment, and a disk that is really full. */
class RealProcessesTest {

    private static final long LONGEST_MILLIS = Lab.LONG ? 800 : 300;

    @TempDir
    private Path directory;

    @Test
    void aKilledProcessLosesNothingThatItHadAcknowledged() throws Exception {
        killAgainAndAgain(directory.resolve("file"), Lab.LONG ? 300 : 12, Long.getLong("crashlab.seed", 7L));
    }

    private static void killAgainAndAgain(Path file, int times, long seed) throws Exception {
        Random random = new Random(seed);
        Model model = new Model();
        long acknowledged = 0;
        for (int round = 0; round < times; round++) {
            ChildLog log = new ChildLog(model);
            killOne(file, random, log);
            acknowledged += log.acknowledged();
            if (!Files.exists(file)) {
                continue;
            }
            try (Quiet _ = new Quiet(); Pager pager = Pager.open(file)) {
                model = log.check(pager);
                if (pager.recovery().map(RecoveryReport::loss)
                        .orElse(RecoveryReport.Loss.NONE) != RecoveryReport.Loss.NONE) {
                    throw new LabFailure("a killed process is reported as a loss: " + pager.recovery());
                }
            } catch (LabFailure e) {
                throw new LabFailure("round " + round + " of seed " + seed + ": " + e.getMessage(), e);
            }
        }
        System.out.printf("Crash laboratory: %d processes killed on %s, seed %d, after %,d acknowledged operations%n",
                times,
                Files.getFileStore(file).type(), seed, acknowledged);
        if (acknowledged == 0) {
            throw new LabFailure("no process did anything");
        }
    }

    private static void killOne(Path file, Random random, ChildLog log) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m", "-cp",
                        System.getProperty("java.class.path"),
                        CrashChild.class.getName(), file.toString(), Long.toString(random.nextLong() >>> 1)));
        Process child = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        try (BufferedReader said = new BufferedReader(
                new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
            if (random.nextInt(8) == 0) { // perhaps while it creates or opens the file
                Thread.sleep(random.nextLong(LONGEST_MILLIS));
                child.destroyForcibly();
            }
            String line = said.readLine();
            boolean ready = line != null;
            Thread killer = Thread.ofPlatform().daemon().start(() -> {
                try {
                    TimeUnit.MICROSECONDS.sleep(ready ? random.nextLong(LONGEST_MILLIS * 1000) : 0);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                child.destroyForcibly();
            });
            for (; line != null; line = said.readLine()) {
                log.line(line);
            }
            killer.join();
        } catch (IOException e) {
            // the pipe went with the process
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    @Test
    void aDiskThatIsReallyFullIsAnExceptionAndNothingIsLost() throws Exception {
        Path mount = Files.createDirectory(directory.resolve("small"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", mount.toString()),
                "mounting a small disk takes the rights of root");
        try {
            fillUp(mount.resolve("file"));
            Files.delete(mount.resolve("file"));
            killAgainAndAgain(mount.resolve("killed"), Lab.LONG ? 40 : 3, 11);
        } finally {
            run("umount", mount.toString());
        }
    }

    private static void fillUp(Path file) {
        try (Quiet _ = new Quiet(); Pager pager = Pager.create(file, 12)) {
            List<PageId> pages = new ArrayList<>();
            boolean full = false;
            while (!full) {
                try {
                    pages.addAll(pager.allocBulk(16));
                } catch (PagerFullException e) {
                    full = true;
                }
            }
            if (pages.size() < 2000 || pager.state() != PagerState.OPEN) {
                throw new LabFailure(pages.size() + " pages in 16 MiB, then " + pager.state());
            }
            for (int i = 0; i < pages.size(); i++) {
                try (var page = pager.write(pages.get(i))) {
                    Stamps.write(page.bytes(), 1 + i % 100);
                    page.commit();
                }
            }
            pager.freeBulk(pages.subList(0, 20));
            pager.allocProtectedBulk(4);
            Oracle.requireSound(pager);
            for (int i = 20; i < pages.size(); i++) {
                try (var page = pager.read(pages.get(i))) {
                    if (!Stamps.matches(page.bytes(), 1 + i % 100)) {
                        throw new LabFailure(pages.get(i) + " lost what was stored on a full disk");
                    }
                }
            }
        }
    }

    private static boolean run(String... command) throws Exception {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(Redirect.DISCARD).start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false; // there is no such command
        }
    }
}
