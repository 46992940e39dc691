package io.mappedpages.spring.test;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.context.ApplicationContext;
import org.springframework.test.annotation.DirtiesContext.HierarchyMode;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestContextManager;

import io.mappedpages.Pager;

/** Lets the test framework work on classes that are examples of tests, and ends their contexts after each test of ours. */
final class TestClasses implements AfterEachCallback {

    private final List<TestContext> begun = new ArrayList<>();

    /** {@return the context of a test class, as its tests would get it} */
    ApplicationContext contextOf(Class<?> testClass) {
        return begin(testClass).getTestContext().getApplicationContext();
    }

    /** {@return the only pager in the context of a test class} */
    Pager pagerOf(Class<?> testClass) {
        return contextOf(testClass).getBean(Pager.class);
    }

    TestContextManager begin(Class<?> testClass) {
        TestContextManager manager = new TestContextManager(testClass);
        begun.add(manager.getTestContext());
        return manager;
    }

    void close(Class<?> testClass) {
        begin(testClass).getTestContext().markApplicationContextDirty(HierarchyMode.EXHAUSTIVE);
    }

    static Path directoryOf(ApplicationContext context) {
        return Path.of(context.getEnvironment().getRequiredProperty("mappedpages.path")).getParent();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        begun.forEach(some -> some.markApplicationContextDirty(HierarchyMode.EXHAUSTIVE));
    }
}
