package io.mappedpages.crashlab;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A pager with one thing missing that its promises rest on.
 *
 * @param group   what kind of thing
 * @param what    what is missing, for people
 * @param type    the class it is in, below {@code io.mappedpages.internal}
 * @param surgery takes it out; made anew each time
 * @param probe   the probe that is expected to find it; if it does not, all are tried
 */
record Mutant(String group, String what, String type, Supplier<Surgery> surgery, Probe probe) {

    private static final String LIST = "(Ljava/util/List;)V";
    private static final String NOTHING = "()V";
    private static final Consumer<CodeBuilder> TRUE = CodeBuilder::iconst_1;
    private static final Consumer<CodeBuilder> NULL = CodeBuilder::aconst_null;

    String className() {
        return "io.mappedpages.internal." + type;
    }

    private static final class Catalogue {
        private final List<Mutant> all = new ArrayList<>();
        private String group = "";

        void group(String name) {
            group = name;
        }

        void add(String what, String type, Probe probe, Supplier<Surgery> surgery) {
            all.add(new Mutant(group, what, type, surgery, probe));
        }
    }

    /** Every mutant there is. */
    static List<Mutant> all() {
        Catalogue c = new Catalogue();
        syncs(c);
        order(c);
        recovery(c);
        checksums(c);
        generations(c);
        freshness(c);
        latches(c);
        journal(c);
        manyCallers(c);
        transactions(c);
        return c.all;
    }

    private static void syncs(Catalogue c) {
        c.group("sync");
        c.add("no sync between a commit's data and its slot", "commit.Committer", Probe.POWER_CUTS,
                () -> Surgery.dropOneCall("write", "sync", 2));
        c.add("no sync after a slot", "commit.Committer", Probe.POWER_CUTS,
                () -> Surgery.dropCall("writeSlot", "sync", ""));
        c.add("the sync of a commit leaves out metadata and nodes", "commit.Batch", Probe.POWER_CUTS,
                () -> Surgery.dropCall("writeNode", "wrote", ""));
        c.add("the sync of a commit leaves out protected contents", "commit.Batch", Probe.POWER_CUTS,
                () -> Surgery.dropCall("write", "noteWritten", ""));
        c.add("the sync of a commit leaves out the zeros of new pages", "commit.Batch", Probe.POWER_CUTS,
                () -> Surgery.dropCall("writeZeros", "wrote", ""));
        c.add("no sync between growing the file and committing it", "transaction.Growth", Probe.POWER_CUTS,
                () -> Surgery.dropCall("extend", "syncAdded", ""));
        c.add("no sync before the first commit after opening", "commit.Committer", Probe.SCENARIOS,
                () -> Surgery.dropCall("makeAdoptedDurable", "sync", NOTHING));
        c.add("no sync in the commit of a regular page", "commit.Committer", Probe.POWER_CUTS,
                () -> Surgery.dropCall("sync", "sync", LIST));
        c.add("no sync in sync()", "engine.Engine", Probe.POWER_CUTS,
                () -> Surgery.dropCall("sync", "sync", NOTHING));
        c.add("no sync before a new file gets its name", "engine.FileCreator", Probe.CREATION,
                () -> Surgery.dropCall("create", "sync", NOTHING));
    }

    private static void order(Catalogue c) {
        c.group("order and alternation");
        c.add("the slot is always the first one", "commit.Committer", Probe.POWER_CUTS,
                () -> Surgery.atStart("writeSlot", code -> code.iconst_0().istore(1)));
        c.add("a commit writes over the current metadata page", "format.SuperblockSlot", Probe.POWER_CUTS,
                () -> Surgery.operator("flippedTo", Opcode.ISUB, code -> code.swap().pop()));
        c.add("a protected write goes to the current copy", "transaction.ProtectedWrite", Probe.POWER_CUTS,
                () -> Surgery.callInstead("prepare", "inactivePage", "activePage"));
        c.add("a copy pair does not change sides", "format.CopyPair", Probe.POWER_CUTS,
                () -> Surgery.operator("flippedTo", Opcode.ISUB, code -> code.swap().pop()));
        c.add("a generation has the number of the one before", "commit.Committer", Probe.POWER_CUTS,
                () -> Surgery.operator("newBatch", Opcode.LADD, CodeBuilder::pop2));
        c.add("what a commit is about to do is shown before it is durable", "tree.Metadata", Probe.SCENARIOS,
                () -> Surgery.atStart("durable", code -> code.aload(0)
                        .invokevirtual(ClassDesc.of("io.mappedpages.internal.tree.Metadata"),
                                "current", MethodTypeDesc.ofDescriptor(
                                        "()Lio/mappedpages/internal/format/MetadataPage;"))
                        .areturn()));
        c.add("a new file has one valid slot only", "engine.FileCreator", Probe.SCENARIOS,
                () -> Surgery.constant("create", 2, 1));
    }

    private static void recovery(Catalogue c) {
        c.group("recovery");
        c.add("what was adopted is not made durable before building on it", "commit.Committer", Probe.DEATHS,
                () -> Surgery.atStart("settle", CodeBuilder::return_));
        c.add("pages are lent for writing before what was adopted is durable", "borrow.Lending", Probe.DEATHS,
                () -> Surgery.replaceCall("writeFirst", "hasWritten", "", TRUE));
        c.add("pages that were read are lent for writing before what was adopted is durable", "borrow.Lending",
                Probe.DEATHS, () -> Surgery.replaceCall("write", "hasLent", "", TRUE));
        c.add("the adopted slot is not written again", "commit.Committer", Probe.DEATHS,
                () -> Surgery.dropCall("makeAdoptedDurable", "writeSlot", ""));
        c.add("the metadata of a generation that was given up is not spoiled", "commit.Committer", Probe.FALL_BACK,
                () -> Surgery.dropCall("makeAdoptedDurable", "spoilOtherMetadata", ""));
        c.add("slots are asked for a loss where a journal tells of it", "recovery.Recoverer", Probe.UNREADABLE,
                () -> Surgery.replaceCall("lossBesides", "exist", "", CodeBuilder::iconst_0));
        c.add("a loss that was begun to be dealt with is forgotten", "recovery.Recoverer", Probe.FALL_BACK,
                () -> Surgery.atStart("isRepairUnfinished", code -> code.iconst_0().ireturn()));
        c.add("the only usable slot is written over", "recovery.Recoverer", Probe.SLOT_LOSS,
                () -> Surgery.replaceCall("placeForNewest", "slot", "", code -> code.aload(0)));
        c.add("a hole is punched after one commit, when the way back needs the pages", "transaction.GroupCommit",
                Probe.FALL_BACK, () -> Surgery.replaceCall("commit", "isPair", "", CodeBuilder::iconst_0));
        c.add("the file is cut while a segment of its end may be kept", "transaction.Growth", Probe.SCENARIOS,
                () -> Surgery.replaceCall("cutBack", "shortestWhileMapped", "", CodeBuilder::lconst_0));
        c.add("a rejected generation is not replaced", "commit.Committer", Probe.SLOT_LOSS,
                () -> Surgery.replaceCall("sealedFirst", "newerWasRejected", "", CodeBuilder::iconst_0));
        c.add("bytes behind the last page are not cut off", "commit.Committer", Probe.POWER_CUTS,
                () -> Surgery.dropCall("makeAdoptedDurable", "truncate", ""));
        c.add("a torn flip is never adopted", "recovery.Recoverer", Probe.SLOT_LOSS,
                () -> Surgery.atStart("tornFlip", code -> code.aconst_null().areturn()));
        c.add("a torn flip is adopted without looking whether all of it is there", "recovery.Recoverer",
                Probe.SLOT_LOSS,
                () -> Surgery.replaceCall("tornFlip", "problemBelow", "", NULL));
        c.add("a torn flip is adopted without looking at protected contents",
                "recovery.GenerationCheck$Finder",
                Probe.SLOT_LOSS,
                () -> Surgery.replaceCall("pair", "contentsMatch", "", TRUE));
        c.add("a torn flip must have the very next generation", "recovery.Recoverer", Probe.POWER_CUTS,
                () -> Surgery.compareLongs("tornFlip", code -> code.lconst_1().ladd().lcmp().dup().imul().ineg()
                        .iconst_1().iadd()));
        c.add("a torn flip may be of an older generation", "recovery.Recoverer", Probe.SLOT_LOSS,
                () -> Surgery.compareLongs("tornFlip", code -> code.pop2().pop2().iconst_1()));
        c.add("the newest generation is adopted without looking at its nodes", "recovery.Recoverer", Probe.SCENARIOS,
                () -> Surgery.replaceCall("choose", "problemOfNodes", "", NULL));
        c.add("the way back is taken without looking at its nodes", "recovery.Recoverer", Probe.SCENARIOS,
                () -> Surgery.replaceCall("fallBack", "problemOfWayBack", "", NULL));
        c.add("an unfinished generation is taken for the way back", "recovery.Recoverer", Probe.SCENARIOS,
                () -> Surgery.compareLongs("fallBack", code -> code.pop2().pop2().iconst_m1()));
        c.add("a lost generation is not reported", "recovery.Recoverer", Probe.FALL_BACK,
                () -> Surgery.otherConstant("fallBack", "POSSIBLE", "NONE"));
        c.add("an unfinished commit is reported as a loss", "recovery.Recoverer", Probe.POWER_CUTS,
                () -> Surgery.otherConstant("lossBesides", "NONE", "POSSIBLE"));
        c.add("another file's metadata page is accepted", "recovery.Recoverer", Probe.SCENARIOS,
                () -> Surgery.replaceCall("readMetadata", "equals", "", TRUE));
        c.add("a file shorter than its pages is opened", "recovery.Recoverer", Probe.DAMAGE,
                () -> Surgery.atStart("requireLength", CodeBuilder::return_));
        c.add("a file cut short while open is worked on", "transaction.OpenFile", Probe.SCENARIOS,
                () -> Surgery.atStart("requireWhole", CodeBuilder::return_));
        c.add("a change begins without a look whether the file is ours", "commit.Committer", Probe.SCENARIOS,
                () -> Surgery.dropCall("requireOurs", "requireOurs", ""));
        c.add("a file that was replaced is written to", "pageio.FileCheck", Probe.SCENARIOS,
                () -> Surgery.dropCall("requireOurs", "requireInPlace", ""));
        c.add("a file that was overwritten by an older copy is written to", "pageio.FileCheck", Probe.SCENARIOS,
                () -> Surgery.dropCall("requireOurs", "require", ""));
        c.add("reopening takes any file", "engine.Opener", Probe.SCENARIOS,
                () -> Surgery.atStart("requireSame", CodeBuilder::return_));
        c.add("a read that fails is not tried once more", "pageio.NodeReader", Probe.FAILURES,
                () -> Surgery.dropOneCall("readTwice", "read", 1));
        c.add("a failed read is taken for damage", "recovery.Recoverer", Probe.UNREADABLE,
                () -> Surgery.atStart("requireReadable", CodeBuilder::return_));
        c.add("a slot that could not be read is taken for damaged", "recovery.Recoverer", Probe.SCENARIOS,
                () -> Surgery.replaceCall("choose", "failure", "", NULL));
        c.add("a failed write or sync does not stop the pager", "engine.Lifecycle", Probe.FAILURES,
                () -> Surgery.dropCall("fail", "change", ""));
    }

    private static void checksums(Catalogue c) {
        c.group("checksum");
        c.add("a slot's own sum is not compared", "format.SuperblockSlot", Probe.DAMAGE,
                () -> Surgery.alwaysEqual("decode"));
        c.add("a metadata page's sums are not compared with the slot", "recovery.Recoverer", Probe.SCENARIOS,
                () -> Surgery.replaceCall("problemOf", "equals", "", TRUE));
        c.add("a metadata page's own sum is not compared", "format.MetadataPage", Probe.DAMAGE,
                () -> Surgery.alwaysEqual("decode"));
        c.add("a node's sums are not compared with its parent", "format.TreeNode", Probe.SCENARIOS,
                () -> Surgery.replaceCall("checkSums", "equals", "", TRUE));
        c.add("a protected page is read without comparing its sums", "borrow.Lending", Probe.DAMAGE,
                () -> Surgery.replaceCall("verifyOnce", "equals", "", TRUE));
        c.add("verify() does not compare protected contents", "recovery.Verifier$Window", Probe.SCENARIOS,
                () -> Surgery.replaceCall("checkContents", "equals", "", TRUE));
        c.add("a pair may name a page past the end", "tree.NodeLoader", Probe.SEALED_DAMAGE,
                () -> Surgery.dropCall("load", "requireWithin", ""));
    }

    private static void generations(Catalogue c) {
        c.group("generation");
        c.add("a node's generation is not compared with its parent", "format.TreeNode", Probe.SCENARIOS,
                () -> Surgery.afterCall("decode", "generation", code -> code.pop2().lconst_0()));
        c.add("a metadata page's generation is not compared with the slot", "recovery.Recoverer", Probe.SCENARIOS,
                () -> Surgery.compareLongs("problemOf", code -> code.pop2().pop2().iconst_0()));
        c.add("reopening takes a file that went back in time", "engine.Opener", Probe.SCENARIOS,
                () -> Surgery.compareLongs("requireSame", code -> code.pop2().pop2().iconst_1()));
    }

    private static void freshness(Catalogue c) {
        c.group("zeros and reuse");
        c.add("pages that were used before are not zeroed", "transaction.Allocation", Probe.POWER_CUTS,
                () -> Surgery.atStart("zeroIfTouched", CodeBuilder::return_));
        c.add("nodes are written above the durable high-water mark", "commit.Committer", Probe.EDGES,
                () -> Surgery.atStart("allowsNodesBelow", code -> code.iconst_1().ireturn()));
        c.add("the high-water mark does not rise with an allocation", "transaction.TakenPages", Probe.POWER_CUTS,
                () -> Surgery.dropCall("enter", "raiseHighWater", ""));
        c.add("the high-water mark does not rise when a generation is lost", "commit.Committer", Probe.FALL_BACK,
                () -> Surgery.dropCall("sealedFirst", "raiseHighWater", ""));
        c.add("a page that was lent for writing is reused as a protected copy", "latch.LatchTable", Probe.SCENARIOS,
                () -> Surgery.atStart("nextNotLent", code -> code.lload(1).lreturn()));
    }

    private static void journal(Catalogue c) {
        c.group("journal");
        c.add("no sync of zeros before the record", "commit.Committer", Probe.JOURNAL,
                () -> Surgery.dropOneCall("write", "sync", 0));
        c.add("no sync after a record", "commit.Committer", Probe.JOURNAL,
                () -> Surgery.dropOneCall("write", "sync", 1));
        c.add("the sync of a record leaves out the rings", "commit.Batch", Probe.JOURNAL,
                () -> Surgery.dropCall("writeRecord", "wrote", ""));
        c.add("a record is in one ring only", "commit.Journal", Probe.JOURNAL_DAMAGE,
                () -> Surgery.callInstead("places", "ringB", "ringA"));
        c.add("a record follows whatever is before it", "recovery.JournalReader", Probe.SCENARIOS,
                () -> Surgery.replaceCall("next", "equals", "", TRUE));
        c.add("a record of any salt follows", "recovery.JournalReader", Probe.JOURNAL,
                () -> Surgery.compareLongs("next", code -> code.pop2().pop2().iconst_0()));
        c.add("each opening has the salt of the one before", "commit.JournalPolicy", Probe.JOURNAL_FAILURES,
                () -> Surgery.atStart("newSalt", code -> code.lload(1).lconst_1().lor().lreturn()));
        c.add("the contents of the last record are not compared", "recovery.JournalReader$Contents", Probe.JOURNAL,
                () -> Surgery.replaceCall("entry", "equals", "", TRUE));
        c.add("the contents of the last record are not saved", "commit.Committer", Probe.JOURNAL_FAILURES,
                () -> Surgery.dropCall("sealedFirst", "save", ""));
        c.add("what is behind the end of the file is free", "tree.PageMap", Probe.JOURNAL_FULL,
                () -> Surgery.replaceCall("nextOfFree", "pageCount", "", code -> code.loadConstant(Long.MAX_VALUE)));
        c.add("one checkpoint after opening, not two", "commit.Committer", Probe.JOURNAL_DAMAGE,
                () -> Surgery.dropCall("settle", "checkpoint", ""));
        c.add("what no record can say is one checkpoint, not two", "commit.Committer", Probe.SCENARIOS,
                () -> Surgery.atStart("needsTwin", code -> code.iconst_0().ireturn()));
        c.add("records go on over what the checkpoint needs", "commit.Journal", Probe.JOURNAL,
                () -> Surgery.atStart("cost", code -> code.iconst_0().ireturn()));
        c.add("every checkpoint says that no record follows", "commit.Journal", Probe.JOURNAL,
                () -> Surgery.neverBranches("position", Opcode.IFEQ));
        c.add("a missing record is not noticed", "recovery.JournalReader", Probe.JOURNAL_DAMAGE,
                () -> Surgery.atStart("highest", code -> code.lconst_0().lreturn()));
        c.add("the alternate is not taken although it leads on", "recovery.Recoverer", Probe.SCENARIOS,
                () -> Surgery.atStart("leadsOn", code -> code.iconst_0().ireturn()));
        c.add("a writer takes the other copy before it is moved", "borrow.Lending", Probe.JOURNAL,
                () -> Surgery.replaceCall("take", "mayMoveCopies", "", CodeBuilder::iconst_0));
        c.add("no sync of a checkpoint that is written beside commits", "commit.Committer", Probe.JOURNAL_BESIDE,
                () -> Surgery.dropCall("sync", "syncBeside", ""));
        c.add("what changes while a checkpoint is written is not for the next one", "tree.Node", Probe.JOURNAL_BESIDE,
                () -> Surgery.atStart("takenToBeWritten", CodeBuilder::return_));
        c.add("a parent does not know where a checkpoint has put a node", "tree.Node", Probe.JOURNAL_BESIDE,
                () -> Surgery.dropCall("writtenTo", "childWritten", ""));
        c.add("records since a checkpoint began are forgotten when it is durable", "commit.Journal",
                Probe.JOURNAL_BESIDE,
                () -> Surgery.operator("checkpointed", Opcode.ISUB, code -> code.pop2().iconst_0()));
        c.add("a trim begins without a checkpoint", "transaction.GroupCommit", Probe.SCENARIOS,
                () -> Surgery.replaceCall("makeRoom", "recordsSinceCheckpoint", "", CodeBuilder::lconst_0));
    }

    private static void manyCallers(Catalogue c) {
        c.group("many callers");
        c.add("frees are applied in the order of the line, not last", "transaction.GroupCommit", Probe.MANY_CALLERS,
                () -> Surgery.replaceCall("planAndApply", "isFreeing", "", CodeBuilder::iconst_0));
        c.add("a page written ahead of its commit is not synced with it", "transaction.ProtectedWrite",
                Probe.MANY_CALLERS, () -> Surgery.dropCall("prepare", "noteWritten", ""));
        c.add("a free that had to wait is not looked at again", "transaction.Deallocation$FreePages",
                Probe.MANY_CALLERS, () -> Surgery.dropCall("plan", "requireWorkingData", ""));
    }

    private static void transactions(Catalogue c) {
        c.group("transactions");
        c.add("what a regular page is handed out with is not made durable before the record", "commit.Batch",
                Probe.TRANSACTIONS, () -> Surgery.replaceCall("writeZerosFirst", "addAll", "", TRUE));
        c.add("the sync of a checkpoint leaves out what a regular page is handed out with", "commit.Batch",
                Probe.TRANSACTIONS, () -> Surgery.replaceCall("writeNamed", "addAll", "", TRUE));
        c.add("the sync of a commit leaves out what a protected page is handed out with", "transaction.ReservedPages",
                Probe.TRANSACTIONS, () -> Surgery.dropCall("noteWritten", "noteWritten", ""));
        c.add("a transaction fills pages above the durable high-water mark", "transaction.ReservedPages",
                Probe.TRANSACTIONS,
                () -> Surgery.atStart("highWater", code -> code.loadConstant(Long.MAX_VALUE).lreturn()));
        c.add("what a transaction was promised others get, too", "tree.ReservedNumbers", Probe.SCENARIOS,
                () -> Surgery.atStart("add", CodeBuilder::return_));
        c.add("pages that a transaction does not fill are not zeroed", "transaction.ReservedPages", Probe.TRANSACTIONS,
                () -> Surgery.dropCall("zeroUnlessFilled", "zero", ""));
        c.add("the frees of a transaction are not applied last", "transaction.Together", Probe.TRANSACTIONS,
                () -> Surgery.atStart("isFreeing", code -> code.iconst_0().ireturn()));
        c.add("a trim cuts off what a transaction was promised", "transaction.Trim$Run$Search", Probe.SCENARIOS,
                () -> Surgery.replaceCall("plan", "end", "()J", CodeBuilder::lconst_0));
    }

    private static void latches(Catalogue c) {
        c.group("latch");
        c.add("a reader does not mind a writer", "latch.LatchBlock", Probe.SCENARIOS,
                () -> Surgery.neverBranches("tryShared", Opcode.IFLT));
        c.add("a writer does not mind readers", "latch.LatchBlock", Probe.SCENARIOS,
                () -> Surgery.constant("tryExclusive", 0x807F_FFF0_0000_0000L, Long.MIN_VALUE));
        c.add("no latch for writing a regular page", "borrow.Lending", Probe.SCENARIOS,
                () -> Surgery.withoutLatch("writeFirst"));
        c.add("no latch for writing a protected page", "borrow.Lending", Probe.SCENARIOS,
                () -> Surgery.withoutLatch("take"));
        c.add("no latches for freeing pages", "latch.HeldLatches", Probe.SCENARIOS,
                () -> Surgery.withoutLatch("acquire"));
        c.add("a freed page is still noted as allocated", "latch.HeldLatches", Probe.SCENARIOS,
                () -> Surgery.constant("release", 0x3000_0000_0000_0000L, 0L));
    }
}
