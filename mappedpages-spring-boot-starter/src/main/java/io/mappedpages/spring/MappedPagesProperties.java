package io.mappedpages.spring;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * The properties under {@code mappedpages}: those of the pager {@code pager} itself, and those of others beside it. What each
 * pager gets of them is in {@link PagerSettings}.
 */
@ConfigurationProperties("mappedpages")
public class MappedPagesProperties extends PagerProperties {

    /** Whether to open the files that the properties name. */
    private boolean enabled = true;

    /** Options of all pagers of the properties, where they do not have their own. */
    @NestedConfigurationProperty
    private final PagerOptions defaults = new PagerOptions();

    /** Pagers beside the one at 'mappedpages.path', by the names of their beans. */
    private final Map<String, PagerProperties> instances = new LinkedHashMap<>();

    /** With the defaults, for the binder. */
    public MappedPagesProperties() {
    }

    /** {@return whether to open the files} */
    public boolean isEnabled() {
        return enabled;
    }

    /**
     * Sets it.
     *
     * @param enabled whether to open the files
     */
    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    /** {@return options of all pagers} */
    public PagerOptions getDefaults() {
        return defaults;
    }

    /** {@return pagers by name} */
    public Map<String, PagerProperties> getInstances() {
        return instances;
    }
}
