package io.mappedpages.spring;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

import io.mappedpages.MappedPageException;
import io.mappedpages.PageRange;
import io.mappedpages.Pager;
import io.mappedpages.PagerClosedException;
import io.mappedpages.PagerIoException;
import io.mappedpages.PagerListener.CheckpointEvent;
import io.mappedpages.PagerListener.GrowthEvent;
import io.mappedpages.PagerStats;
import io.mappedpages.PagerUnavailableException;
import io.mappedpages.ReadOnlyPager;
import io.mappedpages.RecoveryReport;
import io.mappedpages.VerifyReport;
import io.mappedpages.spring.MappedPagesEndpoint.EventsDescriptor;
import io.mappedpages.spring.MappedPagesEndpoint.MapDescriptor;
import io.mappedpages.spring.MappedPagesEndpoint.Refusal;
import io.mappedpages.spring.MappedPagesEndpoint.StateChange;
import io.mappedpages.spring.MappedPagesEndpoint.Trimmed;
import io.mappedpages.spring.MappedPagesEndpoint.Verified;

/**
 * The actuator endpoint {@code mappedpages}: what each pager says of itself, and what can be done with it. Only reading is allowed
 * unless the application says {@code management.endpoint.mappedpages.access=unrestricted}.
 */
@Endpoint(id = "mappedpages", defaultAccess = Access.READ_ONLY)
// For native images: the operations that answer this do not say so in their signatures.
@RegisterReflectionForBinding({MapDescriptor.class, EventsDescriptor.class, CheckpointEvent.class, GrowthEvent.class,
    StateChange.class, Verified.class, Trimmed.class, Refusal.class})
public final class MappedPagesEndpoint {

    /** So many ranges of a map are told at once if nothing is said. */
    private static final int SOME_RANGES = 1000;
    private static final int MOST_RANGES = 100_000;
    private static final int CONFLICT = 409;
    private static final int METHOD_NOT_ALLOWED = 405;

    private final Supplier<Map<String, Pager>> pagers;
    private final Supplier<Map<String, ReadOnlyPager>> readers;
    private final RecentEvents events;
    private final Supplier<Openings> openings;

    MappedPagesEndpoint(Supplier<Map<String, Pager>> pagers, Supplier<Map<String, ReadOnlyPager>> readers,
            RecentEvents events, Supplier<Openings> openings) {
        this.pagers = pagers;
        this.readers = readers;
        this.events = events;
        this.openings = openings;
    }

    /** A part of what there is to be told of a pager. */
    public enum Part {

        /** What its pages are used for. */
        MAP,

        /** What it told last. */
        EVENTS
    }

    /** Something to be done with a pager. */
    public enum Action {

        /** Opens the file anew, after a failure say. */
        REOPEN {
            @Override
            Object run(String name, Pager pager, Openings openings) {
                openings.reopen(name, pager, PagerOpenTrigger.ENDPOINT);
                return describe(pager);
            }
        },

        /** Reads and checks all of the file that has checksums. Takes as long as reading it. */
        VERIFY {
            @Override
            Object run(String name, Pager pager, Openings openings) {
                return new Verified(pager.verify());
            }

            @Override
            Object run(String name, ReadOnlyPager pager) {
                return new Verified(pager.verify());
            }
        },

        /** Gives free pages at the end of the file back to the file system. */
        TRIM {
            @Override
            Object run(String name, Pager pager, Openings openings) {
                return new Trimmed(pager.trim());
            }
        },

        /** Writes what is in the journal alone into the file's own structures. */
        CHECKPOINT {
            @Override
            Object run(String name, Pager pager, Openings openings) {
                pager.checkpoint();
                return describe(pager);
            }
        };

        abstract Object run(String name, Pager pager, Openings openings);

        /** With a pager that only reads hardly anything can be done. */
        Object run(String name, ReadOnlyPager pager) {
            return new WebEndpointResponse<>(new Refusal("'" + name + "' is only read (" + pager.path()
                    + "): ask the application that writes to it."), METHOD_NOT_ALLOWED);
        }
    }

    /**
     * All pagers.
     *
     * @return what they say, by bean name
     */
    @ReadOperation
    public PagersDescriptor pagers() {
        Map<String, PagerDescriptor> descriptors = new TreeMap<>();
        pagers.get().forEach((name, pager) -> descriptors.put(name, describe(pager)));
        readers.get().forEach((name, pager) -> descriptors.put(name, describe(pager)));
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
        return of(name, MappedPagesEndpoint::describe, MappedPagesEndpoint::describe);
    }

    /**
     * More of one pager.
     *
     * @param name its bean name
     * @param part what of it
     * @param from for the map: the page to begin with; 0 if it is null
     * @param limit for the map: how many ranges at most, 1 to 100,000; 1,000 if it is null
     * @return that, or null if there is no such pager
     */
    @ReadOperation
    public @Nullable Object part(@Selector String name, @Selector Part part, @Nullable Long from,
            @Nullable Integer limit) {
        long first = from == null ? 0 : from;
        int most = limit == null ? SOME_RANGES : limit;
        return switch (part) {
            case MAP -> of(name, pager -> answer(() -> map(pager::pageMap, pager::pageCount, first, most)),
                    pager -> answer(() -> map(pager::pageMap, pager::pageCount, first, most)));
            case EVENTS -> of(name, _ -> new EventsDescriptor(events.of(name)),
                    _ -> new EventsDescriptor(List.of())); // it tells of none
        };
    }

    /**
     * Does something with one pager.
     *
     * @param name its bean name
     * @param action what
     * @return what came of it
     * @throws InvalidEndpointRequestException if there is no such pager: null would look as if all were well
     */
    @WriteOperation
    public Object run(@Selector String name, @Selector Action action) {
        Object result = of(name, pager -> answer(() -> action.run(name, pager, openings.get())),
                pager -> answer(() -> action.run(name, pager)));
        if (result == null) {
            throw new InvalidEndpointRequestException("there is no pager '" + name + "'", "there is no such pager");
        }
        return result;
    }

    /** {@return what comes of a call, or why it is refused, with a status that says whose matter that is} */
    private static Object answer(Supplier<Object> call) {
        try {
            return call.get();
        } catch (PagerUnavailableException | PagerClosedException | PagerIoException e) {
            return new WebEndpointResponse<>(new Refusal(String.valueOf(e.getMessage())),
                    WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE);
        } catch (MappedPageException e) {
            return new WebEndpointResponse<>(new Refusal(String.valueOf(e.getMessage())), CONFLICT);
        }
    }

    private <T> @Nullable T of(String name, Function<Pager, T> question, Function<ReadOnlyPager, T> readersQuestion) {
        Pager pager = pagers.get().get(name);
        if (pager != null) {
            return question.apply(pager);
        }
        ReadOnlyPager reader = readers.get().get(name);
        return reader == null ? null : readersQuestion.apply(reader);
    }

    private static MapDescriptor map(LongFunction<Stream<PageRange>> map, LongSupplier pages, long from, int limit) {
        if (from < 0) {
            throw new InvalidEndpointRequestException("from must be 0 or more: " + from, "from must be 0 or more");
        }
        if (limit < 1 || limit > MOST_RANGES) {
            String reason = "limit must be 1 to " + MOST_RANGES;
            throw new InvalidEndpointRequestException(reason + ": " + limit, reason);
        }
        List<PageRange> ranges = map.apply(from).limit(limit).toList();
        long end = ranges.isEmpty() ? from : ranges.getLast().end();
        return new MapDescriptor(ranges, ranges.size() == limit && end < pages.getAsLong() ? end : null);
    }

    private static PagerDescriptor describe(Pager pager) {
        PagerStatus status = PagerStatus.of(pager);
        Throwable failure = status.failure();
        return new PagerDescriptor(pager.path().toString(), status.word(), pager.pageSize(), status.pages(),
                status.free(), status.protectedPages(), status.limit(), failure == null ? null : failure.toString(),
                status.recovery(), counters(status.stats()), null);
    }

    private static PagerDescriptor describe(ReadOnlyPager pager) {
        ReaderStatus status = ReaderStatus.of(pager);
        String path = pager.path().toString();
        String state = ReaderStatus.word(status);
        return status == null
                ? new PagerDescriptor(path, state, pager.pageSize(), null, null, null, null, null, null, null, true)
                : new PagerDescriptor(path, state, pager.pageSize(), status.pages(), status.free(),
                        status.protectedPages(), null, null, null,
                        new Counters(status.generation(), null, null, null, null, null), true);
    }

    private static Counters counters(PagerStats stats) {
        return new Counters(stats.generation(), stats.recordsSinceCheckpoint(), stats.fileBytes(), stats.openBorrows(),
                stats.borrowWaits(), stats.borrowTimeouts());
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
     * @param state {@code Open}, {@code Unavailable}, {@code Suspended} or {@code Closed}
     * @param pageSize bytes in a page
     * @param pages pages in the file, its own included; null unless it is open
     * @param free pages that can be allocated before the file has to grow; null unless it is open
     * @param protectedPages protected pages in use, each counted once; null unless it is open
     * @param limit the most pages that the file may have; null unless it is open, or if it is only read
     * @param failure why it is unavailable; null if it is not
     * @param recovery what the last opening recovered; null if the file was in order
     * @param counters what it has counted; null if it is only read and closed
     * @param readOnly true if it is only read; else null
     */
    public record PagerDescriptor(String path, String state, int pageSize, @Nullable Long pages, @Nullable Long free,
            @Nullable Long protectedPages, @Nullable Long limit, @Nullable String failure,
            @Nullable RecoveryReport recovery, @Nullable Counters counters,
            @Nullable Boolean readOnly) implements OperationResponseBody {
    }

    /**
     * What a pager counts, in any state. All but the generation is null if it is only read.
     *
     * @param generation number of the last commit, or of the one that is seen where the file is only read
     * @param recordsSinceCheckpoint commits that are in the journal alone
     * @param fileBytes length of the file
     * @param borrows borrows that are open
     * @param borrowWaits how often a call had to wait for a borrowed page
     * @param borrowTimeouts how often a call did not get one in time
     */
    public record Counters(long generation, @Nullable Long recordsSinceCheckpoint, @Nullable Long fileBytes,
            @Nullable Long borrows, @Nullable Long borrowWaits, @Nullable Long borrowTimeouts) {
    }

    /**
     * What pages are used for.
     *
     * @param ranges neighbouring pages of one use, in ascending order
     * @param next where to go on; null if this is all
     */
    public record MapDescriptor(List<PageRange> ranges, @Nullable Long next) implements OperationResponseBody {
    }

    /**
     * What a pager told last, but its commits.
     *
     * @param events the newest first
     */
    public record EventsDescriptor(List<PagerEvent> events) implements OperationResponseBody {
    }

    /**
     * Something that happened to a pager.
     *
     * @param time when it was told
     * @param type {@code checkpoint}, {@code growth}, {@code recovery} or {@code state}
     * @param event what was told
     */
    public record PagerEvent(Instant time, String type, Object event) {
    }

    /**
     * A change of state.
     *
     * @param from the state before
     * @param to the state after
     * @param cause the failure behind it; null if it was none
     */
    public record StateChange(String from, String to, @Nullable String cause) {
    }

    /**
     * What a check found.
     *
     * @param report the report
     */
    public record Verified(VerifyReport report) implements OperationResponseBody {
    }

    /**
     * Why something was not done: the file is unavailable (503), locked, damaged or another one (409), or only read (405).
     *
     * @param error what happened, and what to do
     */
    public record Refusal(String error) implements OperationResponseBody {
    }

    /**
     * What was given back.
     *
     * @param pages how many pages
     */
    public record Trimmed(long pages) implements OperationResponseBody {
    }
}
