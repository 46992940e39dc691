package io.mappedpages.sample;

import java.math.BigInteger;
import java.util.regex.Pattern;

/**
 * A page's number as it stands in a URL. Any whole number is one, however large: whether there is such a page, the
 * pager knows.
 *
 * @param value the number; the nearest {@code long} if it does not fit into one, and no file has that page either
 */
public record PageNumber(long value) {

    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]+");
    private static final BigInteger LARGEST = BigInteger.valueOf(Long.MAX_VALUE);
    private static final BigInteger SMALLEST = BigInteger.valueOf(Long.MIN_VALUE);

    /**
     * Reads a number from a URL. Spring finds this method by its name, and wants it public.
     *
     * @param text what stands in the URL
     * @return the number
     * @throws IllegalArgumentException if it is not a whole number
     */
    public static PageNumber valueOf(String text) {
        if (!WHOLE_NUMBER.matcher(text).matches()) {
            throw new IllegalArgumentException("not a whole number: " + text);
        }
        return new PageNumber(new BigInteger(text).min(LARGEST).max(SMALLEST).longValueExact());
    }
}
