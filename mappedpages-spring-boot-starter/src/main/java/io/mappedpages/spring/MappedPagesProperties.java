package io.mappedpages.spring;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import io.mappedpages.CommitMode;

/**
 * The properties under {@code mappedpages}. Immutable. Values are checked when a pager is built from them, so that what
 * is wrong can be reported together with the place where it is written.
 *
 * @param enabled Whether to open the file at 'mappedpages.path'.
 * @param path File to keep the pages in: a plain path, relative to the working directory or absolute, or a 'file:'
 *        address. There is no pager without it.
 * @param pageSize Page size, a power of two from 1KB to 1GB. If set, a new file gets it and an existing file must have
 *        it. If not set, a new file gets 4KB and an existing file is opened with the page size it has.
 * @param create When to create the file. Missing parent directories are created along with it.
 * @param maxSize Size that the file may not grow beyond. No limit if not set.
 * @param initialSize Size that a new file begins with, rounded up to whole pages.
 * @param growthStep How much the file grows at a time once it is large. A small file doubles.
 * @param reserve Whether growing reserves real disk blocks, so that a full disk is an exception from an allocation.
 *        Without it, what is stored into a page of a full disk can be lost without an error.
 * @param borrowTimeout How long a call waits for a page that others have borrowed, and how long closing waits for open
 *        borrows.
 * @param overdueBorrow How long a borrow may be open before it is reported in the log with the call that took it. For
 *        finding one that is never closed: every borrow gets slower. No report if not set.
 * @param commitMode How commits become durable: by records in a journal of the file, with a checkpoint now and then, or each
 *        by a checkpoint of its own. The library chooses if not set.
 * @param journalSize Size of the journal, from 16KB to 64MB, of which there are two copies in the file; 0 for none, which
 *        makes each commit a checkpoint. If not set, it is as long as suits the file. For a commit mode of 'journal'.
 */
@ConfigurationProperties("mappedpages")
public record MappedPagesProperties(
        @DefaultValue("true") boolean enabled,
        @Nullable String path,
        @Nullable DataSize pageSize,
        @DefaultValue("if-missing") Create create,
        @Nullable DataSize maxSize,
        @DefaultValue("0B") DataSize initialSize,
        @DefaultValue("64MB") DataSize growthStep,
        @DefaultValue("true") boolean reserve,
        @DefaultValue("5s") Duration borrowTimeout,
        @Nullable Duration overdueBorrow,
        @Nullable CommitMode commitMode,
        @Nullable DataSize journalSize) {

    /** When to create the file. */
    public enum Create {

        /** If it does not exist, with its parent directories. */
        IF_MISSING,

        /** Never: a missing file is an error. */
        NEVER
    }
}
