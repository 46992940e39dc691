package io.mappedpages.spring.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.mappedpages.FaultInjection;
import io.mappedpages.FaultInjection.Call;
import io.mappedpages.Pager;
import io.mappedpages.PagerState;
import io.mappedpages.PagerUnavailableException;

/** As a test of an application would do it: each test leaves something behind, and the one after it must not find it. */
@SpringBootTest(classes = PageFilesOfContextsTest.Application.class, webEnvironment = WebEnvironment.NONE, properties = {
    "mappedpages.path=target/faults.pages", "mappedpages.instances.orders.path=target/orders.pages"})
@AutoConfigureMappedPages
@ExtendWith(OutputCaptureExtension.class) // after Spring's: so what is logged between tests is captured
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FaultsInTestsTest {

    @Autowired
    private FaultInjection faults;

    @Autowired
    private Pager pager;

    @Autowired
    @Qualifier("orders") private Pager orders;

    @Test
    @Order(1)
    void aFaultMakesACommitFailAndTheTestSeesIt() {
        faults.failNext(Call.SYNC);

        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(pager::alloc);
        assertThat(pager.state()).isEqualTo(PagerState.UNAVAILABLE);
    }

    @AfterEach
    void itsOwnMethodsStillFindWhatItLeft(TestInfo test) {
        if (test.getDisplayName().startsWith("aFaultMakes")) {
            assertThat(pager.state()).isEqualTo(PagerState.UNAVAILABLE);
        }
    }

    @Test
    @Order(2)
    void theNextTestHasThePagerOpenAgain(CapturedOutput output) {
        assertThat(output.getAll()).contains("Reopened pager 'pager', which a test has left unavailable");
        assertThat(pager.state()).isEqualTo(PagerState.OPEN);
        pager.alloc();
    }

    @Test
    @Order(3)
    void aFaultMayNotStrike() {
        faults.failNext(Call.ALLOCATION);
        faults.failNext(Call.SYNC);
        faults.failNext(Call.SYNC);
    }

    @Test
    @Order(4)
    void theNextTestIsNotStruckByIt() {
        assertThat(Call.values()).noneMatch(faults::isPending);
        pager.alloc();
    }

    @Test
    @Order(5)
    void faultsStrikeInstancesToo() {
        faults.failNext(Call.WRITE);

        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(orders::alloc);
        assertThat(pager.state()).isEqualTo(PagerState.OPEN);
        faults.failNext(Call.SYNC); // for whoever commits next, were it the reopening
    }

    @Test
    @Order(6)
    void theNextTestHasTheInstanceOpenAgain() {
        assertThat(orders.state()).isEqualTo(PagerState.OPEN);
        orders.alloc();
    }

    @Test
    @Order(7)
    void aPagerThatATestSuspendedIsNotReopened() {
        orders.suspend();
    }

    @Test
    @Order(8)
    void becauseThatWasNoFault() {
        assertThat(orders.state()).isEqualTo(PagerState.SUSPENDED);
        orders.reopen();
    }
}
