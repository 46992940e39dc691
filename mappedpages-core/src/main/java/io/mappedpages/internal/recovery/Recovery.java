package io.mappedpages.internal.recovery;

import java.util.List;

/**
 * What opening a file found that a clean close does not leave.
 *
 * @param adoptedGeneration  the generation that is current now
 * @param rejectedGeneration the newest generation that was seen and not adopted; 0 if none was
 * @param loss               whether a commit that had returned may be gone
 * @param findings           one sentence each
 */
public record Recovery(long adoptedGeneration, long rejectedGeneration, Loss loss, List<String> findings) {

    /** Whether acknowledged work is gone. */
    public enum Loss {
        /** Nothing that was acknowledged is gone. */
        NONE,
        /** A generation is gone; the file cannot tell whether its commit had returned to its caller. */
        POSSIBLE
    }
}
