package io.mappedpages.internal.commit;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

/** The engine lock, for what is done partly with it and partly, where the disk takes its time, without. */
public interface LockedSteps {

    /** What is done without letting the lock go. */
    interface Step<T extends @Nullable Object> {
        /** Under the lock. {@return what the steps after it need} */
        T run() throws IOException;
    }

    /** For a caller who has the lock all the time. */
    LockedSteps HELD = new LockedSteps() {
        @Override
        public <T extends @Nullable Object> T locked(Step<T> step) throws IOException {
            return step.run();
        }
    };

    /** Runs a step under the lock. {@return what it returned} */
    <T extends @Nullable Object> T locked(Step<T> step) throws IOException;
}
