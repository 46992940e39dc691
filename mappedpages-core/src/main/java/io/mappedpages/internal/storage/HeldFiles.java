package io.mappedpages.internal.storage;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The files that this JVM holds. The operating system's locks belong to the process as a whole and vanish, silently, when
 * the process closes <em>any</em> descriptor of the file. So a file that is held must not even be opened a second time to
 * find out that it is locked: whoever wants to open one claims it here first.
 *
 * <p>
 * If an application loads this library twice, by two class loaders, each copy has its own claims. The operating system's
 * locks still refuse the second, but the first may lose its own by that.
 */
final class HeldFiles {

    private static final Set<Object> HELD = ConcurrentHashMap.newKeySet();

    private HeldFiles() {
    }

    /**
     * Claims a file for the caller.
     *
     * @param key  a real path or a file's identity
     * @param path what to call the file in the exception
     */
    static void claim(Object key, Path path) throws FileLockedException {
        if (!HELD.add(key)) {
            throw new FileLockedException(path, FileLockedException.Holder.THIS_JVM);
        }
    }

    static void release(Object key) {
        HELD.remove(key);
    }
}
