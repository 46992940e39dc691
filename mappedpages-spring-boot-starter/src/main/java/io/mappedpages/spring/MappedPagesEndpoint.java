package io.mappedpages.spring;

import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

import io.mappedpages.Pager;
import io.mappedpages.RecoveryReport;

/** The actuator endpoint {@code mappedpages}: what each pager says of itself. Reads nothing of the file and never waits. */
@Endpoint(id = "mappedpages")
public final class MappedPagesEndpoint {

    private final Map<String, Pager> pagers;

    MappedPagesEndpoint(Map<String, Pager> pagers) {
        this.pagers = new TreeMap<>(pagers);
    }

    /**
     * All pagers.
     *
     * @return what they say, by bean name
     */
    @ReadOperation
    public PagersDescriptor pagers() {
        Map<String, PagerDescriptor> descriptors = new TreeMap<>();
        pagers.forEach((name, pager) -> descriptors.put(name, describe(pager)));
        return new PagersDescriptor(descriptors);
    }

    /**
     * One pager.
     *
     * @param name its bean name
     * @return what it says, or null if there is no such pager
     */
    @ReadOperation
    public @Nullable PagerDescriptor pager(@Selector String name) {
        Pager pager = pagers.get(name);
        return pager == null ? null : describe(pager);
    }

    private static PagerDescriptor describe(Pager pager) {
        PagerStatus status = PagerStatus.of(pager);
        Throwable failure = status.failure();
        return new PagerDescriptor(pager.path().toString(), status.word(), pager.pageSize(), status.pages(),
                status.free(), status.protectedPages(), failure == null ? null : failure.toString(),
                status.recovery());
    }

    /**
     * All pagers.
     *
     * @param pagers what they say, by bean name
     */
    public record PagersDescriptor(Map<String, PagerDescriptor> pagers) implements OperationResponseBody {
    }

    /**
     * What a pager says of itself.
     *
     * @param path the file
     * @param state {@code Open}, {@code Unavailable} or {@code Closed}
     * @param pageSize bytes in a page
     * @param pages pages in the file, its own included; null unless it is open
     * @param free pages that can be allocated before the file has to grow; null unless it is open
     * @param protectedPages protected pages in use, each counted once; null unless it is open
     * @param failure why it is unavailable; null if it is not
     * @param recovery what the last opening recovered; null if the file was in order
     */
    public record PagerDescriptor(String path, String state, int pageSize, @Nullable Long pages, @Nullable Long free,
            @Nullable Long protectedPages, @Nullable String failure,
            @Nullable RecoveryReport recovery) implements OperationResponseBody {
    }
}
