package io.mappedpages.internal.format;

/**
 * What a page is used for: two bits per page. Plain numbers and not an enum, because they are compared by the million
 * while looking for a free page.
 */
public final class PageState {

    /** Nobody's: may be handed out. Also what pages at or past the page count read as. */
    public static final int FREE = 0;
    /** A user's regular page. */
    public static final int DATA = 1;
    /** One of the two copies of a user's protected page. */
    public static final int COPY = 2;
    /** The library's own: pages 0 to 2, and both copies of every tree node. */
    public static final int INTERNAL = 3;

    /** Bits a state takes. */
    static final int BITS = 2;
    /** The bits of the first state of a byte. */
    static final int MASK = (1 << BITS) - 1;

    private PageState() {
    }

    /**
     * What messages call a state.
     *
     * @param state a state
     * @return its name
     */
    public static String nameOf(int state) {
        return switch (state) {
            case FREE -> "free";
            case DATA -> "data";
            case COPY -> "copy of a protected page";
            case INTERNAL -> "internal";
            default -> throw notAState(state);
        };
    }

    static void require(int state) {
        if ((state & ~MASK) != 0) {
            throw notAState(state);
        }
    }

    private static IllegalArgumentException notAState(int state) {
        return new IllegalArgumentException("no page state: " + state);
    }
}
