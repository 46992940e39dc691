package io.mappedpages.sample;

import java.io.Serial;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/** Thrown for what a client cannot have, and answered with its problem document. */
public final class ProblemException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final Problem problem;
    private final String detail;

    /**
     * Makes one.
     *
     * @param problem which
     * @param detail what happened here, and what to do
     */
    public ProblemException(Problem problem, String detail) {
        super(detail);
        this.problem = problem;
        this.detail = detail;
    }

    /**
     * Reads a number out of a request.
     *
     * @param name what it is called there
     * @param text what stands there; null if nothing does
     * @param usual what it is then
     * @param least the smallest that is allowed
     * @param most the largest that is allowed
     * @return the number
     * @throws ProblemException {@link Problem#OUT_OF_RANGE} if it is no whole number, or not in the range
     */
    public static long number(String name, @Nullable String text, long usual, long least, long most) {
        if (text == null) {
            return usual;
        }
        try {
            long number = PageNumber.valueOf(text).value();
            if (number >= least && number <= most) {
                return number;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new ProblemException(Problem.OUT_OF_RANGE, most == Long.MAX_VALUE
                ? String.format(Locale.ROOT, "'%s' is '%s'. It is a whole number, %d or more.", name, text, least)
                : String.format(Locale.ROOT, "'%s' is '%s'. It is a whole number from %d to %d.", name, text, least,
                        most));
    }

    Problem problem() {
        return problem;
    }

    String detail() {
        return detail;
    }
}
