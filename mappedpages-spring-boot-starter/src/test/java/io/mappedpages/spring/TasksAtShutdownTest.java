package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import io.mappedpages.Pager;
import io.mappedpages.PagerListener;
import io.mappedpages.PagerState;
import io.mappedpages.testing.PageFiles;

/**
 * An application was stopped while tasks were running. Its executor was told to await their end, but the pager, which
 * was made after the executor, was closed first: "3 steps, then PagerClosedException".
 */
@Timeout(60)
class TasksAtShutdownTest {

    private static final int STEPS = 10;

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private final Path file = files.path();

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(AllAutoConfigurations.CLASSES))
            .withConfiguration(AutoConfigurations.of(TaskExecutionAutoConfiguration.class,
                    TaskSchedulingAutoConfiguration.class))
            .withPropertyValues("mappedpages.path=" + file,
                    "spring.task.execution.shutdown.await-termination=true",
                    "spring.task.execution.shutdown.await-termination-period=30s",
                    "spring.task.scheduling.shutdown.await-termination=true",
                    "spring.task.scheduling.shutdown.await-termination-period=30s");

    /** Something to do that takes a while, whatever the thread is told meanwhile. */
    static class Work implements Runnable {

        private final Pager pager;
        private final CountDownLatch begun = new CountDownLatch(1);
        private final List<Object> done = new CopyOnWriteArrayList<>();

        Work(Pager pager) {
            this.pager = pager;
        }

        @Override
        public void run() {
            begun.countDown();
            try {
                for (int i = 0; i < STEPS; i++) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
                    done.add(pager.alloc());
                }
            } catch (RuntimeException e) {
                done.add(e);
            }
        }

        void hasBegun() throws InterruptedException {
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Starts a task in an application that is stopped then. */
    @FunctionalInterface
    interface Start {
        void on(ApplicationContext context, Work work) throws Exception;
    }

    private void assertThatAllIsDone(ApplicationContextRunner application, Start start) {
        List<Work> works = new CopyOnWriteArrayList<>();
        application.run(context -> {
            assertThat(context).hasNotFailed();
            Work work = new Work(context.getBean(Pager.class));
            works.add(work);
            start.on(context, work);
            work.hasBegun();
        });

        assertThat(works).singleElement().satisfies(work -> {
            assertThat(work.done).hasSize(STEPS).doesNotHaveAnyElementsOfTypes(Throwable.class);
            assertThat(work.pager.state()).isEqualTo(PagerState.CLOSED);
        });
    }

    /** Has the executors made before the pager, as an injection somewhere may do. */
    @Configuration(proxyBeanMethods = false)
    @EnableScheduling
    static class ExecutorsFirst {

        record Holder(List<Executor> executors) {
        }

        @Bean
        Holder holder(List<Executor> executors) {
            return new Holder(executors);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tasksOfTheApplicationTaskExecutorEndBeforeThePagerIsClosed(boolean virtual) {
        assertThatAllIsDone(runner.withUserConfiguration(ExecutorsFirst.class)
                .withPropertyValues("spring.threads.virtual.enabled=" + virtual),
                (context, work) -> context.getBean("applicationTaskExecutor", Executor.class).execute(work));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tasksOfTheTaskSchedulerEndBeforeThePagerIsClosed(boolean virtual) {
        assertThatAllIsDone(runner.withUserConfiguration(ExecutorsFirst.class)
                .withPropertyValues("spring.threads.virtual.enabled=" + virtual),
                (context, work) -> context.getBean("taskScheduler", TaskScheduler.class).schedule(work,
                        Instant.now()));
    }

    /** Boot's pools stop among the lifecycle beans, which waits for what is running. */
    @Test
    void tasksThatArePooledEndEvenWhereNobodyIsToldToAwaitThem() {
        assertThatAllIsDone(runner.withUserConfiguration(ExecutorsFirst.class)
                .withPropertyValues("spring.task.execution.shutdown.await-termination=false"),
                (context, work) -> context.getBean("applicationTaskExecutor", Executor.class).execute(work));
    }

    static class Service {

        @Async
        public void perform(Work work) {
            work.run();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    static class Asynchronous {

        @Bean
        Service service() {
            return new Service();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void asynchronousMethodsEndBeforeThePagerIsClosed(boolean virtual) {
        assertThatAllIsDone(runner.withUserConfiguration(ExecutorsFirst.class, Asynchronous.class)
                .withPropertyValues("spring.threads.virtual.enabled=" + virtual),
                (context, work) -> context.getBean(Service.class).perform(work));
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnExecutors {

        @Bean
        ThreadPoolTaskExecutor springs() {
            ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
            executor.setWaitForTasksToCompleteOnShutdown(true);
            executor.setAwaitTerminationSeconds(30);
            return executor;
        }

        @Bean(destroyMethod = "close")
        ExecutorService javas() {
            return Executors.newVirtualThreadPerTaskExecutor();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"springs", "javas"})
    void tasksOfTheApplicationsOwnExecutorsEndBeforeThePagerIsClosed(String executor) {
        assertThatAllIsDone(runner.withUserConfiguration(OwnExecutors.class, ExecutorsFirst.class),
                (context, work) -> context.getBean(executor, Executor.class).execute(work));
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnPager {

        @Bean
        Pager own(Path path) {
            return Pager.builder(path).borrowTimeout(Duration.ZERO).create();
        }
    }

    @Test
    void tasksEndBeforeAPagerOfTheApplicationsOwnIsClosed() {
        assertThatAllIsDone(runner.withBean("path", Path.class, files::path)
                .withUserConfiguration(ExecutorsFirst.class, OwnPager.class),
                (context, work) -> context.getBean("applicationTaskExecutor", Executor.class).execute(work));
    }

    @Test
    void tasksEndBeforeThePagerIsClosedWhereAllIsMadeWhenItIsNeeded() {
        assertThatAllIsDone(runner.withUserConfiguration(ExecutorsFirst.class).withInitializer(
                context -> context.addBeanFactoryPostProcessor(
                        new LazyInitializationBeanFactoryPostProcessor())),
                (context, work) -> context.getBean("applicationTaskExecutor", Executor.class).execute(work));
    }

    /** Tells of the pager's state by means of an executor, which the pager needs therefore. */
    record Teller(Executor executor, List<PagerState> told) implements PagerListener {

        @Override
        public void onState(StateEvent event) {
            executor.execute(() -> told.add(event.to()));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ListenerWithAnExecutor {

        @Bean
        Teller teller(Executor applicationTaskExecutor) {
            return new Teller(applicationTaskExecutor, new CopyOnWriteArrayList<>());
        }

        @Bean
        Pager own(Path path, Teller teller) {
            return Pager.builder(path).listener(teller).create();
        }
    }

    @Test
    void aPagerThatNeedsAnExecutorIsClosedBeforeItAsTheApplicationSays() {
        List<Teller> tellers = new CopyOnWriteArrayList<>();
        runner.withBean("path", Path.class, files::path).withUserConfiguration(ListenerWithAnExecutor.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    tellers.add(context.getBean(Teller.class));
                });

        assertThat(tellers).singleElement().satisfies(teller -> assertThat(teller.told())
                .containsExactly(PagerState.CLOSED));
    }
}
