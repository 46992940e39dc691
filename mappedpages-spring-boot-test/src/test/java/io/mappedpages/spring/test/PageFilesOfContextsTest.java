package io.mappedpages.spring.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.PropertySource;
import org.springframework.core.env.Environment;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestContextManager;
import org.springframework.test.context.TestPropertySource;

import io.mappedpages.FaultInjection;
import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.PagerBuilder;
import io.mappedpages.PagerState;
import io.mappedpages.ReadOnlyPager;
import io.mappedpages.spring.PagerBuilderCustomizer;

/** Contexts of tests have page files of their own, for as long as they live. */
class PageFilesOfContextsTest {

    private static final String OF_THE_APPLICATION = "target/of-the-application.pages";

    @RegisterExtension
    private final TestClasses tests = new TestClasses();

    /** What a run has made in which these tests were red. */
    @BeforeEach
    void theApplicationsOwnFilesAreNotThere() throws IOException {
        for (String name : List.of(OF_THE_APPLICATION, "target/orders.pages", "target/invoices.pages")) {
            Files.deleteIfExists(Path.of(name));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
    }

    @SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE, properties = "mappedpages.path="
            + OF_THE_APPLICATION)
    @AutoConfigureMappedPages
    static class OfAnApplication {
    }

    @SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE, properties = "mappedpages.path="
            + OF_THE_APPLICATION)
    @AutoConfigureMappedPages
    static class OfTheSameApplication {
    }

    @SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE, properties = {
        "mappedpages.path=" + OF_THE_APPLICATION, "mappedpages.page-size=8KB"})
    @AutoConfigureMappedPages
    static class OfAnotherConfiguration {
    }

    @Test
    void aContextHasAFileOfItsOwnInsteadOfTheOneThatItsPropertiesName() {
        Pager pager = tests.pagerOf(OfAnApplication.class);

        assertThat(pager.state()).isEqualTo(PagerState.OPEN);
        assertThat(pager.path()).startsWith(Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath());
        assertThat(Path.of(OF_THE_APPLICATION)).doesNotExist();
    }

    @Test
    void twoConfigurationsHaveTwoFiles() {
        Pager one = tests.pagerOf(OfAnApplication.class);
        Pager other = tests.pagerOf(OfAnotherConfiguration.class);

        assertThat(one.path().getParent()).isNotEqualTo(other.path().getParent());
        assertThat(one.pageSize()).isEqualTo(4096);
        assertThat(other.pageSize()).as("the other properties count").isEqualTo(8192);
    }

    @Test
    void twoClassesOfOneConfigurationShareTheContextAndItsFile() {
        assertThat(tests.contextOf(OfTheSameApplication.class)).isSameAs(tests.contextOf(OfAnApplication.class));
    }

    @Test
    void theFilesAreGoneWhenTheContextIsClosed() {
        Pager pager = tests.pagerOf(OfAnApplication.class);
        assertThat(pager.path()).exists();

        tests.close(OfAnApplication.class);

        assertThat(pager.state()).isEqualTo(PagerState.CLOSED);
        assertThat(pager.path().getParent()).doesNotExist();
    }

    @Test
    void aContextThatIsMadeAnewHasANewFile() {
        Pager before = tests.pagerOf(OfAnApplication.class);
        before.alloc();
        tests.close(OfAnApplication.class);

        Pager now = tests.pagerOf(OfAnApplication.class);
        assertThat(now.path()).isNotEqualTo(before.path());
        assertThat(now.allocatedPages()).isEmpty();
    }

    /** Is needed by the pager, and so destroyed after it. */
    static final class Witness implements PagerBuilderCustomizer, DisposableBean {

        static final AtomicReference<Boolean> FILE_WAS_THERE = new AtomicReference<>();
        private final ApplicationContext context;

        Witness(ApplicationContext context) {
            this.context = context;
        }

        @Override
        public void customize(PagerBuilder builder) {
        }

        @Override
        public void destroy() {
            FILE_WAS_THERE.set(Files.exists(TestClasses.directoryOf(context).resolve("pager.pages")));
        }
    }

    @ContextConfiguration(classes = Witness.class)
    @AutoConfigureMappedPages
    static class WithAWitness {
    }

    @Test
    void theFilesAreThereUntilThePagersAreClosed() {
        Witness.FILE_WAS_THERE.set(null);
        Pager pager = tests.pagerOf(WithAWitness.class);
        assertThat(pager.path().getFileName()).hasToString("pager.pages");

        tests.close(WithAWitness.class);

        assertThat(Witness.FILE_WAS_THERE).hasValue(true);
        assertThat(pager.path().getParent()).doesNotExist();
    }

    @Configuration(proxyBeanMethods = false)
    static class Failing {

        static final AtomicReference<Path> FILE = new AtomicReference<>();

        @Bean
        Object fails(Pager pager) {
            FILE.set(pager.path());
            assertThat(pager.path()).exists();
            throw new IllegalStateException("on purpose");
        }
    }

    @ContextConfiguration(classes = Failing.class)
    @AutoConfigureMappedPages
    static class OfAContextThatFails {
    }

    @Test
    void aContextThatFailsWhileItStartsLeavesNoFiles() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> tests.contextOf(OfAContextThatFails.class));

        assertThat(Failing.FILE.get().getParent()).doesNotExist();
    }

    @ContextConfiguration(classes = Nothing.class)
    @AutoConfigureMappedPages
    static class WithoutBoot {
    }

    @Configuration(proxyBeanMethods = false)
    static class Nothing {
    }

    @Test
    void thereIsAPagerWithoutAnyPathAndWithoutAnApplicationOfBoot() {
        Pager pager = tests.pagerOf(WithoutBoot.class);

        assertThat(pager.state()).isEqualTo(PagerState.OPEN);
        assertThat(tests.contextOf(WithoutBoot.class).getBeansOfType(FaultInjection.class)).hasSize(1);
    }

    @Test
    void aPausedContextHasItsFileAgainWhenItGoesOn() throws Exception {
        TestContextManager first = tests.begin(OfAnApplication.class);
        Pager pager = first.getTestContext().getApplicationContext().getBean(Pager.class);
        PageId page = pager.alloc();

        first.afterTestClass();
        assertThat(pager.state()).isEqualTo(PagerState.SUSPENDED);
        assertThat(pager.path()).exists();
        assertThat(tests.pagerOf(OfAnotherConfiguration.class).allocatedPages()).isEmpty();

        assertThat(tests.pagerOf(OfTheSameApplication.class)).isSameAs(pager);
        assertThat(pager.state()).isEqualTo(PagerState.OPEN);
        assertThat(pager.allocatedPages()).containsExactly(page);
    }

    @Test
    void theFilesOfAPausedContextAreGoneToo() throws Exception {
        TestContextManager first = tests.begin(OfAnApplication.class);
        Pager pager = first.getTestContext().getApplicationContext().getBean(Pager.class);
        first.afterTestClass();

        tests.close(OfAnApplication.class);

        assertThat(pager.path().getParent()).doesNotExist();
    }

    @SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE, properties = {
        "mappedpages.instances.orders.path=target/orders.pages",
        "mappedpages.instances.myInvoices.path=target/invoices.pages"})
    @AutoConfigureMappedPages
    static class OfInstances {
    }

    @Test
    void eachInstanceHasAFileOfItsOwnAndThereIsNoPagerBesideThem() {
        ApplicationContext context = tests.contextOf(OfInstances.class);

        assertThat(context.getBeansOfType(Pager.class)).containsOnlyKeys("orders", "myInvoices");
        Path orders = context.getBean("orders", Pager.class).path();
        Path invoices = context.getBean("myInvoices", Pager.class).path();
        assertThat(orders.getFileName()).hasToString("instance-orders.pages");
        assertThat(invoices).isNotEqualTo(orders).hasParent(orders.getParent());
        assertThat(Path.of("target/orders.pages")).doesNotExist();
        assertThat(Path.of("target/invoices.pages")).doesNotExist();

        tests.close(OfInstances.class);
        assertThat(orders.getParent()).doesNotExist();
    }

    @SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE, properties = {
        "mappedpages.path=" + OF_THE_APPLICATION, "mappedpages.instances.orders.path=target/orders.pages"})
    @AutoConfigureMappedPages
    static class OfBoth {
    }

    @Test
    void besideInstancesThereIsADefaultPagerIfTheApplicationHasOne() {
        ApplicationContext context = tests.contextOf(OfBoth.class);

        assertThat(context.getBeansOfType(Pager.class)).containsOnlyKeys("pager", "orders");
        assertThat(context.getBean("pager", Pager.class).path().getFileName()).hasToString("pager.pages");
        assertThat(Path.of(OF_THE_APPLICATION)).doesNotExist();
    }

    @ContextConfiguration(classes = Nothing.class)
    @TestPropertySource(properties = {"mappedpages.path=" + OF_THE_APPLICATION,
        "mappedpages.instances.aView.path=./${mappedpages.path}", "mappedpages.instances.a-view.read-only=true",
        "mappedpages.instances.orders.path=target/orders.pages", "mappedpages.instances.orders.read-only=false",
        "mappedpages.instances.other.path=target/../target/orders.pages", "mappedpages.instances.other.readOnly=yes"})
    @AutoConfigureMappedPages
    static class OfReadersAndWriters {
    }

    @Test
    void whoOnlyReadsHasTheFileOfTheOneThatWritesToTheSamePath() {
        ApplicationContext context = tests.contextOf(OfReadersAndWriters.class);

        assertThat(context.getBeansOfType(Pager.class)).containsOnlyKeys("pager", "orders");
        assertThat(context.getBean("aView", ReadOnlyPager.class).path())
                .isEqualTo(context.getBean("pager", Pager.class).path());
        Pager orders = context.getBean("orders", Pager.class);
        ReadOnlyPager other = context.getBean("other", ReadOnlyPager.class);
        assertThat(other.path()).isEqualTo(orders.path());
        PageId page = orders.alloc();
        other.refresh();
        assertThat(other.allocatedPages()).containsExactly(page);
    }

    @ContextConfiguration(classes = Nothing.class)
    @TestPropertySource(properties = {"mappedpages.defaults.read-only=true",
        "mappedpages.instances.view.path=target/orders.pages", "mappedpages.instances.other.path=target/orders.pages"})
    @AutoConfigureMappedPages
    static class OfReadersAlone {
    }

    @Test
    void whoOnlyReadsWhatNobodyWritesIsToldSo() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> tests.contextOf(OfReadersAlone.class)).havingRootCause()
                .withMessageContaining("only reads, and no pager of this context writes to its file "
                        + "target/orders.pages")
                .withMessageContaining("set read-only to false");
    }

    @Configuration(proxyBeanMethods = false)
    static class MakesTheFile {

        @Bean
        static BeanFactoryPostProcessor maker(Environment environment) {
            return _ -> Pager.create(Path.of(environment.getRequiredProperty("mappedpages.path")), 10).close();
        }
    }

    @ContextConfiguration(classes = MakesTheFile.class)
    @TestPropertySource(properties = {"mappedpages.path=" + OF_THE_APPLICATION, "mappedpages.read-only=true"})
    @AutoConfigureMappedPages
    static class OfAReaderWhoseFileTheTestMakes {
    }

    @Test
    void whoOnlyReadsReadsWhatTheTestHasMade() {
        ReadOnlyPager pager = tests.contextOf(OfAReaderWhoseFileTheTestMakes.class).getBean(ReadOnlyPager.class);

        assertThat(pager.pageSize()).isEqualTo(1024);
        assertThat(Path.of(OF_THE_APPLICATION)).doesNotExist();
    }

    @Configuration(proxyBeanMethods = false)
    @PropertySource("classpath:late.properties")
    static class NamesAFileLate {
    }

    @ContextConfiguration(classes = NamesAFileLate.class)
    @AutoConfigureMappedPages
    static class WithALateProperty {
    }

    @Test
    void aPathThatIsNotKnownBeforeTheContextStartsIsReplacedToo() {
        ApplicationContext context = tests.contextOf(WithALateProperty.class);

        assertThat(context.getBeansOfType(Pager.class)).containsOnlyKeys("late");
        assertThat(context.getBean(Pager.class).path().getFileName()).hasToString("instance-late.pages");
    }

    @ContextConfiguration(classes = Nothing.class)
    @AutoConfigureMappedPages
    static class WithADynamicProperty {

        @DynamicPropertySource
        static void path(DynamicPropertyRegistry properties) {
            properties.add("mappedpages.path", () -> OF_THE_APPLICATION);
        }
    }

    @Test
    void aPathOfATestClassIsReplacedToo() {
        assertThat(tests.pagerOf(WithADynamicProperty.class).path().getFileName()).hasToString("pager.pages");
        assertThat(Path.of(OF_THE_APPLICATION)).doesNotExist();
    }

    @ContextConfiguration(classes = Nothing.class)
    @TestPropertySource(properties = {"mappedpages.path=" + OF_THE_APPLICATION, "mappedpages.create=never"})
    @AutoConfigureMappedPages
    static class OfAnApplicationThatExpectsItsFile {
    }

    @Test
    void anApplicationThatExpectsItsFileToBeThereGetsANewOne() {
        assertThat(tests.pagerOf(OfAnApplicationThatExpectsItsFile.class).path()).exists();
    }

    @ContextConfiguration(classes = Nothing.class)
    @TestPropertySource(properties = "mappedpages.enabled=false")
    @AutoConfigureMappedPages
    static class OfADisabledStore {
    }

    @Test
    void thereIsNoPagerWhereTheyAreDisabled() {
        assertThat(tests.contextOf(OfADisabledStore.class).getBeansOfType(Pager.class)).isEmpty();
    }

    @ContextConfiguration(classes = Nothing.class)
    @AutoConfigureMappedPages
    static class Around {

        @Nested
        class Inside {
        }
    }

    @Test
    void aNestedTestClassHasTheContextOfTheClassAroundIt() {
        assertThat(tests.contextOf(Around.Inside.class)).isSameAs(tests.contextOf(Around.class));
    }
}
