package io.mappedpages.spring;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

import io.mappedpages.CommitMode;
import io.mappedpages.Pager;
import io.mappedpages.PagerBuilder;
import io.mappedpages.RecoveryReport;

/** Opens a pager as the properties say, and tells the log. */
final class PagerOpener {

    private static final Log LOG = LogFactory.getLog(PagerOpener.class);

    private PagerOpener() {
    }

    static Pager open(String name, MappedPagesProperties properties, PagerBuilderConfigurer configurer) {
        PropertyRules.check(properties);
        Path path = PropertyRules.path(properties);
        PagerBuilder builder = configurer.configure(name, builder(path, properties));
        Pager pager = switch (properties.create()) {
            case IF_MISSING -> {
                createDirectories(path);
                yield builder.openOrCreate();
            }
            case NEVER -> builder.open();
        };
        LOG.info(line(name, pager));
        return pager;
    }

    private static PagerBuilder builder(Path path, MappedPagesProperties properties) {
        PagerBuilder builder = Pager.builder(path)
                .initialSize(properties.initialSize().toBytes())
                .growthStep(properties.growthStep().toBytes())
                .reserve(properties.reserve())
                .borrowTimeout(properties.borrowTimeout());
        DataSize pageSize = properties.pageSize();
        if (pageSize != null) {
            builder.pageSizeLog2(Long.numberOfTrailingZeros(pageSize.toBytes()));
        }
        DataSize maxSize = properties.maxSize();
        if (maxSize != null) {
            builder.maxSize(maxSize.toBytes());
        }
        Duration overdueBorrow = properties.overdueBorrow();
        if (overdueBorrow != null) {
            builder.overdueBorrow(overdueBorrow);
        }
        CommitMode commitMode = properties.commitMode();
        if (commitMode != null) {
            builder.commitMode(commitMode);
        }
        DataSize journalSize = properties.journalSize();
        if (journalSize != null) {
            builder.journalSize(journalSize.toBytes());
        }
        return builder;
    }

    private static void createDirectories(Path path) {
        Path directory = path.toAbsolutePath().getParent();
        if (directory != null && !Files.isDirectory(directory)) {
            try {
                Files.createDirectories(directory);
            } catch (IOException e) {
                var refusal = PropertyRules.refusal("path", path,
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
                + status.pages() + " pages, " + status.free() + " free, " + words(status.recovery());
    }

    private static String words(@Nullable RecoveryReport recovery) {
        return recovery == null ? "nothing to recover"
                : "recovered at generation " + recovery.adoptedGeneration() + ", loss " + recovery.loss();
    }
}
