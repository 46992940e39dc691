package io.mappedpages.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import io.mappedpages.MappedPageException;
import io.mappedpages.PageUse;
import io.mappedpages.ReadOnlyPager;
import io.mappedpages.RecoveryReport;
import io.mappedpages.RecoveryReport.Loss;
import io.mappedpages.internal.inspect.FileInspector;
import io.mappedpages.internal.inspect.MetadataFound;
import io.mappedpages.internal.inspect.SlotFound;
import io.mappedpages.internal.inspect.StateFound;

/** What a page file is. */
// @formatter:off
@Command(
        name = "info",
        header = "Say what a page file is.",
        description = {
            "Says what a page file is: format, sizes, what its pages are used for, generation, journal, both slots of "
                    + "the superblock, and what opening it would have to put in order.",
            "",
            "Reads only, also beside the application that writes to the file, and leaves no lock file."},
        exitCodeList = {
            ExitCodes.FINE_LINE,
            "1:it does not open, or opening it would lose something that was committed", ExitCodes.USAGE_LINE,
            ExitCodes.FAILED_LINE})
// @formatter:on
final class FileInfo implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private final FileArgument argument = new FileArgument();

    @Mixin
    private final JsonOption json = new JsonOption();

    /**
     * What is told in JSON; what is null is left out, as most is of a file that does not open.
     *
     * @param file           the file
     * @param fileBytes      its length
     * @param opens          whether it would open
     * @param problem        why not
     * @param format         version of the format
     * @param fileId         32 hexadecimal digits
     * @param commitMode     {@code JOURNAL} or {@code CHECKPOINT}
     * @param sparse         whether its blocks may not be reserved
     * @param pageSize       bytes
     * @param pages          pages, the file's own included
     * @param uses           what they are used for
     * @param protectedPages protected pages in use, each counted once
     * @param generation     number of the last commit
     * @param checkpoint     number of the newest checkpoint
     * @param journal        the journal
     * @param slots          both slots of the superblock
     * @param recovery       what opening would put in order
     */
    record Report(String file, long fileBytes, boolean opens, @Nullable String problem, @Nullable String format,
            @Nullable String fileId, @Nullable String commitMode, @Nullable Boolean sparse, @Nullable Integer pageSize,
            @Nullable Long pages, @Nullable Counts uses, @Nullable Long protectedPages, @Nullable Long generation,
            @Nullable Long checkpoint, @Nullable Journal journal, List<Slot> slots, @Nullable Recovery recovery) {
    }

    /** Pages of each use. */
    record Counts(long free, long regular, long protectedCopies, long internal, long journal, long unknown) {

        static Counts of(Uses uses) {
            return new Counts(uses.of(PageUse.FREE), uses.of(PageUse.REGULAR), uses.of(PageUse.PROTECTED),
                    uses.of(PageUse.INTERNAL), uses.of(PageUse.JOURNAL), uses.of(PageUse.UNKNOWN));
        }
    }

    /**
     * The journal.
     *
     * @param ringA         first page of a ring
     * @param ringB         first page of the other one
     * @param pagesEach     pages in each
     * @param bytesEach     bytes in each
     * @param records       commits since the newest checkpoint, which are in the journal alone
     * @param recordBytes   how much of each ring they take
     * @param closedInOrder whether the file was closed, so that there are none
     */
    record Journal(long ringA, long ringB, int pagesEach, long bytesEach, int records, long recordBytes,
            boolean closedInOrder) {
    }

    /**
     * A slot.
     *
     * @param valid      whether it can be used
     * @param active     whether it is the one that counts
     * @param generation of the checkpoint that wrote it
     * @param metadata   the metadata page that it names, A or B
     * @param problem    why it cannot be used
     */
    record Slot(boolean valid, boolean active, @Nullable Long generation, @Nullable String metadata,
            @Nullable String problem) {
    }

    /**
     * What opening would put in order.
     *
     * @param mayLose  whether something that was committed would be gone
     * @param findings one sentence each
     */
    record Recovery(boolean mayLose, List<String> findings) {
    }

    @Override
    public Integer call() throws IOException {
        try (PageFile file = PageFile.open(argument.file())) {
            Report report = report(file);
            PrintWriter out = spec.commandLine().getOut();
            if (json.isWanted()) {
                JsonOption.print(report, out);
            } else {
                print(report, out);
            }
            MappedPageException damage = file.damage();
            if (damage != null) {
                throw new CliException(ExitCodes.FOUND, String.valueOf(damage.getMessage()), damage);
            }
            Recovery recovery = report.recovery;
            return recovery != null && recovery.mayLose ? ExitCodes.FOUND : ExitCodes.FINE;
        }
    }

    private static Report report(PageFile file) throws IOException {
        FileInspector inspector = file.inspector();
        ReadOnlyPager pager = file.pager();
        MappedPageException damage = file.damage();
        List<SlotFound> slots = inspector.slots();
        Optional<SlotFound.Content> newest = inspector.newestSlot();
        String path = inspector.path().toString();
        if (pager == null) {
            return new Report(path, inspector.length(), false, damage == null ? null : damage.getMessage(),
                    newest.map(SlotFound.Content::version).orElse(null),
                    newest.map(SlotFound.Content::fileId).orElse(null), null, null,
                    newest.map(SlotFound.Content::pageSize).orElse(null), null, null, null, null, null, null,
                    slots(slots, newest.orElse(null)), null);
        }
        StateFound state = inspector.state().orElse(null);
        MetadataFound.Journal journal = state == null ? null : state.journal();
        return new Report(path, inspector.length(), true, null,
                newest.map(SlotFound.Content::version).orElse(null),
                newest.map(SlotFound.Content::fileId).orElse(null), journal == null ? "CHECKPOINT" : "JOURNAL",
                newest.map(SlotFound.Content::sparse).orElse(null), pager.pageSize(), pager.pageCount(),
                Counts.of(Uses.of(pager.pageMap(0))), pager.protectedPageCount(), pager.generation(),
                state == null ? null : state.checkpointGeneration(),
                state == null || journal == null ? null : journal(state, journal),
                slots(slots, newest.orElse(null)), pager.recovery().map(FileInfo::recovery).orElse(null));
    }

    private static Journal journal(StateFound state, MetadataFound.Journal journal) {
        return new Journal(journal.ringA(), journal.ringB(), journal.pagesEach(), journal.bytesEach(), state.records(),
                state.recordBytes(), journal.closedInOrder());
    }

    private static List<Slot> slots(List<SlotFound> found, SlotFound.@Nullable Content active) {
        List<Slot> slots = new ArrayList<>();
        for (SlotFound slot : found) {
            SlotFound.Content content = slot.content();
            slots.add(content == null ? new Slot(false, false, null, null, slot.problem())
                    : new Slot(true, content.equals(active), content.generation(), content.metadata(), null));
        }
        return slots;
    }

    private static Recovery recovery(RecoveryReport report) {
        return new Recovery(report.loss() == Loss.POSSIBLE, report.findings());
    }

    private static void print(Report report, PrintWriter out) {
        out.println(Ansi.AUTO.string("@|bold " + report.file + "|@"));
        Facts facts = new Facts();
        if (report.format != null) {
            facts.add("format", report.format + ", file id " + report.fileId);
        }
        facts.add("file", Units.bytes(report.fileBytes));
        Integer pageSize = report.pageSize;
        Long pages = report.pages;
        Counts uses = report.uses;
        if (pageSize != null && pages != null && uses != null) {
            addPages(facts, report, pageSize, pages, uses);
            addCommits(facts, report);
        }
        for (int i = 0; i < report.slots.size(); i++) {
            facts.add("slot " + i, words(report.slots.get(i)));
        }
        addRecovery(facts, report);
        facts.print(out);
        out.flush();
    }

    private static void addPages(Facts facts, Report report, int pageSize, long pages, Counts uses) {
        facts.add("pages", Units.count(pages) + " of " + Units.bytes(pageSize) + " ("
                + Units.bytes(pages * pageSize) + ")" + (Boolean.TRUE.equals(report.sparse)
                        ? ", not all of them reserved on the disk"
                        : ""));
        facts.add("free", pagesOf(uses.free, pages, pageSize));
        facts.add("regular", pagesOf(uses.regular, pages, pageSize));
        facts.add("protected", Units.count(report.protectedPages == null ? 0 : report.protectedPages) + " in "
                + pagesOf(uses.protectedCopies, pages, pageSize));
        facts.add("internal", pagesOf(uses.internal, pages, pageSize));
        facts.add("journal", pagesOf(uses.journal, pages, pageSize));
        if (uses.unknown > 0) {
            facts.add("unknown", pagesOf(uses.unknown, pages, pageSize) + ": what says so is damaged, run verify");
        }
    }

    private static String pagesOf(long some, long all, int pageSize) {
        return Units.count(some, "page", "pages") + ", " + Units.bytes(some * pageSize) + ", " + Units.share(some, all);
    }

    private static void addCommits(Facts facts, Report report) {
        Journal journal = report.journal;
        facts.add("generation", report.generation + (report.checkpoint == null ? ""
                : ", newest checkpoint " + report.checkpoint));
        if (journal == null) {
            facts.add("commits", "each is a checkpoint; there is no journal");
            return;
        }
        facts.add("commits", "to a journal of two rings of " + Units.bytes(journal.bytesEach) + ", from page "
                + journal.ringA + " and from page " + journal.ringB + " on");
        facts.more(journal.closedInOrder ? "the file was closed in order: no records since the checkpoint"
                : Units.count(journal.records, "record", "records") + " since the checkpoint, "
                        + Units.bytes(journal.recordBytes) + " of each ring");
    }

    private static String words(Slot slot) {
        return slot.valid
                ? "valid, generation " + slot.generation + ", metadata page " + slot.metadata
                        + (slot.active ? ", active" : "")
                : "not usable: " + slot.problem;
    }

    private static void addRecovery(Facts facts, Report report) {
        Recovery recovery = report.recovery;
        Journal journal = report.journal;
        if (!report.opens) {
            facts.add("opening", "is not possible");
        } else if (recovery != null) {
            facts.add("opening", recovery.mayLose ? "would put this in order, and something committed may be gone:"
                    : "would put this in order, and nothing would be lost:");
            recovery.findings.forEach(facts::more);
        } else if (journal != null && journal.records > 0) {
            facts.add("opening", "would replay " + Units.count(journal.records, "record", "records")
                    + " of the journal; nothing else is to be done");
        } else {
            facts.add("opening", "has nothing to put in order");
        }
    }
}
