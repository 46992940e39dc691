package io.mappedpages.spring;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.Environment;

/**
 * What the properties say of one pager: its own, over those that all inherit.
 *
 * @param name       the name of its bean
 * @param prefix     what its own properties begin with
 * @param properties their values
 * @param binder     where they come from
 */
record PagerSettings(String name, String prefix, PagerProperties properties, Binder binder) {

    /** The name of the pager at {@code mappedpages.path}. */
    static final String DEFAULT_NAME = "pager";

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9-]*");
    private static final Pattern PLAIN = Pattern.compile("[a-z0-9]+");
    private static final String PREFIX = "mappedpages";
    private static final String DEFAULTS = PREFIX + ".defaults";
    private static final String INSTANCES = PREFIX + ".instances";
    private static final String READ_ONLY = ".read-only";

    /** {@return whether the properties are to be obeyed} */
    static boolean areEnabled(Environment environment) {
        return Binder.get(environment).bind(PREFIX + ".enabled", Boolean.class).orElse(true);
    }

    /** {@return whether there is to be a pager at {@code mappedpages.path}} */
    static boolean haveDefault(Environment environment) {
        return Binder.get(environment).bind(PREFIX + ".path", String.class).isBound();
    }

    /** {@return whether the health check is to tell of the pager of this name, of the properties or of the application's own} */
    static boolean haveHealth(String name, Environment environment) {
        if (name.equals(DEFAULT_NAME) && haveDefault(environment)) {
            return ofDefault(environment).properties().isHealth();
        }
        return !instances(environment).contains(name) || ofInstance(name, environment).properties().isHealth();
    }

    /** {@return whether the pager of this name, of the properties, only reads} Binds nothing else, which may be refused later. */
    static boolean isReadOnly(String name, Environment environment) {
        Binder binder = Binder.get(environment);
        String prefix = name.equals(DEFAULT_NAME) ? PREFIX : INSTANCES + "." + name;
        return binder.bind(named(prefix + READ_ONLY), Bindable.of(Boolean.class))
                .orElseGet(() -> binder.bind(DEFAULTS + READ_ONLY, Boolean.class).orElse(false));
    }

    /** {@return the settings of the pager at {@code mappedpages.path}} */
    static PagerSettings ofDefault(Environment environment) {
        return of(DEFAULT_NAME, PREFIX, environment);
    }

    /** {@return the names of the pagers below {@code mappedpages.instances}} */
    static List<String> instances(Environment environment) {
        List<String> names = Binder.get(environment)
                .bind(INSTANCES, Bindable.mapOf(String.class, PagerProperties.class))
                .map(Map::keySet).<List<String>>map(ArrayList::new).orElse(List.of());
        names.forEach(PagerSettings::requireUsable);
        return distinct(names);
    }

    /**
     * A variable of the environment has no capitals and no dashes, so what it sets of a pager {@code ordersDb} comes as another
     * pager {@code ordersdb}. {@return the names as they are written where they can be written}
     */
    private static List<String> distinct(List<String> names) {
        Map<ConfigurationPropertyName, String> best = new LinkedHashMap<>();
        names.forEach(name -> best.merge(named(INSTANCES + "." + name), name,
                (one, other) -> PLAIN.matcher(one).matches() ? other : one));
        return List.copyOf(best.values());
    }

    private static void requireUsable(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidConfigurationPropertyValueException(INSTANCES, name,
                    "The name of a pager has letters, digits and dashes, and begins with a letter.");
        }
        if (name.equals(DEFAULT_NAME)) {
            throw new InvalidConfigurationPropertyValueException(INSTANCES, name,
                    "That is the name of the pager at " + PREFIX + ".path. Give this one another name.");
        }
    }

    /** {@return the settings of one of those} */
    static PagerSettings ofInstance(String name, Environment environment) {
        return of(name, INSTANCES + "." + name, environment);
    }

    private static PagerSettings of(String name, String prefix, Environment environment) {
        Binder binder = Binder.get(environment);
        PagerProperties properties = new PagerProperties();
        binder.bind(DEFAULTS + ".path", String.class).ifBound(path -> {
            throw new InvalidConfigurationPropertyValueException(DEFAULTS + ".path", path,
                    "Each pager has a file of its own. Set " + PREFIX + ".path, or " + INSTANCES + ".NAME.path.");
        });
        binder.bind(DEFAULTS, Bindable.of(PagerOptions.class).withExistingValue(properties));
        binder.bind(named(prefix), Bindable.ofInstance(properties));
        return new PagerSettings(name, prefix, properties, binder);
    }

    /** {@return the full name of a property, where it is set: the pager's own, or the one it is inherited from} */
    String property(String option) {
        String own = prefix + "." + option;
        String inherited = DEFAULTS + "." + option;
        return !isSet(own) && isSet(inherited) ? inherited : own;
    }

    /** {@return whether a property is set, the pager's own or one it inherits} */
    boolean has(String option) {
        return isSet(prefix + "." + option) || isSet(DEFAULTS + "." + option);
    }

    /** {@return the value of a property of the pager's own, as it is written, or null} What it inherits does not count. */
    @Nullable String own(String option) {
        return binder.bind(named(prefix + "." + option), Bindable.of(String.class)).orElse(null);
    }

    /** {@return the name of a property that all inherit} */
    static String inherited(String option) {
        return DEFAULTS + "." + option;
    }

    private boolean isSet(String property) {
        return binder.bind(named(property), Bindable.of(String.class)).isBound();
    }

    /** Names of pagers may have capitals. */
    private static ConfigurationPropertyName named(String property) {
        return ConfigurationPropertyName.adapt(property, '.');
    }
}
