package io.mappedpages.internal.engine;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.CorruptNodeException;
import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.Fault.Limit;
import io.mappedpages.internal.fault.Fault.Obstacle;
import io.mappedpages.internal.fault.Fault.Resource;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.fault.UnreadableException;
import io.mappedpages.internal.storage.FileLockedException;
import io.mappedpages.internal.storage.OutOfSpaceException;

/** Says what is wrong if a file cannot be opened. */
final class OpeningFaults {

    private OpeningFaults() {
    }

    /** What opens a file. */
    interface Step<T> {
        T run() throws IOException;
    }

    /**
     * {@return what {@code step} opens}
     *
     * @param full what there is no room in if the disk is full
     */
    static <T> T attempt(Path path, Function<String, Limit> full, Step<T> step) {
        try {
            return step.run();
        } catch (FileLockedException e) {
            throw new FaultException(new Fault.Locked(path, e.holder() == FileLockedException.Holder.THIS_JVM), e);
        } catch (OutOfSpaceException e) {
            throw new FaultException(new Fault.Full(path, full.apply(e.reason())), e);
        } catch (UnreadableException e) {
            // Below what the journal changes. Of all else that cannot be read, the recovery has spoken.
            throw new FaultException(
                    new Fault.UnreadableAtOpening(path, e.part(), e.page(), e.offset(), true, e.why()), e);
        } catch (CorruptNodeException e) {
            throw new FaultException(new Fault.CorruptNode(path, e.page(), String.valueOf(e.getMessage())), e);
        } catch (IOException e) {
            throw new FaultException(new Fault.CannotOpen(path, obstacle(path, e)), e);
        }
    }

    private static Obstacle obstacle(Path path, IOException failure) {
        return switch (failure) {
            case FileAlreadyExistsException _ -> new Obstacle.Exists();
            case NoSuchFileException e -> new Obstacle.Missing(refused(path, e));
            case AccessDeniedException e -> new Obstacle.Denied(refused(path, e), e.getReason());
            case FileSystemException e -> refusal(refused(path, e), e.getReason());
            default -> new Obstacle.Failed(String.valueOf(failure.getMessage()));
        };
    }

    /** The operating system's words are all that is left of its reason. In other languages than English they say less. */
    private static Obstacle refusal(String what, @Nullable String why) {
        if (why != null && why.contains("Too many open files")) {
            return new Obstacle.OverLimit(what, why, Resource.OPEN_FILES);
        }
        if (why != null && why.contains("File name too long")) {
            return new Obstacle.OverLimit(what, why, Resource.LENGTH_OF_NAMES);
        }
        if (why != null && why.contains("Cannot allocate memory")) {
            return new Obstacle.OverLimit(what, why, Resource.MEMORY);
        }
        return new Obstacle.Refused(what, why);
    }

    /** The file that refused may be another one than the page file: the lock beside it, or the directory. */
    private static String refused(Path path, FileSystemException e) {
        String refused = e.getFile();
        return refused == null ? path.toString() : refused;
    }
}
