package io.mappedpages.spring;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.util.unit.DataSize;

import io.mappedpages.CommitMode;

/**
 * The options of a pager that several may share. Values are checked when a pager is built from them, so that what
 * is wrong can be reported together with the place where it is written.
 */
public class PagerOptions {

    /**
     * Page size, a power of two from 1KB to 1GB. If set, a new file gets it and an existing file must have it. If not
     * set, a new file gets 4KB and an existing file is opened with the page size it has.
     */
    private @Nullable DataSize pageSize;

    /** When to create the file. Missing parent directories are created along with it. */
    private Create create = Create.IF_MISSING;

    /** Size that the file may not grow beyond. No limit if not set. */
    private @Nullable DataSize maxSize;

    /** Size that a new file begins with, rounded up to whole pages. */
    private DataSize initialSize = DataSize.ofBytes(0);

    /** How much the file grows at a time once it is large. A small file doubles. */
    private DataSize growthStep = DataSize.ofMegabytes(64);

    /**
     * Whether growing reserves real disk blocks, so that a full disk is an exception from an allocation. Without it,
     * what is stored into a page of a full disk can be lost without an error.
     */
    private boolean reserve = true;

    /** How long a call waits for a page that others have borrowed, and how long closing waits for open borrows. */
    private Duration borrowTimeout = Duration.ofSeconds(5);

    /**
     * How long a borrow may be open before it is reported in the log with the call that took it. For finding one that
     * is never closed: every borrow gets slower. No report if not set.
     */
    private @Nullable Duration overdueBorrow;

    /**
     * How long the start waits for a file that another process, or another context of this one, has open: for a
     * deployment in which the new process starts while the old one ends.
     */
    private Duration lockTimeout = Duration.ofSeconds(0);

    /**
     * How commits become durable: by records in a journal of the file, with a checkpoint now and then, or each by a
     * checkpoint of its own. The library chooses if not set.
     */
    private @Nullable CommitMode commitMode;

    /**
     * Size of the journal, from 16KB to 64MB, of which there are two copies in the file; 0 for none, which makes each
     * commit a checkpoint. If not set, it is as long as suits the file. For a commit mode of 'journal'.
     */
    private @Nullable DataSize journalSize;

    /**
     * Whether the file is opened even if a part of it cannot be read on which the last commits may depend; those may be
     * lost then. For a disk with a bad block, once the file has been copied as far as it can be.
     */
    private boolean acceptUnreadable;

    /**
     * Whether the file is only read, beside whichever process writes to it. The bean is a ReadOnlyPager then, and the file must exist.
     * What is about writing must not be set beside it; of what is about writing in the defaults no notice is taken.
     */
    private boolean readOnly;

    /** Whether the health check tells of this pager: not of one without which the application does its work all the same. */
    private boolean health = true;

    /** What is done about a pager that has become unavailable. */
    @NestedConfigurationProperty
    private final ReopenOptions reopen = new ReopenOptions();

    /** With the defaults, for the binder. */
    public PagerOptions() {
    }

    /** When to create the file. */
    public enum Create {

        /** If it does not exist, with its parent directories. */
        IF_MISSING,

        /** Never: a missing file is an error. */
        NEVER
    }

    /** {@return the page size; null for that of the file, or 4KB} */
    public @Nullable DataSize getPageSize() {
        return pageSize;
    }

    /**
     * Sets it.
     *
     * @param pageSize the page size; null for that of the file, or 4KB
     */
    public void setPageSize(@Nullable DataSize pageSize) {
        this.pageSize = pageSize;
    }

    /** {@return when to create the file} */
    public Create getCreate() {
        return create;
    }

    /**
     * Sets it.
     *
     * @param create when to create the file
     */
    public void setCreate(Create create) {
        this.create = create;
    }

    /** {@return what the file may not grow beyond; null for no limit} */
    public @Nullable DataSize getMaxSize() {
        return maxSize;
    }

    /**
     * Sets it.
     *
     * @param maxSize what the file may not grow beyond; null for no limit
     */
    public void setMaxSize(@Nullable DataSize maxSize) {
        this.maxSize = maxSize;
    }

    /** {@return what a new file begins with} */
    public DataSize getInitialSize() {
        return initialSize;
    }

    /**
     * Sets it.
     *
     * @param initialSize what a new file begins with
     */
    public void setInitialSize(DataSize initialSize) {
        this.initialSize = initialSize;
    }

    /** {@return how much a large file grows at a time} */
    public DataSize getGrowthStep() {
        return growthStep;
    }

    /**
     * Sets it.
     *
     * @param growthStep how much a large file grows at a time
     */
    public void setGrowthStep(DataSize growthStep) {
        this.growthStep = growthStep;
    }

    /** {@return whether growing reserves disk blocks} */
    public boolean isReserve() {
        return reserve;
    }

    /**
     * Sets it.
     *
     * @param reserve whether growing reserves disk blocks
     */
    public void setReserve(boolean reserve) {
        this.reserve = reserve;
    }

    /** {@return how long a call waits for a borrowed page} */
    public Duration getBorrowTimeout() {
        return borrowTimeout;
    }

    /**
     * Sets it.
     *
     * @param borrowTimeout how long a call waits for a borrowed page
     */
    public void setBorrowTimeout(Duration borrowTimeout) {
        this.borrowTimeout = borrowTimeout;
    }

    /** {@return how long a borrow may be open without a report; null for no report} */
    public @Nullable Duration getOverdueBorrow() {
        return overdueBorrow;
    }

    /**
     * Sets it.
     *
     * @param overdueBorrow how long a borrow may be open without a report; null for no report
     */
    public void setOverdueBorrow(@Nullable Duration overdueBorrow) {
        this.overdueBorrow = overdueBorrow;
    }

    /** {@return how long opening waits for a file that is open elsewhere} */
    public Duration getLockTimeout() {
        return lockTimeout;
    }

    /**
     * Sets it.
     *
     * @param lockTimeout how long opening waits for a file that is open elsewhere
     */
    public void setLockTimeout(Duration lockTimeout) {
        this.lockTimeout = lockTimeout;
    }

    /** {@return how commits become durable; null for what the library chooses} */
    public @Nullable CommitMode getCommitMode() {
        return commitMode;
    }

    /**
     * Sets it.
     *
     * @param commitMode how commits become durable; null for what the library chooses
     */
    public void setCommitMode(@Nullable CommitMode commitMode) {
        this.commitMode = commitMode;
    }

    /** {@return the size of the journal; null for what suits the file} */
    public @Nullable DataSize getJournalSize() {
        return journalSize;
    }

    /**
     * Sets it.
     *
     * @param journalSize the size of the journal; null for what suits the file
     */
    public void setJournalSize(@Nullable DataSize journalSize) {
        this.journalSize = journalSize;
    }

    /** {@return whether to go on without what cannot be read} */
    public boolean isAcceptUnreadable() {
        return acceptUnreadable;
    }

    /**
     * Sets it.
     *
     * @param acceptUnreadable whether to go on without what cannot be read
     */
    public void setAcceptUnreadable(boolean acceptUnreadable) {
        this.acceptUnreadable = acceptUnreadable;
    }

    /** {@return whether the file is only read} */
    public boolean isReadOnly() {
        return readOnly;
    }

    /**
     * Sets it.
     *
     * @param readOnly whether the file is only read
     */
    public void setReadOnly(boolean readOnly) {
        this.readOnly = readOnly;
    }

    /** {@return whether the health check tells of it} */
    public boolean isHealth() {
        return health;
    }

    /**
     * Sets it.
     *
     * @param health whether the health check tells of it
     */
    public void setHealth(boolean health) {
        this.health = health;
    }

    /** {@return what is done about a pager that has become unavailable} */
    public ReopenOptions getReopen() {
        return reopen;
    }
}
