package io.mappedpages.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Of core the commands use the API, and one room below it. */
class RoomsTest {

    @Test
    void belowTheApiThereIsOneRoomForTools() {
        noClasses().should().dependOnClassesThat(resideInAPackage("io.mappedpages.internal..")
                .and(resideInAPackage("io.mappedpages.internal.inspect").negate().as("other rooms than inspect")))
                .check(new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.mappedpages.cli"));
    }
}
