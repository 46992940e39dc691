package io.mappedpages;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.mappedpages.testing.ChildJvm;
import io.mappedpages.testing.QuietLog;

/**
 * A container's rules may forbid system calls. The first commit in such a container made the pager unavailable once, for
 * {@code sync_file_range} came back with an error that was taken for a failure of the disk.
 */
@Timeout(120)
class SeccompTest {

    /** x86-64: what the filter below has numbers for. */
    private static final String PROCESSOR = "amd64";

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"277, 38, sync_file_range, ENOSYS", "277, 1, sync_file_range, EPERM", "285, 1, fallocate, EPERM",
        "26, 38, msync, ENOSYS", "28, 1, madvise, EPERM"})
    void whereASystemCallIsForbiddenCommitsGoAnotherWay(int call, int errno, String name, String answer) {
        assumeTrue(System.getProperty("os.name").equals("Linux") && System.getProperty("os.arch").equals(PROCESSOR),
                "numbers of system calls are known here for Linux on " + PROCESSOR + " only");
        try (ChildJvm child = ChildJvm.startWith(List.of("--enable-native-access=ALL-UNNAMED"), Map.of(),
                Confined.class, directory.resolve("pages"), call, errno)) {
            List<String> lines = child.readToEnd();
            assumeFalse(lines.contains("no filter"), "this system has no seccomp");
            assertThat(lines).as(name + " " + answer).containsExactly("filter", "OPEN", "sound", "exit 0");
        }
    }

    /** Runs in another process: arguments are a path, the number of a system call, and what it is answered with. */
    static final class Confined {

        private static final int PR_SET_SECCOMP = 22;
        private static final int PR_SET_NO_NEW_PRIVS = 38;
        private static final int SECCOMP_MODE_FILTER = 2;
        private static final int SECCOMP_RET_ERRNO = 0x50000;
        private static final int SECCOMP_RET_ALLOW = 0x7FFF0000;
        private static final int BPF_LOAD_WORD = 0x20;
        private static final int BPF_JUMP_IF_EQUAL = 0x15;
        private static final int BPF_RETURN = 0x06;

        public static void main(String[] args) throws Throwable {
            QuietLog.use();
            Path path = Path.of(args[0]);
            // From here on this thread, which makes every commit below, may not make the call.
            System.out.println(forbid(Integer.parseInt(args[1]), Integer.parseInt(args[2])) ? "filter" : "no filter");
            try (Pager pager = Pager.builder(path).initialSize(1 << 20).create()) {
                for (int i = 0; i < 20; i++) {
                    Pages.filled(pager, i);
                    Pages.filledProtected(pager, i);
                }
                pager.allocBulk(1000);
                System.out.println(pager.state());
            }
            try (Pager pager = Pager.open(path)) {
                System.out.println(pager.verify().isSound() ? "sound" : "damaged");
            }
        }

        @SuppressWarnings("restricted")
        private static boolean forbid(int call, int errno) throws Throwable {
            Linker linker = Linker.nativeLinker();
            MethodHandle prctl = linker.downcallHandle(linker.defaultLookup().findOrThrow("prctl"), FunctionDescriptor
                    .of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG),
                    Linker.Option.firstVariadicArg(1));
            MemorySegment none = MemorySegment.NULL;
            // Kept for the life of the process, though the kernel copies it.
            MemorySegment filter = Arena.global().allocate(4 * 8, 8);
            instruction(filter, 0, BPF_LOAD_WORD, 0, 0, 0); // the number of the call
            instruction(filter, 1, BPF_JUMP_IF_EQUAL, 0, 1, call);
            instruction(filter, 2, BPF_RETURN, 0, 0, SECCOMP_RET_ERRNO | errno);
            instruction(filter, 3, BPF_RETURN, 0, 0, SECCOMP_RET_ALLOW);
            MemorySegment program = Arena.global().allocate(16, 8);
            program.set(JAVA_SHORT, 0, (short) 4);
            program.set(ADDRESS, 8, filter);
            return (int) prctl.invokeExact(PR_SET_NO_NEW_PRIVS, 1L, none, 0L, 0L) == 0
                    && (int) prctl.invokeExact(PR_SET_SECCOMP, (long) SECCOMP_MODE_FILTER, program, 0L, 0L) == 0;
        }

        private static void instruction(MemorySegment filter, int index, int code, int ifTrue, int ifFalse, int value) {
            long at = index * 8L;
            filter.set(JAVA_SHORT, at, (short) code);
            filter.set(JAVA_BYTE, at + 2, (byte) ifTrue);
            filter.set(JAVA_BYTE, at + 3, (byte) ifFalse);
            filter.set(JAVA_INT, at + 4, value);
        }
    }
}
