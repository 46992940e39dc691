package io.mappedpages.spring;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

    private static final long MIN_PAGE_SIZE = 1L << 10;
    private static final long MAX_PAGE_SIZE = 1L << 30;
    private static final long MIN_JOURNAL_SIZE = 16L << 10;
    private static final long MAX_JOURNAL_SIZE = 64L << 20;

    /** Options that a pager which only reads must not have of its own. It takes no notice of {@code create}: the file must exist. */
    static final List<String> WRITING = List.of("max-size", "initial-size", "growth-step", "reserve", "overdue-borrow",
            "lock-timeout", "commit-mode", "journal-size", "reopen.automatic", "reopen.initial-delay",
            "reopen.max-delay");

    private final PagerSettings settings;
    private final PagerProperties properties;

    private PropertyRules(PagerSettings settings) {
        this.settings = settings;
        this.properties = settings.properties();
    }

    /** Refuses the first value that is not allowed. */
    static void check(PagerSettings settings) {
        PropertyRules rules = new PropertyRules(settings);
        path(settings);
        if (settings.properties().isReadOnly()) {
            rules.checkReading();
            return;
        }
        rules.checkSizes();
        rules.checkTimes();
    }

    /** {@return the file} */
    static Path path(PagerSettings settings) {
        String value = Objects.requireNonNullElse(settings.properties().getPath(), "");
        try {
            return PathValue.parse(value);
        } catch (PathValue.Refused e) {
            throw refusal(settings, "path", value, e.reason());
        }
    }

    static InvalidConfigurationPropertyValueException refusal(PagerSettings settings, String option,
            @Nullable Object value, String reason) {
        return new InvalidConfigurationPropertyValueException(settings.property(option), value, reason);
    }

    private InvalidConfigurationPropertyValueException refusal(String option, @Nullable Object value, String reason) {
        return refusal(settings, option, value, reason);
    }

    /** What is inherited and about writing may be anything: others need it. */
    private void checkReading() {
        for (String option : WRITING) {
            String value = settings.own(option);
            if (value != null) {
                throw refusal(option, value, "It is about writing, and " + settings.property("read-only")
                        + " is true. Remove it, or set " + PagerSettings.inherited(option)
                        + " instead, of which a pager that only reads takes no notice.");
            }
        }
        checkPageSize();
        checkNotNegative("borrow-timeout", properties.getBorrowTimeout(), "tries once");
    }

    private void checkPageSize() {
        DataSize pageSize = properties.getPageSize();
        if (pageSize != null) {
            checkPageSize(pageSize);
        }
    }

    private void checkSizes() {
        checkPageSize();
        DataSize initialSize = properties.getInitialSize();
        checkAtLeast(0, "initial-size", initialSize);
        checkAtLeast(1, "growth-step", properties.getGrowthStep());
        DataSize maxSize = properties.getMaxSize();
        if (maxSize != null) {
            checkAtLeast(1, "max-size", maxSize);
            if (maxSize.compareTo(initialSize) < 0) {
                throw refusal("max-size", maxSize, "It must not be smaller than " + settings.property("initial-size")
                        + ", which is " + Sizes.text(initialSize) + ".");
            }
        }
        DataSize journalSize = properties.getJournalSize();
        if (journalSize != null) {
            checkJournalSize(journalSize);
        }
    }

    private void checkTimes() {
        checkNotNegative("borrow-timeout", properties.getBorrowTimeout(), "does not wait");
        Duration overdueBorrow = properties.getOverdueBorrow();
        if (overdueBorrow != null) {
            checkNotNegative("overdue-borrow", overdueBorrow, "reports nothing");
        }
        checkNotNegative("lock-timeout", properties.getLockTimeout(), "does not wait");
        ReopenOptions reopen = properties.getReopen();
        checkPositive("reopen.initial-delay", reopen.getInitialDelay());
        checkPositive("reopen.max-delay", reopen.getMaxDelay());
        if (reopen.getMaxDelay().compareTo(reopen.getInitialDelay()) < 0) {
            throw refusal("reopen.max-delay", reopen.getMaxDelay(), "It must not be shorter than "
                    + settings.property("reopen.initial-delay") + ", which is " + reopen.getInitialDelay() + ".");
        }
    }

    private void checkNotNegative(String option, Duration time, String zero) {
        if (time.isNegative()) {
            throw refusal(option, time, "It must be zero or more; zero " + zero + ".");
        }
    }

    private void checkPositive(String option, Duration time) {
        if (!time.isPositive()) {
            throw refusal(option, time, "It must be more than zero.");
        }
    }

    private void checkPageSize(DataSize size) {
        long bytes = size.toBytes();
        if (bytes < MIN_PAGE_SIZE || bytes > MAX_PAGE_SIZE || Long.bitCount(bytes) != 1) {
            throw refusal("page-size", size, "A page size is a power of two from 1KB to 1GB; 4KB suits most uses.");
        }
    }

    private void checkJournalSize(DataSize size) {
        long bytes = size.toBytes();
        if (bytes != 0 && (bytes < MIN_JOURNAL_SIZE || bytes > MAX_JOURNAL_SIZE)) {
            throw refusal("journal-size", size, "A journal has 16KB to 64MB; with 0 there is none.");
        }
    }

    private void checkAtLeast(long least, String option, DataSize size) {
        if (size.toBytes() < least) {
            throw refusal(option, size, "It must be " + least + "B or more.");
        }
    }
}
