package io.mappedpages.internal.tree;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.BitSet;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.internal.table.ClockEntry;

/**
 * A tree node in memory: what is durable (read by anybody), what the commit being put together makes of it (under the
 * engine lock), and where its two copies are.
 *
 * <p>The durable content is never changed in place; a commit works on a copy and swaps it in when it is durable, by a
 * checkpoint or by a journal record. So a reader sees durable states only, and a commit that fails has changed nothing.
 * What a record made durable stays in memory until a checkpoint has written it.
 */
public final class Node extends ClockEntry {

    final int level;
    /** Position among the nodes of the level, from 0. */
    final long index;
    /** The two copies as they are durable now. */
    private CopyPair pair;
    /** A checkpoint that has this node in it is on its way. */
    private boolean beingWritten;

    private volatile Durable durable;
    private @Nullable TreeNode working;
    /** Bits of the entries that are others in {@link #working}; also of some that were to be, if a commit failed. */
    private final long[] changed;
    private boolean queued;
    private volatile boolean gone;

    private @Nullable Node parent;
    private final @Nullable Node[] children;
    private int childrenInMemory;
    private final int fanout;

    /** Which children or entries have something free; unused in a map leaf, whose bytes say it themselves. */
    private final BitSet open;
    /** How many children, entries or states are open. */
    private int openCount;
    /**
     * Children that could not be read when something free was looked for below them. Never written: once they can be read
     * again, what is free below them is free.
     */
    private @Nullable BitSet passedOver;

    private Node(int level, long index, CopyPair pair, TreeNode content, int fanout) {
        super(index);
        this.level = level;
        this.index = index;
        this.pair = pair;
        this.changed = new long[checkedWords(content, fanout)];
        this.durable = new Durable(content, changed.clone());
        this.fanout = fanout;
        this.children = new Node[level == 0 ? 0 : fanout];
        this.open = new BitSet(content.holdsStates() ? 0 : fanout);
        if (content.holdsStates()) {
            openCount = content.states().count(PageState.FREE, content.states().count());
        } else {
            for (int i = 0; i < fanout; i++) {
                CopyPair child = content.pair(i);
                if (!child.inUse() || (level > 0 && child.freeBelow())) {
                    open.set(i);
                    openCount++;
                }
            }
        }
    }

    /** Only a leaf of the directory has entries whose contents can be checked. */
    private static int checkedWords(TreeNode content, int fanout) {
        return content.kind() == TreeNode.Kind.DIRECTORY && content.level() == 0 ? (fanout + Long.SIZE - 1) / Long.SIZE
                : 0;
    }

    /**
     * What is durable of a node, and for which entries of a directory leaf it is known that the current copy has the content that
     * was committed. Of that a note may get lost, and nobody minds.
     */
    public static final class Durable {

        private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

        private final TreeNode content;
        private final long[] checked;

        private Durable(TreeNode content, long[] checked) {
            this.content = content;
            this.checked = checked;
        }

        /** {@return what is durable} */
        public TreeNode content() {
            return content;
        }

        /** {@return whether the current copy of entry {@code index} is known to have the content that was committed} Any thread. */
        public boolean isChecked(int index) {
            return ((long) WORD.getOpaque(checked, index / Long.SIZE) & 1L << index) != 0; // of the shift the last six bits count
        }

        private void noteChecked(int index) {
            WORD.getAndBitwiseOr(checked, index / Long.SIZE, 1L << index);
        }

        /** {@return the same notes for {@code next}, but for the entries of which {@code changed} says that they are others there} */
        private Durable followedBy(TreeNode next, long[] changed) {
            long[] notes = checked.clone();
            for (int word = 0; word < notes.length; word++) {
                notes[word] &= ~changed[word];
            }
            return new Durable(next, notes);
        }
    }

    /** A node read from the file. */
    static Node loaded(int level, long index, CopyPair pair, TreeNode content, int fanout) {
        return new Node(level, index, pair, content, fanout);
    }

    /** A node that is new in this commit; its first sealing goes to {@code pageA}. */
    static Node created(int level, long index, long pageA, long pageB, TreeNode blank, int fanout) {
        return new Node(level, index, CopyPair.unwritten(pageA, pageB), blank, fanout);
    }

    /** {@return what is durable} Any thread. */
    public TreeNode durable() {
        return durable.content;
    }

    /** {@return the same, and what is known of its entries' contents} Any thread. */
    public Durable durableEntries() {
        return durable;
    }

    /** Notes that {@code page} has the content that entry {@code index} says, if it is the current copy. Any thread. */
    void noteChecked(int index, long page) {
        Durable now = durable;
        if (now.content.activePage(index) == page) {
            now.noteChecked(index);
        }
    }

    /**
     * {@return whether entry {@code index} has the content that it had when {@code seen} was durable} Any thread. A node is
     * marked as gone before another object stands for it, and so before any change that this one does not get to know.
     */
    public boolean hasStill(TreeNode seen, int index) {
        TreeNode now = durable.content;
        return !gone && (now == seen || now.hasSameContent(index, seen));
    }

    /** What is true under the engine lock: the working copy if there is one. */
    TreeNode current() {
        return working != null ? working : durable.content;
    }

    /** Notes that the next checkpoint has to write this node. {@return false if that is noted already} */
    boolean enqueue() {
        boolean entered = !queued;
        queued = true;
        return entered;
    }

    /** {@return whether the commit being put together changes this node} */
    boolean isWorking() {
        return working != null;
    }

    /** The copy that the commit being put together changes. */
    TreeNode working() {
        if (working == null) {
            working = durable.content.copy();
        }
        return working;
    }

    /** Changes one entry of a directory leaf in the commit being put together. */
    void entry(int index, CopyPair entry) {
        working().pair(index, entry);
        changed[index / Long.SIZE] |= 1L << index;
    }

    CopyPair pair() {
        return pair;
    }

    @Nullable Node parent() {
        return parent;
    }

    /** Where this node stands among its parent's children. */
    int slotInParent() {
        return (int) (index % fanout);
    }

    @Nullable Node child(int slot) {
        return children[slot];
    }

    void attach(int slot, Node child) {
        child.parent = this; // first: a change of a child that knows no parent would be taken for one of the root
        setChild(slot, child);
        lookAgain(slot);
        setOpen(slot, child.openCount > 0);
    }

    /** The first child or entry at or after {@code slot} with something free, or -1. A map leaf knows only 0 and -1. */
    int nextOpen(int slot) {
        if (durable.content.holdsStates()) {
            return hasOpen() ? 0 : -1;
        }
        int next = open.nextSetBit(slot);
        while (next >= 0 && passedOver != null && passedOver.get(next)) {
            next = open.nextSetBit(next + 1);
        }
        return next;
    }

    /** From now on {@link #nextOpen} leaves out the child at {@code slot}, until it is read after all. */
    void passOver(int slot) {
        if (passedOver == null) {
            passedOver = new BitSet(fanout);
        }
        passedOver.set(slot);
    }

    private void lookAgain(int slot) {
        if (passedOver != null) {
            passedOver.clear(slot);
        }
    }

    /** The first child or entry at or after {@code slot} that is in use, or -1. A map leaf knows only 0. */
    int nextExisting(int slot) {
        TreeNode content = current();
        if (content.holdsStates()) {
            return 0;
        }
        for (int i = slot; i < fanout; i++) {
            if ((level > 0 && children[i] != null) || content.inUse(i)) {
                return i;
            }
        }
        return -1;
    }

    boolean hasOpen() {
        return openCount > 0;
    }

    /** The last child at or before {@code slot} that exists, or -1. */
    int previousExisting(int slot) {
        for (int i = slot; i >= 0; i--) {
            if (children[i] != null || current().inUse(i)) {
                return i;
            }
        }
        return -1;
    }

    /** Takes the child at {@code slot} off; everything below there is free. */
    void detach(int slot) {
        setChild(slot, null);
        lookAgain(slot);
        setOpen(slot, true);
    }

    /** Forgets the child at {@code slot}, which stays part of the tree; it is read again when it is needed. */
    void forgetChild(int slot) {
        setChild(slot, null);
    }

    private void setChild(int slot, @Nullable Node child) {
        childrenInMemory += (child == null ? 0 : 1) - (children[slot] == null ? 0 : 1);
        children[slot] = child;
    }

    /** {@return whether this can be read again from the file as it is, and nothing in memory hangs on it} */
    boolean canBeForgotten() {
        return parent != null && working == null && !queued && !beingWritten && childrenInMemory == 0;
    }

    /** This object no longer stands for a node: it was taken out of the tree, or is forgotten. */
    void markGone() {
        gone = true;
    }

    boolean isGone() {
        return gone;
    }

    /** From the commit being put together on, this node lives in two other pages. */
    void moveTo(long pageA, long pageB) {
        pair = CopyPair.unwritten(pageA, pageB);
    }

    /** Notes whether the child or entry at {@code slot} has something free, and tells the ancestors if that matters. */
    void setOpen(int slot, boolean isOpen) {
        if (open.get(slot) != isOpen) {
            open.set(slot, isOpen);
            openChanged(isOpen ? 1 : -1);
        }
    }

    /** Notes that {@code delta} more states of a map leaf are free. */
    void openChanged(int delta) {
        boolean had = openCount > 0;
        openCount += delta;
        boolean has = openCount > 0;
        Node above = parent;
        if (had != has && above != null) {
            above.setOpen(slotInParent(), has);
        }
    }

    /** What was being worked on is durable. Where the node is in the file is another matter. */
    void publishContent() {
        if (working != null) {
            durable = durable.followedBy(working, changed);
            Arrays.fill(changed, 0);
            working = null;
        }
    }

    /** The next checkpoint takes this node with it; what changes from now on is for the one after. */
    void takenToBeWritten() {
        queued = false;
        beingWritten = true;
    }

    /** The checkpoint is durable: this is where it has put the node. The parent gets to know that, whatever becomes of it. */
    void writtenTo(CopyPair where) {
        pair = where;
        beingWritten = false;
        Node above = parent;
        if (above != null) {
            above.childWritten(slotInParent(), where);
        }
    }

    /** In all versions at once: no commit changes where a child is, and only who has the engine lock reads it. */
    private void childWritten(int slot, CopyPair where) {
        durable.content.pair(slot, where);
        if (working != null) {
            working.pair(slot, where);
        }
    }
}
