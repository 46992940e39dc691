package io.mappedpages.testing;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.internal.storage.PageStorage;
import io.mappedpages.internal.storage.StorageProvider;

/** Storage in files in which what is synced beside commits, which are checkpoints, waits until it is let go, or fails. */
public final class HeldCheckpoints {

    private static final long PATIENCE_SECONDS = 60;

    private final Semaphore waiting = new Semaphore(0);
    private volatile CountDownLatch goOn = new CountDownLatch(0);
    private volatile boolean fails;

    /** Returns the storage. */
    public StorageProvider provider() {
        return handingOn(StorageProvider.class, new FileStorageProvider());
    }

    /** From now on they wait. */
    public void hold() {
        goOn = new CountDownLatch(1);
    }

    /** Waits until one waits. */
    public void await() throws InterruptedException {
        if (!waiting.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("no checkpoint waits");
        }
    }

    /** They go on. */
    public void letGo() {
        goOn.countDown();
    }

    /** They go on, and fail. */
    public void letFail() {
        fails = true;
        letGo();
    }

    /** None fails any more. */
    public void mend() {
        fails = false;
    }

    private <T> T handingOn(Class<T> type, T real) {
        return type
                .cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
                    if (method.getName().equals("syncBeside") && !((List<?>) arguments[0]).isEmpty()) {
                        waitIfHeld();
                    }
                    try {
                        Object result = method.invoke(real, arguments);
                        return method.getName().equals("open") ? handingOn(PageStorage.class, (PageStorage) result)
                                : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    private void waitIfHeld() throws IOException, InterruptedException {
        CountDownLatch until = goOn;
        if (until.getCount() > 0) {
            waiting.release();
            until.await();
        }
        if (fails) {
            throw new IOException("told to fail");
        }
    }
}
