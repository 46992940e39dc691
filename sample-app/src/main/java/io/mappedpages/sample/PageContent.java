package io.mappedpages.sample;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import org.springframework.http.ETag;

/**
 * The bytes of one whole page, copied out of the file or on their way into it.
 *
 * <p>
 * They are a copy so that no borrow is held while a client sends or receives: a slow client would make others wait for
 * the page, and a client that never finishes would lock them out. It is also the only copy.
 */
final class PageContent {

    private static final int ETAG_BYTES = 16;

    private final byte[] bytes;
    private final int length;

    private PageContent(byte[] bytes, int length) {
        this.bytes = bytes;
        this.length = length;
    }

    /** What a new page holds. */
    static PageContent zeros(int pageSize) {
        return new PageContent(new byte[pageSize], 0);
    }

    /**
     * What a client sends, padded with zeros.
     *
     * @throws UnfitContentException if it is longer than a page; not much more than that is read
     */
    static PageContent readFrom(InputStream body, int pageSize) throws IOException {
        byte[] bytes = new byte[pageSize];
        int length = body.readNBytes(bytes, 0, pageSize);
        if (length == pageSize && body.read() >= 0) {
            throw UnfitContentException.tooLarge(pageSize);
        }
        return new PageContent(bytes, length);
    }

    /** What a borrowed page holds. */
    static PageContent copyOf(MemorySegment page) {
        byte[] bytes = page.toArray(ValueLayout.JAVA_BYTE);
        return new PageContent(bytes, bytes.length);
    }

    /** Whether zeros were added to what the client sent, so that it will read something else than it wrote. */
    boolean isPadded() {
        return length < bytes.length;
    }

    void storeInto(MemorySegment page) {
        MemorySegment.copy(bytes, 0, page, ValueLayout.JAVA_BYTE, 0, bytes.length);
    }

    /** The whole page. Not a copy: for handing on, not for changing. */
    byte[] bytes() {
        return bytes;
    }

    /** A strong entity tag: equal for equal content, whenever and under whichever number it was stored. */
    ETag etag() {
        byte[] digest = sha256().digest(bytes);
        return new ETag(HexFormat.of().formatHex(digest, 0, ETAG_BYTES), false);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
