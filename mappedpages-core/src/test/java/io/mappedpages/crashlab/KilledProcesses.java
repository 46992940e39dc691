package io.mappedpages.crashlab;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.mappedpages.Pager;
import io.mappedpages.RecoveryReport;

/** Lets one process after the other work on a file, kills each with SIGKILL, and opens the file after each. */
final class KilledProcesses {

    private static final long LONGEST_MILLIS = Lab.LONG ? 600 : 300;

    private final Path file;
    private final Random random;
    private Model model = new Model();
    private long acknowledged;

    private KilledProcesses(Path file, long seed) {
        this.file = file;
        this.random = new Random(seed);
    }

    /** {@return how many operations all of them had acknowledged} */
    static long killAgainAndAgain(Path file, int times, long seed) throws Exception {
        KilledProcesses processes = new KilledProcesses(file, seed);
        for (int round = 0; round < times; round++) {
            try {
                processes.killAndCheck();
            } catch (LabFailure e) {
                throw new LabFailure("round " + round + " of seed " + seed + ": " + e.getMessage(), e);
            }
        }
        if (processes.acknowledged == 0) {
            throw new LabFailure("no process did anything");
        }
        return processes.acknowledged;
    }

    private void killAndCheck() throws Exception {
        ChildLog log = new ChildLog(model);
        killOne(log);
        acknowledged += log.acknowledged();
        if (!Files.exists(file)) {
            return;
        }
        try (Quiet _ = new Quiet(); Pager pager = Pager.open(file)) {
            model = log.check(pager);
            if (pager.recovery().map(RecoveryReport::loss)
                    .orElse(RecoveryReport.Loss.NONE) != RecoveryReport.Loss.NONE) {
                throw new LabFailure("a killed process is reported as a loss: " + pager.recovery());
            }
        }
    }

    /** The command that runs {@code type} in a process of its own. */
    static List<String> java(Class<?> type, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "-Xmx64m", "-Dcrashlab.long=" + Lab.LONG, "-cp",
                System.getProperty("java.class.path"), type.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private void killOne(ChildLog log) throws Exception {
        Process child = new ProcessBuilder(
                java(CrashChild.class, file.toString(), Long.toString(random.nextLong() >>> 1)))
                .redirectError(Redirect.INHERIT).start();
        try (BufferedReader said = new BufferedReader(
                new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
            if (random.nextInt(8) == 0) { // perhaps while it creates or opens the file
                Thread.sleep(random.nextLong(LONGEST_MILLIS));
                kill(child);
            }
            String line = said.readLine();
            Thread killer = killSoon(child, line == null ? 0 : random.nextLong(LONGEST_MILLIS * 1000));
            for (; line != null; line = said.readLine()) {
                log.line(line);
            }
            killer.join();
        } finally {
            kill(child);
            child.waitFor();
        }
    }

    /** Kills it, by another thread, after so many microseconds. */
    static Thread killSoon(Process child, long micros) {
        return Thread.ofPlatform().daemon().start(() -> {
            try {
                TimeUnit.MICROSECONDS.sleep(micros);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            kill(child);
        });
    }

    /** By its handle: {@link Process#destroyForcibly} would close the pipe, too, with what the process had said in it. */
    static void kill(Process child) {
        child.toHandle().destroyForcibly();
    }
}
