package io.mappedpages;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
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
import java.util.Set;
import java.util.stream.Collectors;
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
    private static final String ENGINE = "io.mappedpages.internal.engine";
    private static final String FORMAT = "io.mappedpages.internal.format";
    private static final String LOG = "io.mappedpages.internal.log";
    private static final String STORAGE = "io.mappedpages.internal.storage";

    private static JavaClasses core;

    @BeforeAll
    static void read() {
        core = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(API);
    }

    @Test
    void everyClassIsOnOneOfTheFloors() {
        assertThat(core.stream().map(JavaClass::getPackageName).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(API, ENGINE, FORMAT, STORAGE, LOG);
    }

    @Test
    void arrowsPointOnlyDownwardsAndFormatAndStorageDoNotKnowEachOther() {
        layeredArchitecture().consideringOnlyDependenciesInLayers().layer("API").definedBy(API).layer("engine")
                .definedBy(ENGINE).layer("format").definedBy(FORMAT).layer("storage").definedBy(STORAGE)
                .whereLayer("API").mayNotBeAccessedByAnyLayer().whereLayer("engine").mayOnlyBeAccessedByLayers("API")
                .whereLayer("format").mayOnlyBeAccessedByLayers("engine").whereLayer("storage")
                .mayOnlyBeAccessedByLayers("engine", "API").layer("log").definedBy(LOG).whereLayer("log")
                .mayNotAccessAnyLayer().check(core);
    }

    /** A handler of the application that throws must not decide what becomes of a file. */
    @Test
    void allWriteToTheLogThroughTheOneThatNeverThrows() {
        noClasses().that().resideOutsideOfPackage(LOG).should().dependOnClassesThat(assignableTo(System.Logger.class))
                .check(core);
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
    void sumsAreComputedInFormatAndForWholePagesInOneClass() {
        String pageContents = ENGINE + ".PageContents";
        noClasses().that().resideOutsideOfPackage(FORMAT).and(DescribedPredicate.describe("are not " + pageContents,
                type -> !type.getName().equals(pageContents) && !type.getName().startsWith(pageContents + "$")))
                .should().dependOnClassesThat(assignableTo(Checksum.class)).check(core);
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
