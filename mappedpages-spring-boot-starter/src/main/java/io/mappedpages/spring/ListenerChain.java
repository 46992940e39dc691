package io.mappedpages.spring;

import java.util.List;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.mappedpages.PagerListener;

/** Several listeners as one. Each hears everything in their order, whatever exceptions another one throws. */
final class ListenerChain implements PagerListener {

    private static final Log LOG = LogFactory.getLog(ListenerChain.class);

    private final List<PagerListener> listeners;

    ListenerChain(List<PagerListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    @Override
    public void onCommit(CommitEvent event) {
        each(listener -> listener.onCommit(event));
    }

    @Override
    public void onCheckpoint(CheckpointEvent event) {
        each(listener -> listener.onCheckpoint(event));
    }

    @Override
    public void onGrowth(GrowthEvent event) {
        each(listener -> listener.onGrowth(event));
    }

    @Override
    public void onRecovery(RecoveryEvent event) {
        each(listener -> listener.onRecovery(event));
    }

    @Override
    public void onState(StateEvent event) {
        each(listener -> listener.onState(event));
    }

    private void each(Consumer<PagerListener> call) {
        for (PagerListener listener : listeners) {
            try {
                call.accept(listener);
            } catch (RuntimeException e) {
                LOG.warn(listener + " failed; neither the pager nor other listeners are affected", e);
            }
        }
    }
}
