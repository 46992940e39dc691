package io.mappedpages.crashlab;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

import io.mappedpages.PageHandle;
import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;

/**
 * What one thread of a process does that is going to be killed, with pages that are its own. It says what it is about to do,
 * does it, and says what came of it, each on a line of its own that is out of the process before the next thing happens.
 */
final class ToldCalls {

    private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

    private final Pager pager;
    private final Random random;
    private final Consumer<String> say;
    private final List<PageId> pages = new ArrayList<>();
    private final List<ProtectedPageId> guarded = new ArrayList<>();
    private int stamp;

    /**
     * @param firstStamp behind which those of this thread come
     * @param say        gets each line
     */
    ToldCalls(Pager pager, Random random, int firstStamp, Consumer<String> say) {
        this.pager = pager;
        this.random = random;
        this.stamp = firstStamp;
        this.say = say;
    }

    /** Writes a line to the standard output in one system call, so that lines of several threads do not mix. */
    static void print(String line) {
        try {
            synchronized (OUT) {
                OUT.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** These pages are this thread's. */
    void take(List<PageId> regular, List<ProtectedPageId> guardedToo) {
        pages.addAll(regular);
        guarded.addAll(guardedToo);
    }

    /** {@return how many pages of the file this thread has} */
    int pagesTaken() {
        return pages.size() + 2 * guarded.size();
    }

    /** Allocates regular pages, which must be zeros. */
    void alloc(int count) {
        say.accept("> alloc " + count);
        for (PageId id : pager.allocBulk(count)) {
            pages.add(id);
            say.accept("alloc " + id.number());
            try (var page = pager.read(id)) {
                if (!Stamps.matches(page.bytes(), Stamps.ZEROS)) {
                    throw new LabFailure("a new page is not full of zeros: " + id);
                }
            }
        }
        say.accept("<");
    }

    /** Allocates protected pages. */
    void allocProtected(int count) {
        say.accept("> palloc " + count);
        for (ProtectedPageId id : pager.allocProtectedBulk(count)) {
            guarded.add(id);
            say.accept("palloc " + id.number());
        }
        say.accept("<");
    }

    /** Frees some regular pages. */
    void free(int count) {
        List<PageId> gone = some(pages, count);
        say.accept("> free" + numbers(gone));
        pager.freeBulk(gone);
        say.accept("<");
    }

    /** Frees some protected pages. */
    void freeProtected(int count) {
        List<ProtectedPageId> gone = some(guarded, count);
        say.accept("> pfree" + numbers(gone));
        pager.freeProtectedBulk(gone);
        say.accept("<");
    }

    private <H> List<H> some(List<H> from, int count) {
        List<H> taken = new ArrayList<>();
        for (int i = 0; i < count && !from.isEmpty(); i++) {
            taken.add(from.remove(random.nextInt(from.size())));
        }
        return taken;
    }

    private static String numbers(List<? extends PageHandle> ids) {
        StringBuilder numbers = new StringBuilder();
        ids.forEach(id -> numbers.append(' ').append(id.number()));
        return numbers.toString();
    }

    /** Writes to a regular page and commits it. */
    void write() {
        if (!pages.isEmpty()) {
            PageId id = pages.get(random.nextInt(pages.size()));
            say.accept("> write " + id.number() + " " + ++stamp);
            try (var page = pager.write(id)) {
                Stamps.write(page.bytes(), stamp);
                page.commit();
            }
            say.accept("<");
        }
    }

    /** Writes to a protected page and commits it. */
    void writeProtected() {
        if (!guarded.isEmpty()) {
            ProtectedPageId id = guarded.get(random.nextInt(guarded.size()));
            say.accept("> pwrite " + id.number() + " " + ++stamp);
            try (var page = pager.write(id)) {
                Stamps.write(page.bytes(), stamp);
                page.commit();
            }
            say.accept("<");
        }
    }
}
