package io.mappedpages.crashlab;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.mappedpages.CommitMode;
import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;

/**
 * A process in which many threads work on one page file until it is killed. Each thread has pages of its own, and says what
 * it is about to do and what came of it, as {@link CrashChild} does, each line with its number before it. Pages of a thread
 * are those that the numbers on the standard input say it had when the process before was killed.
 */
final class SoakChild {

    private static final int MOST_PAGES = 60;

    private final int number;
    private final Pager pager;
    private final Random random;
    private final List<PageId> pages = new ArrayList<>();
    private final List<ProtectedPageId> guarded = new ArrayList<>();
    private final FileOutputStream out;
    private int stamp;

    private SoakChild(int number, Pager pager, long seed, FileOutputStream out) {
        this.number = number;
        this.pager = pager;
        this.random = new Random(seed + number);
        this.out = out;
        this.stamp = new Random(seed).nextInt(1 << 20) << 10;
    }

    /** Arguments: file, seed, mode, threads. Input: a line for each page, {@code THREAD alloc N} or {@code THREAD palloc N}, then {@code go}. */
    public static void main(String[] arguments) throws IOException {
        new Quiet(); // being killed is nothing to report
        Pager pager = Pager.builder(Path.of(arguments[0])).pageSizeLog2(12).growthStep(1 << 17)
                .commitMode(CommitMode.valueOf(arguments[2])).openOrCreate();
        FileOutputStream out = new FileOutputStream(FileDescriptor.out);
        List<SoakChild> workers = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(arguments[3]); i++) {
            workers.add(new SoakChild(i, pager, Long.parseLong(arguments[1]), out));
        }
        BufferedReader in = new BufferedReader(
                new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = in.readLine(); line != null && !line.equals("go"); line = in.readLine()) {
            String[] words = line.split(" ");
            SoakChild worker = workers.get(Integer.parseInt(words[0]));
            if (words[1].equals("alloc")) {
                worker.pages.add(new PageId(Long.parseLong(words[2])));
            } else {
                worker.guarded.add(new ProtectedPageId(Long.parseLong(words[2])));
            }
        }
        for (SoakChild worker : workers) {
            Thread.ofPlatform().start(worker::workForEver);
        }
        if (workers.size() > 1) { // growth and its opposite, verify and sync go on beside all that
            Thread.ofPlatform().start(() -> lookOn(pager));
        }
    }

    @SuppressWarnings("InfiniteLoopStatement") // it ends when it is killed
    private static void lookOn(Pager pager) {
        try {
            while (true) {
                if (!pager.verify().isSound()) {
                    throw new LabFailure("verify() finds " + pager.verify().findings());
                }
                pager.sync();
                pager.trim();
                Thread.sleep(50);
            }
        } catch (Throwable e) {
            end(e);
        }
    }

    private static void end(Throwable e) {
        e.printStackTrace();
        Runtime.getRuntime().halt(3);
    }

    @SuppressWarnings("InfiniteLoopStatement") // it ends when it is killed
    private void workForEver() {
        try {
            while (true) {
                work();
            }
        } catch (Throwable e) {
            end(e);
        }
    }

    /** One system call, so that lines of several threads do not mix. */
    private void say(String line) {
        try {
            synchronized (out) {
                out.write((number + " " + line + "\n").getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void work() {
        boolean full = pages.size() + 2 * guarded.size() > MOST_PAGES;
        switch (random.nextInt(8)) {
            case 0 -> alloc(full ? 0 : 1 + random.nextInt(6));
            case 1 -> allocProtected(full ? 0 : 1 + random.nextInt(3));
            case 2 -> free(full ? 6 : 1);
            case 3 -> freeProtected(full ? 4 : 1);
            case 4, 5, 6 -> writeProtected();
            default -> write();
        }
    }

    private void alloc(int count) {
        say("> alloc " + count);
        for (PageId id : pager.allocBulk(count)) {
            pages.add(id);
            say("alloc " + id.number());
            try (var page = pager.read(id)) {
                if (!Stamps.matches(page.bytes(), Stamps.ZEROS)) {
                    throw new LabFailure("a new page is not full of zeros: " + id);
                }
            }
        }
        say("<");
    }

    private void allocProtected(int count) {
        say("> palloc " + count);
        for (ProtectedPageId id : pager.allocProtectedBulk(count)) {
            guarded.add(id);
            say("palloc " + id.number());
        }
        say("<");
    }

    private void free(int count) {
        List<PageId> gone = new ArrayList<>();
        StringBuilder line = new StringBuilder("> free");
        for (int i = 0; i < count && !pages.isEmpty(); i++) {
            gone.add(pages.remove(random.nextInt(pages.size())));
            line.append(' ').append(gone.getLast().number());
        }
        say(line.toString());
        pager.freeBulk(gone);
        say("<");
    }

    private void freeProtected(int count) {
        List<ProtectedPageId> gone = new ArrayList<>();
        StringBuilder line = new StringBuilder("> pfree");
        for (int i = 0; i < count && !guarded.isEmpty(); i++) {
            gone.add(guarded.remove(random.nextInt(guarded.size())));
            line.append(' ').append(gone.getLast().number());
        }
        say(line.toString());
        pager.freeProtectedBulk(gone);
        say("<");
    }

    private void writeProtected() {
        if (!guarded.isEmpty()) {
            ProtectedPageId id = guarded.get(random.nextInt(guarded.size()));
            say("> pwrite " + id.number() + " " + ++stamp);
            try (var page = pager.write(id)) {
                Stamps.write(page.bytes(), stamp);
                page.commit();
            }
            say("<");
        }
    }

    private void write() {
        if (!pages.isEmpty()) {
            PageId id = pages.get(random.nextInt(pages.size()));
            say("> write " + id.number() + " " + ++stamp);
            try (var page = pager.write(id)) {
                Stamps.write(page.bytes(), stamp);
                page.commit();
            }
            say("<");
        }
    }
}
