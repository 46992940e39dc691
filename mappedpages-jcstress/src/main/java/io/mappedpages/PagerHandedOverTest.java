package io.mappedpages;

import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

import io.mappedpages.internal.engine.Engine;
import io.mappedpages.internal.engine.EngineConfig;
import io.mappedpages.jcstress.SharedFile;

/**
 * A pager is handed over through a plain field, and used at once. What is behind it was there before: a file for each state would
 * cost too much.
 */
@JCStressTest
@Outcome(id = "-1", expect = Expect.ACCEPTABLE, desc = "Nothing was handed over yet.")
@Outcome(id = "7", expect = Expect.ACCEPTABLE, desc = "The pager is whole, and reads the page.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A part of the pager is missing.")
@State
public class PagerHandedOverTest {

    private static final Engine ENGINE = engine();
    private static final ListenerEvents EVENTS = new ListenerEvents(null, ENGINE.path());
    private static final PageId ID = page();

    private @Nullable Pager pager;

    private static Engine engine() {
        AtomicReference<@Nullable EngineConfig> config = new AtomicReference<>();
        SharedFile.of(8).lastTouch(touched -> {
            config.set(touched);
            return touched;
        }).create().close();
        return Engine.open(Objects.requireNonNull(config.get()));
    }

    private static PageId page() {
        Pager pager = new Pager(ENGINE, EVENTS);
        PageId id = pager.alloc();
        try (WritablePage page = pager.write(id)) {
            page.bytes().set(ValueLayout.JAVA_INT, 0, 7);
        }
        return id;
    }

    @Actor
    public void owner() {
        pager = new Pager(ENGINE, EVENTS);
    }

    @Actor
    public void reader(I_Result result) {
        Pager seen = pager;
        result.r1 = seen == null ? -1 : seen.read(ID, page -> page.get(ValueLayout.JAVA_INT, 0));
    }
}
