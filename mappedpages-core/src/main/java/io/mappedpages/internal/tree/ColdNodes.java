package io.mappedpages.internal.tree;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.CorruptNodeException;
import io.mappedpages.internal.format.FormatException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.internal.tree.NodeMissing.Place;

/**
 * Reads the nodes that are not in memory, without the engine lock where that is possible: so nobody who needs the lock waits
 * for the disk.
 *
 * <p>An action that only looks can be broken off and begun anew. If it meets a node that is not in memory, {@link
 * NodeMissing} ends it; the lock is given back, the node is read and decoded, and the action runs once more, under the lock
 * again. Other actions, which have changed something by then, read at once.
 *
 * <p>What was read, or why it could not be, counts for the very same pair only. A copy is written only while it is not
 * current, and no generation comes twice: if the pair is still the same when it is asked for, it was the same all the time, and
 * so were the bytes. Of any other pair they are forgotten.
 */
public final class ColdNodes {

    /** An action that has met so many cold nodes reads the others under the lock: so it comes to its end, whatever happens. */
    private static final int MOST_FETCHED = 256;

    private final Geometry geometry;
    private final NodeSource source;
    private final ConcurrentHashMap<Place, CompletableFuture<Result>> underWay = new ConcurrentHashMap<>();
    /** Of the action that is running and can be begun anew. Guarded by the engine lock. */
    private @Nullable Fetched running;

    ColdNodes(Geometry geometry, NodeSource source) {
        this.geometry = geometry;
        this.source = source;
    }

    /** What came of reading a node: its content, or a failure. */
    private record Result(@Nullable TreeNode content, @Nullable IOException failure) {

        TreeNode get() throws IOException {
            if (failure != null) {
                throw failure;
            }
            if (content == null) {
                throw new IllegalStateException("nothing was read");
            }
            return content;
        }
    }

    /** What runs under the engine lock. */
    public interface Action<T extends @Nullable Object> {
        /** {@return what is asked for} */
        T run() throws IOException;
    }

    /** {@return the nodes of an action to come} Any thread. */
    public Fetched forAction() {
        return new Fetched();
    }

    /** The content of a node that is not in memory. Under the engine lock. */
    TreeNode content(Place place, long firstNumber) throws IOException {
        Fetched mine = running;
        return mine == null ? read(place, firstNumber) : mine.content(place, firstNumber);
    }

    private TreeNode read(Place place, long firstNumber) throws IOException {
        try {
            byte[] bytes = source.node(place.pair().activePage());
            return TreeNode.decode(geometry, bytes, place.tree(), place.level(), firstNumber, place.pair());
        } catch (FormatException e) {
            throw new CorruptNodeException(place.pair().activePage(), e);
        }
    }

    /** The nodes that were read for one action, which may have to begin anew several times. For one thread. */
    public final class Fetched {

        private final Map<Place, Result> results = new HashMap<>();
        private int count;
        /** What could not even be noted as a result, for want of memory, say. */
        private @Nullable Place failedPlace;
        private @Nullable Throwable failure;

        private Fetched() {
        }

        /**
         * Runs an action which changes nothing before it has come to its end, under the engine lock.
         *
         * @throws NodeMissing if it has to be begun anew: after {@link #fetch}, which needs no lock
         */
        public <T extends @Nullable Object> T during(Action<T> action) throws IOException {
            Fetched before = running;
            running = this;
            boolean isOver = true;
            try {
                return action.run();
            } catch (NodeMissing e) {
                isOver = false;
                throw e;
            } finally {
                running = before;
                if (isOver) {
                    forget();
                }
            }
        }

        private void forget() {
            if (count > 0) {
                results.clear();
                count = 0;
                failedPlace = null;
                failure = null;
            }
        }

        private TreeNode content(Place place, long firstNumber) throws IOException {
            Result result = results.get(place);
            if (result != null) {
                return result.get();
            }
            if (place.equals(failedPlace)) {
                rethrow(failure);
            }
            if (count >= MOST_FETCHED) {
                return read(place, firstNumber);
            }
            throw new NodeMissing(place);
        }

        private static void rethrow(@Nullable Throwable failure) {
            switch (failure) {
                case Error e -> throw e;
                case RuntimeException e -> throw e;
                case null, default -> throw new IllegalStateException(failure);
            }
        }

        /** Reads what was missing. Without the engine lock. What fails is thrown where the node is asked for again. */
        public void fetch(NodeMissing missing) {
            count++;
            Place place = missing.place();
            try {
                results.put(place, readOnce(place));
            } catch (RuntimeException | Error e) { // the action's own trouble, and not that of this thread's commit
                failedPlace = place;
                failure = e;
            }
        }

        /** Reads a node, or waits for a thread that is just reading it. */
        private Result readOnce(Place place) {
            CompletableFuture<Result> mine = new CompletableFuture<>();
            CompletableFuture<Result> others = underWay.putIfAbsent(place, mine);
            Result result = others == null ? null : others.join();
            if (result != null) {
                return result;
            }
            try {
                result = tryToRead(place);
                return result;
            } finally {
                underWay.remove(place, mine);
                mine.complete(result); // null says that whoever waits has to try for itself
            }
        }

        private Result tryToRead(Place place) {
            long first = TreeShape.of(geometry, place.tree()).firstNumber(place.level(), place.index());
            try {
                return new Result(read(place, first), null);
            } catch (IOException e) {
                return new Result(null, e);
            }
        }
    }
}
