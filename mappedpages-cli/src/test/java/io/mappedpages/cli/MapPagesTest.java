package io.mappedpages.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import io.mappedpages.PageId;
import io.mappedpages.PageRange;
import io.mappedpages.PageUse;
import io.mappedpages.Pager;

/** {@code mappedpages map}. */
class MapPagesTest {

    @TempDir
    private Path directory;

    private static String letters(String out) {
        return out.lines().takeWhile(line -> !line.startsWith(". free")).reduce("", String::concat);
    }

    private static long count(String letters, char letter) {
        return letters.chars().filter(other -> other == letter).count();
    }

    @Test
    void eachPageIsALetterWhereThereIsRoomForThat() {
        Path file = PageFiles.closed(directory);

        Cli map = Cli.run("map", "--width", 64, file);

        String letters = letters(map.out());
        assertThat(map.status()).isZero();
        assertThat(letters).hasSize(256).startsWith("III");
        assertThat(map.out().lines().limit(4)).allMatch(line -> line.length() == 64);
        assertThat(count(letters, 'R')).isEqualTo(PageFiles.REGULAR);
        assertThat(count(letters, 'P')).isEqualTo(2 * PageFiles.PROTECTED);
        assertThat(count(letters, 'J')).isEqualTo(32);
        assertThat(map.out()).contains("256 pages of 4 KiB").doesNotContain("\u001b");
    }

    @Test
    void elseALetterStandsForSeveralAndASmallOneForAMixture() {
        Path file = PageFiles.closed(directory);

        Cli map = Cli.run("map", "--width", 8, "--lines", 4, file);

        assertThat(letters(map.out())).hasSize(32).matches("[.,RrPpIiJj]+").containsPattern("[,rpij]");
        assertThat(map.out()).contains("A letter is 8 neighbouring pages");
    }

    @Test
    void itTellsHowScatteredFreePagesAre() {
        Path file = directory.resolve("store.pages");
        try (Pager pager = PageFiles.create(file)) {
            List<PageId> pages = pager.allocBulk(50);
            pager.freeBulk(pages.stream().filter(id -> id.number() % 2 == 0).toList());
        }
        JsonNode map = Cli.run("map", "--json", file).json();

        assertThat(map.at("/freeRuns").asInt()).isGreaterThanOrEqualTo(20);
        assertThat(map.at("/longestFreeRun").asInt()).isLessThan(map.at("/uses/free").asInt());
        assertThat(Cli.run("map", file).out()).contains("in " + map.at("/freeRuns").asInt() + " runs; the longest has "
                + map.at("/longestFreeRun").asInt() + " pages");
    }

    @Test
    void inJsonThereAreRangesFromTheFirstPageToTheLast() {
        JsonNode map = Cli.run("map", "--json", PageFiles.closed(directory)).json();

        long end = 0;
        Set<String> uses = new TreeSet<>();
        for (JsonNode range : map.at("/ranges")) {
            assertThat(range.at("/first").asLong()).isEqualTo(end);
            end += range.at("/count").asLong();
            uses.add(range.at("/use").asString());
        }
        assertThat(end).isEqualTo(256);
        assertThat(uses).containsExactly("free", "internal", "journal", "protected", "regular");
    }

    @Test
    void thePictureHasTheColoursOfItsLegend() throws IOException {
        Path file = PageFiles.closed(directory);
        Path png = directory.resolve("map.png");

        Cli map = Cli.run("map", "--png", png, file);

        assertThat(map.status()).isZero();
        assertThat(map.out()).contains("written: " + png);
        BufferedImage picture = ImageIO.read(png.toFile());
        assertThat(picture.getWidth()).isGreaterThan(1000);
        Set<Integer> colours = new TreeSet<>();
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                colours.add(picture.getRGB(x, y) & 0xFFFFFF);
            }
        }
        assertThat(colours).containsAll(Stream.of(PageUse.values()).map(MapPicture::colour).toList());
    }

    @Test
    void inThePictureTheFirstSquareIsPageZero() {
        Cells cells = Cells.of(Stream.of(new PageRange(0, 1, PageUse.INTERNAL), new PageRange(1, 3, PageUse.FREE)), 4,
                100);

        BufferedImage picture = MapPicture.picture(cells, "four pages");

        assertThat(picture.getRGB(20, 50) & 0xFFFFFF).isEqualTo(MapPicture.colour(PageUse.INTERNAL));
        assertThat(picture.getRGB(20 + 512, 50) & 0xFFFFFF).isEqualTo(MapPicture.colour(PageUse.FREE));
    }

    @Test
    void cellsCountEachPageOnce() {
        Cells cells = Cells.of(Stream.of(new PageRange(0, 5, PageUse.REGULAR), new PageRange(5, 6, PageUse.FREE)), 11,
                4);

        assertThat(cells.count()).isEqualTo(4);
        assertThat(cells.pagesEach()).isEqualTo(3);
        assertThat(cells.of(1, PageUse.REGULAR)).isEqualTo(2);
        assertThat(cells.of(1, PageUse.FREE)).isEqualTo(1);
        assertThat(cells.of(3, PageUse.FREE)).isEqualTo(2);
        assertThat(cells.mostOf(1)).isEqualTo(PageUse.REGULAR);
        assertThat(cells.isPure(1)).isFalse();
        assertThat(cells.isPure(0)).isTrue();
    }

    @Test
    void aDamagedFileIsNotDrawnAndSaidToBeDamaged() throws IOException {
        Path file = PageFiles.closed(directory);
        PageFiles.damageBothSlots(file);

        Cli map = Cli.run("map", file);

        assertThat(map.status()).isEqualTo(ExitCodes.FOUND);
        assertThat(map.err()).contains(file.toString(), "no usable superblock");
    }

    @Test
    void aPictureThatCannotBeWrittenIsToldInALine() {
        Path nowhere = directory.resolve("nowhere").resolve("map.png");

        Cli map = Cli.run("map", "--png", nowhere, PageFiles.closed(directory));

        assertThat(map.status()).isEqualTo(ExitCodes.FAILED);
        assertThat(map.err()).contains(nowhere.toString(), "there is no such file");
        assertThat(map.err().lines()).hasSize(1);
    }
}
