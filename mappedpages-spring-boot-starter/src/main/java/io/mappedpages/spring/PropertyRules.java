package io.mappedpages.spring;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * What values the properties may have. Every refusal names the property; Boot reports it with the value and the place
 * where it is written.
 *
 * <p>
 * Not done while binding, because Boot then reports all of {@code mappedpages} as one property without a value.
 */
final class PropertyRules {

    static final String PREFIX = "mappedpages.";

    private static final long MIN_PAGE_SIZE = 1L << 10;
    private static final long MAX_PAGE_SIZE = 1L << 30;
    private static final long MIN_JOURNAL_SIZE = 16L << 10;
    private static final long MAX_JOURNAL_SIZE = 64L << 20;

    private PropertyRules() {
    }

    /** Refuses the first value that is not allowed. */
    static void check(MappedPagesProperties properties) {
        path(properties);
        DataSize pageSize = properties.pageSize();
        if (pageSize != null) {
            checkPageSize(pageSize);
        }
        DataSize initialSize = properties.initialSize();
        checkAtLeast(0, "initial-size", initialSize);
        checkAtLeast(1, "growth-step", properties.growthStep());
        DataSize maxSize = properties.maxSize();
        if (maxSize != null) {
            checkAtLeast(1, "max-size", maxSize);
            if (maxSize.compareTo(initialSize) < 0) {
                throw refusal("max-size", maxSize, "It must not be smaller than mappedpages.initial-size, which is "
                        + Sizes.text(initialSize) + ".");
            }
        }
        if (properties.borrowTimeout().isNegative()) {
            throw refusal("borrow-timeout", properties.borrowTimeout(), "It must be zero or more; zero does not wait.");
        }
        Duration overdueBorrow = properties.overdueBorrow();
        if (overdueBorrow != null && overdueBorrow.isNegative()) {
            throw refusal("overdue-borrow", overdueBorrow, "It must be zero or more; zero reports nothing.");
        }
        DataSize journalSize = properties.journalSize();
        if (journalSize != null) {
            checkJournalSize(journalSize);
        }
    }

    /** {@return the file} */
    static Path path(MappedPagesProperties properties) {
        String value = Objects.requireNonNullElse(properties.path(), "");
        try {
            return PathValue.parse(value);
        } catch (PathValue.Refused e) {
            throw refusal("path", value, e.reason());
        }
    }

    static InvalidConfigurationPropertyValueException refusal(String name, @Nullable Object value, String reason) {
        return new InvalidConfigurationPropertyValueException(PREFIX + name, value, reason);
    }

    private static void checkPageSize(DataSize size) {
        long bytes = size.toBytes();
        if (bytes < MIN_PAGE_SIZE || bytes > MAX_PAGE_SIZE || Long.bitCount(bytes) != 1) {
            throw refusal("page-size", size, "A page size is a power of two from 1KB to 1GB; 4KB suits most uses.");
        }
    }

    private static void checkJournalSize(DataSize size) {
        long bytes = size.toBytes();
        if (bytes != 0 && (bytes < MIN_JOURNAL_SIZE || bytes > MAX_JOURNAL_SIZE)) {
            throw refusal("journal-size", size, "A journal has 16KB to 64MB; with 0 there is none.");
        }
    }

    private static void checkAtLeast(long least, String name, DataSize size) {
        if (size.toBytes() < least) {
            throw refusal(name, size, "It must be " + least + "B or more.");
        }
    }
}
