package io.mappedpages.spring;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;

import io.mappedpages.Pager;
import io.mappedpages.ReadOnlyPager;

/**
 * Has executors and schedulers destroyed before pagers, so that a task whose end an executor awaits still has the pager.
 * The container knows of no order between them: tasks come to their pager by other ways.
 *
 * <p>
 * Said when the context begins to close, and as an order of destruction only. If executors were made to depend on pagers
 * from the start, a pager that needs an executor would be a circle, and a lazy one would be opened for nothing.
 */
final class TasksBeforePagers implements ApplicationListener<ContextClosedEvent> {

    private final ApplicationContext context;
    private final ConfigurableListableBeanFactory beans;

    TasksBeforePagers(ApplicationContext context, ConfigurableListableBeanFactory beans) {
        this.context = context;
        this.beans = beans;
    }

    @Override
    public void onApplicationEvent(ContextClosedEvent event) {
        if (event.getApplicationContext().equals(context)) { // and not a child's
            orderBefore(Pager.class);
            orderBefore(ReadOnlyPager.class);
        }
    }

    private void orderBefore(Class<?> type) {
        for (String pager : beans.getBeanNamesForType(type, false, false)) {
            for (String executor : beans.getBeanNamesForType(Executor.class, false, false)) {
                order(executor, pager);
            }
        }
    }

    /** On another thread it could come too late. */
    @Override
    public boolean supportsAsyncExecution() {
        return false;
    }

    private void order(String executor, String pager) {
        if (!needs(pager, executor, new HashSet<>())) {
            beans.registerDependentBean(pager, executor);
        }
    }

    /** What the application says of the order goes first. */
    private boolean needs(String bean, String other, Set<String> seen) {
        for (String needed : beans.getDependenciesForBean(bean)) {
            if (needed.equals(other) || (seen.add(needed) && needs(needed, other, seen))) {
                return true;
            }
        }
        return false;
    }
}
