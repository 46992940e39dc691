package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.mappedpages.PagerListener;

class ListenerChainTest {

    /** A kind of event that the chain does not know would reach nobody. */
    @Test
    void everyKindOfEventIsPassedOn() {
        assertThat(Arrays.stream(PagerListener.class.getDeclaredMethods()).map(Method::getName))
                .allSatisfy(name -> assertThat(Arrays.stream(ListenerChain.class.getDeclaredMethods())
                        .map(Method::getName)).contains(name));
    }

    @Test
    void checkpointsReachEveryListenerWhateverAnotherOneThrows() {
        List<PagerListener.CheckpointEvent> heard = new ArrayList<>();
        PagerListener noting = new PagerListener() {
            @Override
            public void onCheckpoint(CheckpointEvent event) {
                heard.add(event);
            }
        };
        PagerListener failing = new PagerListener() {
            @Override
            public void onCheckpoint(CheckpointEvent event) {
                throw new IllegalStateException("a listener's mistake");
            }
        };
        var event = new PagerListener.CheckpointEvent(7, 3, 100, 2, Duration.ofMillis(1));

        new ListenerChain(List.of(noting, failing, noting)).onCheckpoint(event);

        assertThat(heard).containsExactly(event, event);
    }
}
