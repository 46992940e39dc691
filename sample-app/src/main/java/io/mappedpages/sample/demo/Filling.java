package io.mappedpages.sample.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.PagerFullException;

/** Fills the store with pages until there is no room, and gives them back. Their ids are kept in a file beside its own. */
@Component
@Profile("demo")
final class Filling {

    private static final int LARGEST_PIECE = 4096;

    private final Pager pager;
    private final Path file;

    Filling(Pager pager) {
        this.pager = pager;
        this.file = pager.path().resolveSibling(pager.path().getFileName() + ".filling");
    }

    /** Allocates pages until there is no room for one more. {@return how many} */
    synchronized long fill() {
        long filled = 0;
        int piece = LARGEST_PIECE;
        while (piece > 0) {
            try {
                remember(pager.allocBulk(piece));
                filled += piece;
            } catch (PagerFullException e) {
                piece /= 2;
            }
        }
        return filled;
    }

    /** Gives all of it back that nobody has deleted meanwhile. */
    synchronized void empty() {
        Set<Long> filled = remembered();
        List<PageId> left = pager.allocatedPages().filter(page -> filled.contains(page.number())).toList();
        pager.freeBulk(left);
        forget();
    }

    private void remember(List<PageId> pages) {
        Set<Long> all = remembered();
        pages.forEach(page -> all.add(page.number()));
        try {
            Files.write(file, all.stream().map(Object::toString).toList());
        } catch (IOException e) {
            pager.freeBulk(pages);
            throw new UncheckedIOException(e);
        }
    }

    private Set<Long> remembered() {
        try {
            List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
            return lines.stream().map(Long::valueOf).collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void forget() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
