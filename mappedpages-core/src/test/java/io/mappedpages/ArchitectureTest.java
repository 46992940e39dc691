package io.mappedpages;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.lang.module.ModuleDescriptor;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.Checksum;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The floors of the house: who may know whom, and who alone may touch files and sums. */
class ArchitectureTest {

    private static final String API = "io.mappedpages";
    private static final String INTERNAL = "io.mappedpages.internal.";
    private static final String FORMAT = INTERNAL + "format";
    private static final String LOG = INTERNAL + "log";
    private static final String STORAGE = INTERNAL + "storage";
    private static final String COMMIT = INTERNAL + "commit";

    /** Which rooms each one may use, but for those that all may: words of what went wrong, threads, the log. */
    private static final Map<String, Set<String>> ARROWS = Map.ofEntries(
            entry("engine",
                    Set.of("backup", "reading", "importing", "repair", "building", "borrow", "transaction", "commit",
                            "recovery",
                            "mapping",
                            "tree", "pageio", "latch", "format", "storage")),
            entry("backup",
                    Set.of("reading", "transaction", "tree", "latch", "pageio", "format", "storage", "table")),
            entry("importing", Set.of("building", "pageio", "format", "storage")),
            entry("repair", Set.of("building", "recovery", "pageio", "format", "storage", "table")),
            entry("building", Set.of("format", "storage")),
            entry("borrow", Set.of("transaction", "mapping", "tree", "pageio", "latch", "format", "storage")),
            entry("transaction", Set.of("commit", "recovery", "mapping", "tree", "pageio", "latch", "format",
                    "storage", "table")),
            entry("commit", Set.of("recovery", "tree", "pageio", "format", "storage", "table")),
            entry("inspect", Set.of("recovery", "tree", "pageio", "format", "storage")),
            entry("reading", Set.of("recovery", "tree", "pageio", "format", "storage")),
            entry("recovery", Set.of("tree", "pageio", "format", "storage")),
            entry("mapping", Set.of("latch", "format", "storage")), entry("tree", Set.of("table", "format")),
            entry("pageio", Set.of("format", "storage")), entry("latch", Set.of("table")),
            entry("table", Set.of()), entry("format", Set.of()), entry("storage", Set.of()),
            entry("fault", Set.of()), entry("thread", Set.of()), entry("log", Set.of()));
    private static final Set<String> FOR_ALL = Set.of("fault", "thread", "log");
    /** These know nothing of what may go wrong above them. */
    private static final Set<String> LOWEST = Set.of("format", "storage", "latch", "table", "fault", "thread", "log");
    private static final Set<String> SHOWN_TO_API =
            Set.of("engine", "backup", "reading", "importing", "repair", "borrow", "recovery", "fault",
                    "log", "storage");

    private static JavaClasses core;

    @BeforeAll
    static void read() {
        core = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(API);
    }

    @Test
    void everyClassIsInOneOfTheRooms() {
        Set<String> rooms = ARROWS.keySet().stream().map(room -> INTERNAL + room).collect(Collectors.toSet());
        rooms.add(API);
        assertThat(core.stream().map(JavaClass::getPackageName).collect(Collectors.toSet())).isEqualTo(rooms);
    }

    @Test
    void arrowsPointOnlyDownwards() {
        ARROWS.forEach((room, below) -> {
            Set<String> allowed = new TreeSet<>(below);
            allowed.add(room);
            allowed.addAll(LOWEST.contains(room) ? Set.of("thread", "log") : FOR_ALL);
            requireOnly(INTERNAL + room, allowed);
        });
        requireOnly(API, SHOWN_TO_API);
    }

    private static void requireOnly(String from, Set<String> rooms) {
        String[] packages = Stream.concat(rooms.stream().map(room -> INTERNAL + room),
                from.equals(API) ? Stream.of(API, "java..", "org.jspecify.annotations")
                        : Stream.of("java..", "org.jspecify.annotations"))
                .toArray(String[]::new);
        classes().that().resideInAPackage(from).should().onlyDependOnClassesThat(resideInAnyPackage(packages))
                .check(core);
    }

    /** So that nothing has to be remembered before a change: the queue sees to it. */
    @Test
    void onlyTheCommitQueueCommits() {
        String committer = COMMIT + ".Committer";
        Set<String> writing = Set.of("settle", "allowsNodesBelow", "newBatch", "newCheckpoint", "sealRecord",
                "sealCheckpoint", "write", "publish", "sync");
        noClasses().that().resideOutsideOfPackage(COMMIT).and()
                .doNotHaveFullyQualifiedName(INTERNAL + "transaction.GroupCommit").and()
                .doNotHaveFullyQualifiedName(INTERNAL + "transaction.Checkpoints").should()
                .callMethodWhere(DescribedPredicate.describe("writes through the committer",
                        call -> call.getTargetOwner().getName().equals(committer)
                                && writing.contains(call.getName())))
                .check(core);
    }

    /** A handler of the application that throws must not decide what becomes of a file. */
    @Test
    void allWriteToTheLogThroughTheOneThatNeverThrows() {
        noClasses().that().resideOutsideOfPackage(LOG).should()
                .dependOnClassesThat(assignableTo(System.Logger.class).and(not(resideInAPackage(LOG)))).check(core);
    }

    /** The way to a disk is chosen where the options are; nothing else above the engine knows of storage. */
    @Test
    void ofTheApiOnlyTheBuilderKnowsOfStorage() {
        noClasses().that().resideInAPackage(API).and().doNotHaveFullyQualifiedName(PagerBuilder.class.getName())
                .should().dependOnClassesThat().resideInAPackage(STORAGE).check(core);
    }

    @Test
    void packagesHaveNoCircles() {
        slices().assignedFrom(new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
                return SliceIdentifier.of(javaClass.getPackageName());
            }

            @Override
            public String getDescription() {
                return "packages";
            }
        }).should().beFreeOfCycles().check(core);
    }

    @Test
    void nothingButTheJdkAndNullMarkersIsNeeded() {
        classes().should().onlyDependOnClassesThat(resideInAnyPackage("java..", API + "..", "org.jspecify.annotations"))
                .check(core);
    }

    @Test
    void filesAreTouchedInStorageAlone() {
        noClasses().that().resideOutsideOfPackage(STORAGE).should()
                .dependOnClassesThat(resideInAPackage("java.nio.channels..").or(assignableTo(RandomAccessFile.class))
                        .or(assignableTo(File.class)).or(assignableTo(Files.class))
                        .or(assignableTo(InputStream.class)).or(assignableTo(OutputStream.class)))
                .check(core);
    }

    @Test
    void sumsAreComputedInFormatAlone() {
        noClasses().that().resideOutsideOfPackage(FORMAT).should().dependOnClassesThat(assignableTo(Checksum.class))
                .check(core);
    }

    /** Exactly the API: what is internal cannot be reached, and no public method shows any of it. */
    @Test
    void onlyTheApiIsExported() throws IOException, URISyntaxException {
        Path classes = Path.of(Pager.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (InputStream file = Files.newInputStream(classes.resolve("module-info.class"))) {
            ModuleDescriptor module = ModuleDescriptor.read(file);

            assertThat(module.name()).isEqualTo(API);
            assertThat(module.exports()).extracting(ModuleDescriptor.Exports::source).containsExactly(API);
            assertThat(module.exports()).allMatch(exports -> !exports.isQualified());
            assertThat(module.opens()).isEmpty();
            assertThat(module.isOpen()).isFalse();
            assertThat(module.requires()).extracting(ModuleDescriptor.Requires::name)
                    .isSubsetOf(Set.of("java.base", "org.jspecify"));
        }
    }

    @Test
    void thePublicApiShowsNothingInternal() {
        classes().that().resideInAPackage(API).and().arePublic().should(showNothingInternal()).check(core);
    }

    private static ArchCondition<JavaClass> showNothingInternal() {
        return new ArchCondition<>("show nothing internal") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaCodeUnit unit : type.getCodeUnits()) {
                    boolean visible = unit.getModifiers().contains(JavaModifier.PUBLIC)
                            || unit.getModifiers().contains(JavaModifier.PROTECTED);
                    if (visible && unit.getAllInvolvedRawTypes().stream()
                            .anyMatch(shown -> shown.getPackageName().startsWith(API + ".internal"))) {
                        events.add(SimpleConditionEvent.violated(unit,
                                unit.getDescription() + " shows something internal"));
                    }
                }
            }
        };
    }
}
