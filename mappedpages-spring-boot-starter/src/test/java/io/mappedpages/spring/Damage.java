package io.mappedpages.spring;

import java.nio.file.Path;

import io.mappedpages.Pager;
import io.mappedpages.testing.RawPageFile;

/** Makes files that were not left in order. */
final class Damage {

    private static final int MAJOR_VERSION = 4;
    private static final int SECOND_SLOT = 512;

    private Damage() {
    }

    /** The file opens and tells, and nothing is lost. */
    static void toTheNewestSlot(Path file) {
        RawPageFile raw = made(file);
        raw.spoilSlot(raw.newestSlot());
    }

    /** The file opens as it was one commit before, and tells. */
    static void toTheNewestMetadata(Path file) {
        RawPageFile raw = made(file);
        raw.spoilPage(raw.currentMetadata());
    }

    /** The file does not open. */
    static void toAllMetadata(Path file) {
        RawPageFile raw = made(file);
        raw.spoilPage(1);
        raw.spoilPage(2);
    }

    /** The file is of version 0, as the Rust crate writes it, and does not open. */
    static void toTheVersion(Path file) {
        RawPageFile raw = made(file);
        raw.write(MAJOR_VERSION, (byte) 0);
        raw.write(SECOND_SLOT + MAJOR_VERSION, (byte) 0);
    }

    private static RawPageFile made(Path file) {
        try (Pager pager = Pager.create(file, 12)) {
            pager.allocBulk(3);
        }
        return new RawPageFile(file);
    }
}
