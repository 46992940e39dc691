package io.mappedpages.spring.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.annotation.DirtiesContext.ClassMode;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestContextManager;

import io.mappedpages.FaultInjection;
import io.mappedpages.FaultInjection.Call;
import io.mappedpages.Pager;
import io.mappedpages.PagerState;
import io.mappedpages.PagerUnavailableException;

/** What a test leaves behind is put in order, at the right moment, and without harm to the test. */
@ExtendWith(OutputCaptureExtension.class)
class NextTestIsCleanTest {

    @RegisterExtension
    private final TestClasses tests = new TestClasses();

    static class Example {

        void test() {
        }
    }

    @ContextConfiguration(classes = PageFilesOfContextsTest.Nothing.class)
    @AutoConfigureMappedPages
    static class Simple extends Example {
    }

    private static void endATest(TestContextManager manager, Example instance) throws Exception {
        manager.afterTestMethod(instance, Example.class.getDeclaredMethod("test"), null);
    }

    @Test
    void aPagerThatCannotBeReopenedIsLeftWithAWarning(CapturedOutput output) throws Exception {
        TestContextManager manager = tests.begin(Simple.class);
        Pager pager = manager.getTestContext().getApplicationContext().getBean(Pager.class);
        Files.delete(pager.path());
        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(pager::alloc);

        endATest(manager, new Simple());

        assertThat(pager.state()).isEqualTo(PagerState.UNAVAILABLE);
        assertThat(output).contains("Pager 'pager', which a test has left unavailable, could not be reopened");
    }

    @Test
    void aFaultThatIsLeftAfterTheLastMethodIsTakenBackToo() throws Exception {
        TestContextManager manager = tests.begin(Simple.class);
        FaultInjection faults = manager.getTestContext().getApplicationContext().getBean(FaultInjection.class);
        faults.failNext(Call.REMAP);

        manager.afterTestClass();

        assertThat(faults.isPending(Call.REMAP)).isFalse();
    }

    @ContextConfiguration(classes = LazyInitializationBeanFactoryPostProcessor.class)
    @AutoConfigureMappedPages
    static class Lazy extends Example {
    }

    @Test
    void aPagerThatNobodyNeededIsNotOpenedForThis() throws Exception {
        TestContextManager manager = tests.begin(Lazy.class);
        ApplicationContext context = manager.getTestContext().getApplicationContext();

        endATest(manager, new Lazy());

        assertThat(context.containsBean("pager")).isTrue();
        assertThat(((ConfigurableApplicationContext) context).getBeanFactory().containsSingleton("pager")).isFalse();
    }

    @ContextConfiguration(classes = PageFilesOfContextsTest.Nothing.class)
    @AutoConfigureMappedPages
    @DirtiesContext(classMode = ClassMode.AFTER_EACH_TEST_METHOD)
    static class Dirty extends Example {
    }

    @Test
    void aFaultThatIsLeftDoesNotStrikeWhileTheContextIsClosed(CapturedOutput output) throws Exception {
        TestContextManager manager = tests.begin(Dirty.class);
        ApplicationContext context = manager.getTestContext().getApplicationContext();
        Pager pager = context.getBean(Pager.class);
        pager.alloc();
        context.getBean(FaultInjection.class).failNext(Call.SYNC);
        context.getBean(FaultInjection.class).failNext(Call.WRITE);

        endATest(manager, new Dirty());

        assertThat(pager.state()).isEqualTo(PagerState.CLOSED);
        assertThat(output).doesNotContain("WARN").doesNotContain("ERROR");
    }
}
