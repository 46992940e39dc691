package io.mappedpages.spring;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

import io.mappedpages.CommitMode;
import io.mappedpages.MappedPageException;
import io.mappedpages.Pager;
import io.mappedpages.PagerBuilder;
import io.mappedpages.RecoveryReport;

/** Opens a pager as the properties say, and tells the log. */
final class PagerOpener {

    private static final Log LOG = LogFactory.getLog(PagerOpener.class);

    private PagerOpener() {
    }

    static Pager open(PagerSettings settings, PagerBuilderConfigurer configurer, Openings openings) {
        PropertyRules.check(settings);
        String name = settings.name();
        Path path = PropertyRules.path(settings);
        AutoReopen reopen = reopen(settings, openings);
        PagerBuilder builder = configurer.configure(name, builder(path, settings.properties()),
                reopen == null ? List.of() : List.of(reopen));
        Pager pager;
        try {
            pager = openings.open(name, path, PagerOpenTrigger.START, () -> open(settings, path, builder));
        } catch (MappedPageException e) {
            throw new NotOpenedException(settings, path, e);
        }
        if (reopen != null) {
            reopen.watch(pager);
        }
        LOG.info(line(name, pager));
        return pager;
    }

    private static Pager open(PagerSettings settings, Path path, PagerBuilder builder) {
        return switch (settings.properties().getCreate()) {
            case IF_MISSING -> {
                createDirectories(settings, path);
                yield builder.openOrCreate();
            }
            case NEVER -> builder.open();
        };
    }

    private static @Nullable AutoReopen reopen(PagerSettings settings, Openings openings) {
        ReopenOptions options = settings.properties().getReopen();
        return options.isAutomatic()
                ? new AutoReopen(settings.name(), options.getInitialDelay(), options.getMaxDelay(), openings)
                : null;
    }

    private static PagerBuilder builder(Path path, PagerOptions properties) {
        PagerBuilder builder = Pager.builder(path)
                .initialSize(properties.getInitialSize().toBytes())
                .growthStep(properties.getGrowthStep().toBytes())
                .reserve(properties.isReserve())
                .borrowTimeout(properties.getBorrowTimeout())
                .lockTimeout(properties.getLockTimeout())
                .acceptUnreadable(properties.isAcceptUnreadable());
        DataSize pageSize = properties.getPageSize();
        if (pageSize != null) {
            builder.pageSizeLog2(Long.numberOfTrailingZeros(pageSize.toBytes()));
        }
        DataSize maxSize = properties.getMaxSize();
        if (maxSize != null) {
            builder.maxSize(maxSize.toBytes());
        }
        Duration overdueBorrow = properties.getOverdueBorrow();
        if (overdueBorrow != null) {
            builder.overdueBorrow(overdueBorrow);
        }
        CommitMode commitMode = properties.getCommitMode();
        if (commitMode != null) {
            builder.commitMode(commitMode);
        }
        DataSize journalSize = properties.getJournalSize();
        if (journalSize != null) {
            builder.journalSize(journalSize.toBytes());
        }
        return builder;
    }

    private static void createDirectories(PagerSettings settings, Path path) {
        Path directory = path.toAbsolutePath().getParent();
        if (directory != null && !Files.isDirectory(directory)) {
            try {
                Files.createDirectories(directory);
            } catch (IOException e) {
                var refusal = PropertyRules.refusal(settings, "path", path,
                        "Its directory " + directory + " does not exist and cannot be created: " + why(e) + ".");
                refusal.addSuppressed(e); // it has a cause already
                throw refusal;
            }
        }
    }

    private static String why(IOException failure) {
        return switch (failure) {
            case AccessDeniedException e -> "there is no permission to create " + e.getFile();
            case FileAlreadyExistsException e -> e.getFile() + " is no directory";
            case FileSystemException e when e.getReason() != null -> e.getFile() + ": " + e.getReason();
            default -> failure.toString();
        };
    }

    private static String line(String name, Pager pager) {
        PagerStatus status = PagerStatus.of(pager);
        return "Opened pager '" + name + "' on " + pager.path() + ": page size " + Sizes.text(pager.pageSize()) + ", "
                + status.pages() + " pages, " + status.free() + " free, "
                + words(status.recovery(), status.stats().recordsSinceCheckpoint());
    }

    /** @param replayed records that no checkpoint has: nobody has committed anything yet, so opening has found them */
    private static String words(@Nullable RecoveryReport recovery, long replayed) {
        String journal = replayed + (replayed == 1 ? " record" : " records") + " of the journal replayed";
        if (recovery != null) {
            return "recovered at generation " + recovery.adoptedGeneration() + ", loss " + recovery.loss()
                    + (replayed == 0 ? "" : ", " + journal);
        }
        return replayed == 0 ? "nothing to recover" : journal + ", nothing lost";
    }
}
