package io.mappedpages.comparison.measure;

/** What figures are called in the results. Percentiles are microseconds, and begin with what they are of. */
public final class Figures {

    /** Calls a second. */
    public static final String PER_SECOND = "perSecond";
    /** Of reads. */
    public static final String READ = "read";
    /** Of commits. */
    public static final String COMMIT = "commit";
    /** Half of the calls are as quick. */
    public static final String P50 = "P50";
    /** 99 of 100 are. */
    public static final String P99 = "P99";
    /** 999 of 1,000 are. */
    public static final String P999 = "P999";
    /** The slowest. */
    public static final String MOST = "Most";
    /** How often the device was told to make durable what it has, for each commit. */
    public static final String FLUSHES = "flushesPerCommit";
    /** KiB written to the device for each commit. */
    public static final String KIB = "kibPerCommit";
    /** MiB of values a second that a new store is made of. */
    public static final String LOAD = "mibLoadedPerSecond";
    /** MiB of values a second that replace others. */
    public static final String RELOAD = "mibReplacedPerSecond";
    /** MiB of values a second that are read in order. */
    public static final String MIB_PER_SECOND = "mibPerSecond";
    /** MiB that the files take. */
    public static final String MIB_ON_DISK = "mibOnDisk";
    /** How long opening took. */
    public static final String MILLIS = "millis";
    /** Updates that had returned before a process was killed. */
    public static final String ACKNOWLEDGED = "acknowledged";
    /** How many of the values that were updated are not there any more. */
    public static final String LOST = "lost";

    private Figures() {
    }
}
