package io.mappedpages.crashlab;

/** Every call of the storage seam that can fail: those of a file first, then those of a directory. */
enum DiskCall {
    LENGTH, READ, WRITE, SYNC, SYNC_RANGES, EXTEND, TRUNCATE, PUNCH_HOLE, MAP, CLOSE,

    RESOLVE, CREATE_TEMPORARY, PUBLISH, DISCARD, LOCK, OPEN, IDENTITY
}
