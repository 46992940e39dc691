package io.mappedpages.testing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.internal.storage.PageStorage;
import io.mappedpages.internal.storage.StorageProvider;

/** Storage in files whose reads of chosen ranges wait until they are let go. */
public final class HeldReads {

    private static final long PATIENCE_SECONDS = 30;

    private final List<ByteRange> held = new CopyOnWriteArrayList<>();
    private final Semaphore waiting = new Semaphore(0);
    private volatile CountDownLatch goOn = new CountDownLatch(1);

    /** Returns the storage. */
    public StorageProvider provider() {
        return handingOn(StorageProvider.class, new FileStorageProvider());
    }

    /** From now on reads that touch {@code range} wait. */
    public void hold(ByteRange range) {
        held.add(range);
    }

    /** Waits until so many more reads wait. */
    public void await(int reads) throws InterruptedException {
        if (!waiting.tryAcquire(reads, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError(waiting.availablePermits() + " reads wait, and not " + reads);
        }
    }

    /** Fails if another read waits than those that were waited for. */
    public void requireNoMore() {
        if (waiting.availablePermits() > 0) {
            throw new AssertionError(waiting.availablePermits() + " reads more wait");
        }
    }

    /** Lets all reads go, and holds none any more. */
    public void letGo() {
        held.clear();
        goOn.countDown();
        goOn = new CountDownLatch(1);
    }

    private <T> T handingOn(Class<T> type, T real) {
        return type
                .cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
                    if (method.getName().equals("read")) {
                        waitIfHeld((Long) arguments[0], (Integer) arguments[3]);
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

    private void waitIfHeld(long offset, int length) throws InterruptedException {
        CountDownLatch until = goOn;
        if (held.stream().anyMatch(range -> offset < range.end() && offset + length > range.offset())) {
            waiting.release();
            until.await();
        }
    }
}
