package io.mappedpages;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FileStorageProvider;

/**
 * A process in which many virtual threads commit at the same time. Each writes to a protected page of its own and
 * allocates a page, into which it writes the number of the protected one. Says how many generations that took.
 */
final class VirtualThreadsChild {

    private VirtualThreadsChild() {
    }

    /** Arguments: file, commit mode, number of threads, whether a leader waits where it has no carrier. */
    public static void main(String[] arguments) throws InterruptedException {
        int threads = Integer.parseInt(arguments[2]);
        FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());
        try (Pager pager = PagerOnStorage.on(storage, Pager.builder(Path.of(arguments[0])).pageSizeLog2(10)
                .commitMode(CommitMode.valueOf(arguments[1]))).create()) {
            List<ProtectedPageId> ids = pager.allocProtectedBulk(threads);
            pager.freeBulk(pager.allocBulk(threads)); // so that the file need not grow later
            long before = pager.stats().generation();
            run(pager, ids, storage, Boolean.parseBoolean(arguments[3]));
            System.out.println("generations " + (pager.stats().generation() - before));
        }
    }

    private static void run(Pager pager, List<ProtectedPageId> ids, FaultyStorageProvider storage, boolean holds)
            throws InterruptedException {
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        if (holds) {
            storage.beforeNext(Call.SYNC_RANGES, () -> {
                held.countDown();
                await(goOn);
            });
        }
        List<Thread> callers = new ArrayList<>();
        for (ProtectedPageId id : ids) {
            callers.add(Thread.ofVirtual().start(() -> {
                try {
                    commit(pager, id);
                } catch (Throwable e) {
                    failures.add(e);
                }
            }));
        }
        if (holds) {
            held.await();
            releaseWhileCarriersAreBusy(callers, goOn);
        }
        for (Thread caller : callers) {
            caller.join();
        }
        failures.forEach(Throwable::printStackTrace);
        System.out.println("failures " + failures.size());
    }

    /** When all others stand in line, two threads that never pause take both carriers; the leader may go on, and cannot. */
    private static void releaseWhileCarriersAreBusy(List<Thread> callers, CountDownLatch goOn)
            throws InterruptedException {
        while (callers.stream().anyMatch(caller -> caller.getState() == Thread.State.RUNNABLE
                || caller.getState() == Thread.State.NEW)) {
            Thread.sleep(1);
        }
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch busy = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            Thread.ofVirtual().start(() -> {
                busy.countDown();
                while (!over.get()) {
                    Thread.onSpinWait();
                }
            });
        }
        busy.await();
        goOn.countDown();
        Thread.sleep(200);
        over.set(true);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void commit(Pager pager, ProtectedPageId id) {
        try (PageWriter page = pager.write(id)) {
            page.byteBuffer().putLong(0, ~id.number());
            page.commit();
        }
        try (PageWriter page = pager.write(pager.alloc())) {
            page.byteBuffer().putLong(0, id.number() + 1);
        }
    }
}
