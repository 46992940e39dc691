package io.mappedpages.spring;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * What can be observed of pagers: what the starter does itself, and has a beginning that it sees. Commits, checkpoints and growth are
 * no observations. A pager tells of them when they are over, and a commit may be that of many callers, so a span of one would have
 * the wrong time and the wrong parent; there are timers of them.
 */
public enum PagerObservationDocumentation implements ObservationDocumentation {

    /** The opening of a page file, at the start and anew, with the wait for its lock and the recovery of what had not been left in order. */
    OPEN {
        @Override
        public String getName() {
            return DefaultPagerOpenObservationConvention.NAME;
        }

        @Override
        public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
            return DefaultPagerOpenObservationConvention.class;
        }

        @Override
        public KeyName[] getLowCardinalityKeyNames() {
            return OpenLowCardinalityKeys.values();
        }

        @Override
        public KeyName[] getHighCardinalityKeyNames() {
            return OpenHighCardinalityKeys.values();
        }
    };

    /** Key values of {@link #OPEN} that become tags of its timer. */
    public enum OpenLowCardinalityKeys implements KeyName {

        /** The name of the pager's bean. */
        PAGER {
            @Override
            public String asString() {
                return EventMeters.TAG;
            }
        },

        /** Why it was opened: {@code start}, {@code endpoint}, {@code automatic} or {@code resume}. */
        TRIGGER {
            @Override
            public String asString() {
                return "trigger";
            }
        },

        /** What was recovered: {@code not-needed}, {@code without-loss} or {@code possible-loss}; {@code unknown} if it did not open. */
        RECOVERY {
            @Override
            public String asString() {
                return "recovery";
            }
        }
    }

    /** Key values of {@link #OPEN} for spans alone. */
    public enum OpenHighCardinalityKeys implements KeyName {

        /** The file. */
        PATH {
            @Override
            public String asString() {
                return "mappedpages.path";
            }
        }
    }
}
