package io.mappedpages.crashlab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.PagerFullException;
import io.mappedpages.PagerState;

/** A process that fills a real, small disk, and kills others on it. It has a mount namespace of its own. */
final class FullDisk {

    private static final int FEWEST_PAGES = 2000;

    private FullDisk() {
    }

    /** {@code arguments}: the directory where the disk is, and how many processes to kill. */
    public static void main(String[] arguments) throws Exception {
        Path disk = Path.of(arguments[0]);
        int pages = fillUp(disk.resolve("file"));
        Files.delete(disk.resolve("file"));
        int times = Integer.parseInt(arguments[1]);
        long acknowledged = KilledProcesses.killAgainAndAgain(disk.resolve("killed"), times, 11);
        System.out.printf("%d %d %d%n", pages, times, acknowledged);
    }

    private static int fillUp(Path file) {
        try (Quiet _ = new Quiet(); Pager pager = Pager.create(file, 12)) {
            List<PageId> pages = takeAll(pager);
            if (pages.size() < FEWEST_PAGES || pager.state() != PagerState.OPEN) {
                throw new LabFailure(pages.size() + " pages in 16 MiB, then " + pager.state());
            }
            for (int i = 0; i < pages.size(); i++) {
                try (var page = pager.write(pages.get(i))) {
                    Stamps.write(page.bytes(), 1 + i % 100);
                    page.commit();
                }
            }
            pager.freeBulk(pages.subList(0, 20));
            pager.allocProtectedBulk(4);
            Oracle.requireSound(pager);
            for (int i = 20; i < pages.size(); i++) {
                try (var page = pager.read(pages.get(i))) {
                    if (!Stamps.matches(page.bytes(), 1 + i % 100)) {
                        throw new LabFailure(pages.get(i) + " lost what was stored on a full disk");
                    }
                }
            }
            return pages.size();
        }
    }

    private static List<PageId> takeAll(Pager pager) {
        List<PageId> pages = new ArrayList<>();
        while (true) {
            try {
                pages.addAll(pager.allocBulk(16));
            } catch (PagerFullException e) {
                return pages;
            }
        }
    }
}
