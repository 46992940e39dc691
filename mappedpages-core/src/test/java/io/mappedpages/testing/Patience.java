package io.mappedpages.testing;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what should come soon, and says what all threads were doing if it does not. */
public final class Patience {

    private static final long SECONDS = 60;

    private Patience() {
    }

    /** Waits until something holds. */
    public static void await(String what, BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(SECONDS)) {
                throw new AssertionError("waited in vain for " + SECONDS + " s until " + what + "\n" + threads());
            }
            LockSupport.parkNanos(500_000);
        }
    }

    /** Makes a call that must come to an end. What it throws is thrown here. */
    public static <T> T call(String what, Callable<T> call) {
        Background<T> running = Background.start(call);
        await(what + " ends", running::isDone);
        return running.result();
    }

    private static String threads() {
        StringBuilder dump = new StringBuilder();
        for (Map.Entry<Thread, StackTraceElement[]> entry : Thread.getAllStackTraces().entrySet()) {
            dump.append(entry.getKey()).append(' ').append(entry.getKey().getState()).append('\n');
            for (StackTraceElement frame : entry.getValue()) {
                dump.append("    at ").append(frame).append('\n');
            }
        }
        return dump.toString();
    }
}
