package io.mappedpages.crashlab;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.mappedpages.CommitMode;

/** The same with real files: processes that are killed at any moment, and a disk that is really full. */
class RealProcessesTest {

    private static final Report REPORT = new Report("processes", "file system", "processes killed",
            "operations they had acknowledged");

    /** Mounts a disk for one process only, with the rights of root or, where the system allows it, without. */
    private static final List<List<String>> NAMESPACES = List.of(List.of("unshare", "--mount"),
            List.of("unshare", "--map-root-user", "--mount"));
    private static final String MOUNT = "mount -t tmpfs -o size=16m tmpfs \"$0\" && exec \"$@\"";

    @TempDir
    private Path directory;

    @AfterAll
    static void summary() {
        REPORT.write();
    }

    @Test
    void aKilledProcessLosesNothingThatItHadAcknowledged() throws Exception {
        int times = Lab.LONG ? 300 : 12;
        long acknowledged = KilledProcesses.killAgainAndAgain(directory.resolve("file"), times,
                Long.getLong("crashlab.seed", 7L));
        REPORT.row(Files.getFileStore(directory).type(), Report.number(times), Report.number(acknowledged));
    }

    @ParameterizedTest
    @EnumSource
    void aBankWhoseProcessIsKilledHasAllItsMoney(CommitMode mode) throws Exception {
        int times = Lab.LONG ? 150 : 8;
        long acknowledged = Bank.killAgainAndAgain(directory.resolve("bank"), mode, times,
                Long.getLong("crashlab.seed", 7L));
        REPORT.row(Files.getFileStore(directory).type() + ", transactions of a bank, " + mode, Report.number(times),
                Report.number(acknowledged));
    }

    @Test
    void aDiskThatIsReallyFullIsAnExceptionAndNothingIsLost() throws Exception {
        Path mount = Files.createDirectory(directory.resolve("small"));
        List<String> namespace = null;
        for (List<String> each : NAMESPACES) {
            namespace = namespace == null && ends(onSmallDisk(each, mount, List.of("true"))) ? each : namespace;
        }
        if (namespace == null) {
            REPORT.row("tmpfs of 16 MiB, full", "skipped: no small disk can be mounted here", "");
        }
        assumeTrue(namespace != null, "no small disk can be mounted here, neither as root nor in a user namespace");
        Process child = new ProcessBuilder(onSmallDisk(namespace, mount,
                KilledProcesses.java(FullDisk.class, mount.toString(), Lab.LONG ? "40" : "3")))
                .redirectError(Redirect.INHERIT).start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        if (child.waitFor() != 0) {
            throw new LabFailure("on a full disk: " + said);
        }
        String[] numbers = said.split(" ");
        REPORT.row("tmpfs of 16 MiB, full at " + numbers[0] + " pages", numbers[1],
                Report.number(Long.parseLong(numbers[2])));
    }

    private static List<String> onSmallDisk(List<String> namespace, Path mount, List<String> command) {
        List<String> all = new ArrayList<>(namespace);
        all.addAll(List.of("sh", "-c", MOUNT, mount.toString()));
        all.addAll(command);
        return all;
    }

    private static boolean ends(List<String> command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(Redirect.DISCARD).start()
                    .waitFor() == 0;
        } catch (IOException e) {
            return false; // there is no such command
        }
    }
}
