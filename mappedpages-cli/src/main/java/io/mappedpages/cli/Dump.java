package io.mappedpages.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import io.mappedpages.MappedPageException;
import io.mappedpages.PageRange;
import io.mappedpages.ReadOnlyPager;
import io.mappedpages.internal.inspect.EntryFound;
import io.mappedpages.internal.inspect.FileInspector;
import io.mappedpages.internal.inspect.MetadataFound;
import io.mappedpages.internal.inspect.NodeFound;
import io.mappedpages.internal.inspect.PairFound;
import io.mappedpages.internal.inspect.RecordFound;
import io.mappedpages.internal.inspect.SlotFound;
import io.mappedpages.internal.inspect.TreesFound;

/** Shows what lies in a page file. */
// @formatter:off
@Command(
        name = "dump",
        header = "Show what lies in a page file, in words or in hexadecimal.",
        description = {
            "Shows what lies in a page file, piece by piece; docs/file-format.md says what it means. Without WHAT: slots, metadata, "
                    + "tree and journal.",
            "",
            "Reads only, also beside the application that writes to the file. Slots, metadata and pages are shown of files that do not "
                    + "open, too."},
        exitCodeList = {ExitCodes.FINE_LINE, "1:something that was to be shown is damaged",
            ExitCodes.USAGE_LINE,
            ExitCodes.FAILED_LINE})
// @formatter:on
final class Dump implements Callable<Integer> {

    private static final int PIECE = 1 << 16;

    /** What can be shown. */
    enum What {
        /** Both slots of the superblock. */
        SLOTS,
        /** Both metadata pages. */
        METADATA,
        /** Nodes of the two trees. */
        TREE,
        /** Records of the journal. */
        JOURNAL,
        /** A page, in hexadecimal. */
        PAGE
    }

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private final FileArgument argument = new FileArgument();

    @Parameters(
            index = "1", arity = "0..1", paramLabel = "WHAT", description = "slots, metadata, tree (nodes, as of the newest checkpoint), journal (records behind it) or page.")
    private @Nullable What what;

    @Parameters(index = "2", arity = "0..1", paramLabel = "N", description = "The number of the page, for page.")
    private @Nullable Long number;

    @Option(names = "--entries", description = "With tree: also where each protected page is.")
    private boolean withEntries;

    private boolean damageShown;

    @Override
    public Integer call() throws IOException {
        Long page = number;
        if ((what == What.PAGE) != (page != null)) {
            throw new ParameterException(spec.commandLine(), page == null ? "Which page? Say 'page N'."
                    : "A number belongs to 'page' alone.");
        }
        PrintWriter out = spec.commandLine().getOut();
        try (PageFile file = PageFile.open(argument.file())) {
            if (page != null) {
                page(file, page, out);
            } else {
                List<What> parts = what == null ? List.of(What.SLOTS, What.METADATA, What.TREE, What.JOURNAL)
                        : List.of(what);
                for (What part : parts) {
                    part(file, part, out);
                }
            }
            out.flush();
            MappedPageException damage = file.damage();
            if (damage != null) {
                throw new CliException(ExitCodes.FOUND, String.valueOf(damage.getMessage()), damage);
            }
        }
        return damageShown ? ExitCodes.FOUND : ExitCodes.FINE;
    }

    private void part(PageFile file, What part, PrintWriter out) throws IOException {
        FileInspector inspector = file.inspector();
        switch (part) {
            case SLOTS -> inspector.slots().forEach(slot -> slot(slot, out));
            case METADATA -> inspector.metadata().forEach(page -> metadata(page, out));
            case TREE -> {
                if (file.pager() != null) {
                    trees(inspector.trees(withEntries), out);
                }
            }
            case JOURNAL -> {
                if (file.pager() != null) {
                    journal(inspector.records(), out);
                }
            }
            case PAGE -> throw new IllegalStateException("a page needs a number");
        }
    }

    private static void title(String title, PrintWriter out) {
        out.println(Ansi.AUTO.string("@|bold " + title + "|@"));
    }

    private void slot(SlotFound slot, PrintWriter out) {
        title("slot " + slot.index(), out);
        SlotFound.Content content = slot.content();
        if (content == null) {
            damage(String.valueOf(slot.problem()), out);
            return;
        }
        new Facts().add("version", content.version())
                .add("generation", String.valueOf(content.generation()))
                .add("metadata page", content.metadata() + ", " + content.metadataSums())
                .add("page size", Units.bytes(content.pageSize()))
                .add("file id", content.fileId())
                .add("flags", "incompatible 0x%x%s, read-only-compatible 0x%x, compatible 0x%x%s".formatted(
                        content.incompatibleFlags(), content.journal() ? " (journal)" : "", content.readOnlyFlags(),
                        content.compatibleFlags(), content.sparse() ? " (sparse)" : ""))
                .print(out);
    }

    private void damage(String problem, PrintWriter out) {
        damageShown = true;
        out.println("  " + Ansi.AUTO.string("@|red damaged:|@ ") + problem);
    }

    private void metadata(MetadataFound page, PrintWriter out) {
        title("metadata page " + page.name(), out);
        MetadataFound.Content content = page.content();
        if (content == null) {
            damage(String.valueOf(page.problem()), out);
            return;
        }
        Facts facts = new Facts().add("generation", String.valueOf(content.generation()))
                .add("file id", content.fileId())
                .add("pages", content.pages() + ", of them free " + content.free())
                .add("protected pages", String.valueOf(content.protectedPages()))
                .add("high-water mark", String.valueOf(content.highWater()))
                .add("map tree", tree(content.mapHeight(), content.mapRoot()))
                .add("directory tree", tree(content.directoryHeight(), content.directoryRoot()));
        MetadataFound.Journal journal = content.journal();
        if (journal == null) {
            facts.add("journal", "none");
        } else {
            facts.add("journal", "rings at pages " + journal.ringA() + " and " + journal.ringB() + ", "
                    + Units.count(journal.pagesEach(), "page", "pages") + " each")
                    .more("next record at byte " + journal.nextRecordAt() + ", last one in here is of generation "
                            + journal.lastGeneration())
                    .more(journal.closedInOrder() ? "closed in order: no record follows" : "salt " + journal.salt());
        }
        facts.add("sums", content.sums()).print(out);
    }

    private static String tree(int height, @Nullable PairFound root) {
        return root == null ? "none" : "height " + height + ", root at " + words(root);
    }

    private static String words(PairFound pair) {
        return (pair.active().equals("A") ? "[" + pair.pageA() + "] " + pair.pageB()
                : pair.pageA() + " [" + pair.pageB() + "]") + ", generation " + pair.generation();
    }

    private void trees(TreesFound trees, PrintWriter out) {
        title("tree nodes, as of checkpoint " + trees.generation() + "; the page in brackets is current", out);
        if (trees.nodes().isEmpty()) {
            out.println("  none: the states of all pages are in the metadata page");
        }
        for (NodeFound node : trees.nodes()) {
            String tree = node.tree().name().toLowerCase(Locale.ROOT);
            boolean hasStates = node.tree() == NodeFound.Tree.MAP && node.level() == 0;
            String below = node.tree() == NodeFound.Tree.MAP ? "pages from " : "protected pages from ";
            out.println("  " + tree + " level " + node.level() + " node " + node.index() + ": at " + words(node.pair())
                    + ", " + below + node.first() + ", " + node.used() + " of " + node.room()
                    + (hasStates ? " not free" : " in use"));
            String problem = node.problem();
            if (problem != null) {
                damage(problem, out);
            }
        }
        for (EntryFound entry : trees.entries()) {
            out.println("  protected page " + entry.id() + ": at " + words(entry.pair()));
        }
        if (!trees.ofOneMoment()) {
            out.println(
                    "  This was read while somebody wrote all the time: what looks damaged may only have been written over.");
        }
    }

    private static void journal(List<RecordFound> records, PrintWriter out) {
        title("records of the journal behind the newest checkpoint", out);
        if (records.isEmpty()) {
            out.println("  none");
        }
        for (RecordFound record : records) {
            out.println("  generation " + record.generation() + " after " + record.before() + ", at byte " + record.at()
                    + " of the rings, " + Units.count(record.bytes(), "byte", "bytes")
                    + (record.finished() ? "" : ": not finished, and undone when the file is opened"));
            out.println("    pages " + record.pages() + ", free " + record.free() + ", protected "
                    + record.protectedPages() + ", high-water mark " + record.highWater()
                    + (record.sparse() ? ", sparse" : ""));
            record.changes().forEach(change -> out.println("    " + words(change)));
        }
    }

    private static String words(RecordFound.Change change) {
        return switch (change) {
            case RecordFound.Change.States states -> (states.count() == 1 ? "page " + states.first()
                    : "pages " + states.first() + " to " + (states.first() + states.count() - 1)) + ": "
                    + states.state();
            case RecordFound.Change.Entry entry -> {
                PairFound pair = entry.pair();
                yield "protected page " + entry.id() + ": " + (pair == null ? "freed" : "at " + words(pair));
            }
            case RecordFound.Change.NodeMade node -> "new node of the " + node.tree().name().toLowerCase(Locale.ROOT)
                    + " tree: level " + node.level() + ", node " + node.index() + ", at " + node.pageA() + " and "
                    + node.pageB();
        };
    }

    private static void page(PageFile file, long page, PrintWriter out) throws IOException {
        FileInspector inspector = file.inspector();
        ReadOnlyPager pager = file.pager();
        SlotFound.Content slot = inspector.newestSlot().orElse(null);
        if (slot == null) {
            throw new CliException(ExitCodes.FOUND,
                    inspector.path() + ": no slot of the superblock tells the page size, so "
                            + "nobody knows where page " + page + " is. Use a tool for bytes, xxd say.");
        }
        int pageSize = slot.pageSize();
        long pages = inspector.length() / pageSize;
        if (page < 0 || page >= pages) {
            throw new CliException(ExitCodes.USAGE, "There is no page " + page + " in " + inspector.path()
                    + ": its pages are 0 to " + (pages - 1) + ".");
        }
        title("page " + page + (pager == null ? "" : ", " + use(pager, page)), out);
        HexDump dump = new HexDump(out);
        long begin = page * pageSize;
        for (int at = 0; at < pageSize; at += PIECE) {
            dump.print(begin + at, inspector.bytes(begin + at, Math.min(PIECE, pageSize - at)));
        }
        dump.end(begin + pageSize);
    }

    private static String use(ReadOnlyPager pager, long page) {
        if (page >= pager.pageCount()) {
            return "behind the end: the file is longer than its pages need";
        }
        return pager.pageMap(page).findFirst().map(PageRange::use).map(Uses::name).orElse("unknown");
    }
}
