package io.mappedpages.internal.storage;

import java.nio.file.Path;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The files that this JVM holds. Locks of a process vanish, silently, when the process closes <em>any</em> descriptor of the
 * file. So a file that is held must not even be opened a second time to find out that it is locked: one has
 * to be claimed here before it is opened.
 *
 * <p>
 * An application may load this library twice, by two class loaders, and each copy has its own static fields. So a claim
 * is also a system property: those are the one thing that all copies share. Should somebody replace them all, the
 * static set still knows what this copy holds.
 */
final class HeldFiles {

    private static final String PROPERTY = "io.mappedpages.held:";

    private static final Set<String> HELD = ConcurrentHashMap.newKeySet();

    private HeldFiles() {
    }

    /**
     * Claims a file for the caller.
     *
     * @param key  a real path's exact text or a file's identity
     * @param path what to call the file in the exception
     */
    static void claim(String key, Path path) throws FileLockedException {
        if (!HELD.add(key)) {
            throw new FileLockedException(path, FileLockedException.Holder.THIS_JVM);
        }
        Properties shared = System.getProperties();
        if (shared.putIfAbsent(PROPERTY + key, "by " + HeldFiles.class.getClassLoader()) != null) {
            HELD.remove(key);
            throw new FileLockedException(path, FileLockedException.Holder.THIS_JVM);
        }
    }

    static void release(String key) {
        if (HELD.remove(key)) {
            System.getProperties().remove(PROPERTY + key);
        }
    }
}
