package io.mappedpages.internal.tree;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.Sums;
import io.mappedpages.internal.format.TreeNode;

/** A commit changes two entries of a node and publishes it; another one looks at both without a lock. */
@JCStressTest
@Outcome(id = "3, 5", expect = Expect.ACCEPTABLE, desc = "What was durable before.")
@Outcome(id = "4, 6", expect = Expect.ACCEPTABLE, desc = "What is durable now.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A mixture, or something that is not durable.")
@State
public class DurableContentTest {

    private static final Geometry GEOMETRY = Geometry.ofLog2(10);
    private static final Sums SUMS = new Sums(1, 1);

    private final Node node;

    /** A leaf with two protected pages. */
    public DurableContentTest() {
        TreeNode content = TreeNode.blank(GEOMETRY, TreeNode.Kind.DIRECTORY, 0, 0);
        content.pair(0, CopyPair.written(3, 4, 1, SUMS));
        content.pair(1, CopyPair.written(5, 6, 1, SUMS));
        node = Node.loaded(0, 0, CopyPair.NONE, content, GEOMETRY.pairsPerNode());
    }

    @Actor
    public void commit() {
        flip(0);
        flip(1);
        node.publishContent();
    }

    private void flip(int index) {
        node.working().pair(index, node.working().pair(index).flippedTo(2, SUMS));
    }

    @Actor
    public void look(II_Result result) {
        TreeNode durable = node.durable();
        result.r1 = (int) durable.activePage(0);
        result.r2 = (int) durable.activePage(1);
    }
}
