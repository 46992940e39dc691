package io.mappedpages.crashlab;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.PagerFullException;
import io.mappedpages.ProtectedPageId;

/**
 * A process that works on a page file until it is killed. It says what it is about to do, does it, and says what came of
 * it, each on a line of its own that is out of the process before the next thing happens.
 */
final class CrashChild {

    private static final int MOST_PAGES = 150;

    private final Random random;
    private final Pager pager;
    private final List<PageId> pages;
    private final List<ProtectedPageId> guarded;
    private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    private int stamp;

    private CrashChild(Path file, long seed) {
        random = new Random(seed);
        stamp = (int) (seed & 0xffff) << 14 | 1;
        pager = Pager.builder(file).pageSizeLog2(12).growthStep(1 << 17).openOrCreate();
        pages = new ArrayList<>(pager.allocatedPages().toList());
        guarded = new ArrayList<>(pager.allocatedProtectedPages().toList());
    }

    @SuppressWarnings({"resource", "InfiniteLoopStatement"}) // it ends when it is killed
    public static void main(String[] arguments) throws IOException {
        new Quiet(); // being killed is nothing to report
        CrashChild child = new CrashChild(Path.of(arguments[0]), Long.parseLong(arguments[1]));
        child.say("ready");
        while (true) {
            child.work();
        }
    }

    private void say(String line) throws IOException {
        out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private void work() throws IOException {
        boolean full = pages.size() + 2 * guarded.size() > MOST_PAGES;
        try {
            switch (random.nextInt(8)) {
                case 0 -> alloc(full ? 0 : 1 + random.nextInt(3));
                case 1 -> allocProtected(full ? 0 : 1 + random.nextInt(2));
                case 2 -> free(full ? 3 : 1);
                case 3 -> freeProtected(full ? 3 : 1);
                case 4, 5 -> writeProtected();
                default -> write();
            }
        } catch (PagerFullException e) {
            say("full");
        }
    }

    private void alloc(int count) throws IOException {
        say("> alloc " + count);
        for (PageId id : pager.allocBulk(count)) {
            pages.add(id);
            say("alloc " + id.number());
        }
        say("<");
    }

    private void allocProtected(int count) throws IOException {
        say("> palloc " + count);
        for (ProtectedPageId id : pager.allocProtectedBulk(count)) {
            guarded.add(id);
            say("palloc " + id.number());
        }
        say("<");
    }

    private void free(int count) throws IOException {
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

    private void freeProtected(int count) throws IOException {
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

    private void writeProtected() throws IOException {
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

    private void write() throws IOException {
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
