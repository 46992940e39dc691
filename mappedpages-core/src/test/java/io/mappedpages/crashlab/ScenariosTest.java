package io.mappedpages.crashlab;

import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The single stories, each as a test of its own. */
class ScenariosTest {

    @TestFactory
    Stream<DynamicTest> everyScenarioEndsWell() {
        return Scenarios.all().entrySet().stream().map(story -> DynamicTest.dynamicTest(story.getKey(), () -> {
            try (Quiet _ = new Quiet()) {
                story.getValue().run();
            }
        }));
    }
}
