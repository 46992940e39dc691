package io.mappedpages.internal.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.mappedpages.internal.fault.CorruptNodeException;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.TreeNode;

/** Nodes that are read without the engine lock, for an action that is broken off and begun anew. */
class ColdNodesTest {

    private static final Geometry GEOMETRY = Geometry.ofLog2(10);
    private static final long FIRST = GEOMETRY.inlineStates();

    private final Map<Long, byte[]> file = new HashMap<>();
    private int reads;
    private final ColdNodes cold = new ColdNodes(GEOMETRY, this::read);
    private final ColdNodes.Fetched fetched = cold.forAction();
    private final NodeMissing.Place old = written(CopyPair.unwritten(10, 11), 7);
    private final NodeMissing.Place renewed = written(old.pair(), 8);

    private byte[] read(long page) throws IOException {
        reads++;
        byte[] bytes = file.get(page);
        if (bytes == null) {
            throw new IOException("page " + page + " cannot be read");
        }
        return bytes.clone();
    }

    private NodeMissing.Place written(CopyPair pair, long generation) {
        TreeNode node = TreeNode.blank(GEOMETRY, TreeNode.Kind.MAP, 0, FIRST);
        CopyPair next = pair.flippedTo(generation, node.seal(generation));
        file.put(next.activePage(), node.bytes());
        return new NodeMissing.Place(TreeNode.Kind.MAP, 0, 0, next);
    }

    private TreeNode look(NodeMissing.Place place) throws IOException {
        return fetched.during(() -> cold.content(place, FIRST));
    }

    private void miss(NodeMissing.Place place) {
        assertThatExceptionOfType(NodeMissing.class).isThrownBy(() -> look(place)).satisfies(fetched::fetch);
    }

    @Test
    void whatIsMissingIsReadWithoutTheLockAndFoundTheNextTime() throws IOException {
        int[] readsWhenLooking = new int[1];
        assertThatExceptionOfType(NodeMissing.class).isThrownBy(() -> look(old)).satisfies(missing -> {
            readsWhenLooking[0] = reads;
            fetched.fetch(missing);
        });

        assertThat(readsWhenLooking[0]).isZero();
        assertThat(look(old).states().count()).isEqualTo(GEOMETRY.statesPerLeaf());
        assertThat(reads).isOne();
    }

    @Test
    void damageCountsForTheSamePairOnly() throws IOException {
        file.get(old.pair().activePage())[100] ^= 1;
        miss(old);

        fetched.during(() -> {
            assertThatExceptionOfType(CorruptNodeException.class).isThrownBy(() -> cold.content(old, FIRST));
            assertThatExceptionOfType(NodeMissing.class).isThrownBy(() -> cold.content(renewed, FIRST))
                    .satisfies(fetched::fetch);
            return assertThat(cold.content(renewed, FIRST).holdsStates()).isTrue();
        });
    }

    @Test
    void whatCannotBeReadIsAskedForOnceForOneAction() {
        file.remove(old.pair().activePage());
        miss(old);

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> look(old))
                .withMessageContaining("page " + old.pair().activePage());
        assertThat(reads).isOne();
        miss(old); // another action tries again
    }

    @Test
    void anActionThatChangesThingsReadsAtOnce() throws IOException {
        assertThat(cold.content(old, FIRST).holdsStates()).isTrue();
        assertThat(reads).isOne();
    }

    /** It comes to its end, even if another node is missing each time. */
    @Test
    void anActionIsNotBegunAnewForEver() throws IOException {
        NodeMissing.Place last = old;
        int begun = 0;
        for (long generation = 9;; generation++) {
            NodeMissing.Place place = written(last.pair(), generation);
            last = place;
            begun++;
            try {
                assertThat(look(place).holdsStates()).isTrue();
                break;
            } catch (NodeMissing missing) {
                fetched.fetch(missing);
            }
        }
        assertThat(begun).isBetween(100, 1000);
    }
}
