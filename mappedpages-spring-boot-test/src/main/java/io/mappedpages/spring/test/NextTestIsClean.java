package io.mappedpages.spring.test;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;
import org.springframework.test.context.support.DirtiesContextTestExecutionListener;

import io.mappedpages.FaultInjection;
import io.mappedpages.MappedPageException;
import io.mappedpages.Pager;
import io.mappedpages.PagerState;

/** After a test, takes faults back that have not struck, and reopens pagers that a fault has made unavailable. */
final class NextTestIsClean implements TestExecutionListener, Ordered {

    private static final Log LOG = LogFactory.getLog(NextTestIsClean.class);

    /** For the test framework. */
    NextTestIsClean() {
    }

    /** After a test the last comes first: this must find the context still open. A fault would also strike while it is closed. */
    @Override
    public int getOrder() {
        return DirtiesContextTestExecutionListener.ORDER + 500;
    }

    @Override
    public void afterTestMethod(TestContext testContext) {
        cleanUp(testContext);
    }

    /** For what was done after the last method. */
    @Override
    public void afterTestClass(TestContext testContext) {
        cleanUp(testContext);
    }

    private static void cleanUp(TestContext testContext) {
        if (testContext.hasApplicationContext()) {
            for (ApplicationContext context = testContext
                    .getApplicationContext(); context != null; context = context.getParent()) {
                cleanUp(context);
            }
        }
    }

    private static void cleanUp(ApplicationContext context) {
        if (context instanceof ConfigurableApplicationContext some && some.isActive()
                && some.containsLocalBean(TestFaults.INJECTION)) {
            some.getBean(TestFaults.INJECTION, FaultInjection.class).reset();
            reopenPagers(some.getBeanFactory());
        }
    }

    private static void reopenPagers(ConfigurableListableBeanFactory beans) {
        for (String name : beans.getBeanNamesForType(Pager.class, false, false)) {
            if (beans.containsSingleton(name)) { // a lazy one is not opened for this
                reopenIfUnavailable(name, beans.getBean(name, Pager.class));
            }
        }
    }

    private static void reopenIfUnavailable(String name, Pager pager) {
        if (pager.state() == PagerState.UNAVAILABLE) {
            try {
                pager.reopen();
                LOG.info("Reopened pager '" + name + "', which a test has left unavailable");
            } catch (MappedPageException e) {
                LOG.warn("Pager '" + name + "', which a test has left unavailable, could not be reopened: "
                        + "the tests that share its context will find it so", e);
            }
        }
    }
}
