package io.mappedpages.spring;

import java.util.Locale;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;

import io.mappedpages.Pager;
import io.mappedpages.RecoveryReport;
import io.mappedpages.spring.PagerObservationDocumentation.OpenHighCardinalityKeys;
import io.mappedpages.spring.PagerObservationDocumentation.OpenLowCardinalityKeys;

/** Names and key values as {@link PagerObservationDocumentation#OPEN} has them. */
public class DefaultPagerOpenObservationConvention implements PagerOpenObservationConvention {

    static final String NAME = "mappedpages.open";

    /** Without options. */
    public DefaultPagerOpenObservationConvention() {
    }

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public String getContextualName(PagerOpenObservationContext context) {
        return (context.getTrigger() == PagerOpenTrigger.START ? "open " : "reopen ") + context.getPagerName();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(PagerOpenObservationContext context) {
        return KeyValues.of(OpenLowCardinalityKeys.PAGER.withValue(context.getPagerName()),
                OpenLowCardinalityKeys.TRIGGER.withValue(context.getTrigger().name().toLowerCase(Locale.ROOT)),
                recovery(context));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(PagerOpenObservationContext context) {
        return KeyValues.of(OpenHighCardinalityKeys.PATH.withValue(context.getPath().toString()));
    }

    private static KeyValue recovery(PagerOpenObservationContext context) {
        Pager pager = context.getPager();
        return OpenLowCardinalityKeys.RECOVERY.withValue(pager == null ? "unknown"
                : pager.recovery().map(RecoveryReport::loss).map(loss -> switch (loss) {
                    case NONE -> "without-loss";
                    case POSSIBLE -> "possible-loss";
                }).orElse("not-needed"));
    }
}
