package io.mappedpages.spring.test;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.PropertySource;

/** The pagers that the properties of an application name, as they are without a test. What is no property of ours is left to the starter. */
final class ConfiguredPagers {

    /** The name of the pager at {@code mappedpages.path}. */
    static final String DEFAULT = "pager";

    private static final String PREFIX = "mappedpages";
    private static final String INSTANCES = PREFIX + ".instances";
    /** As the starter's conversion has it. */
    private static final Set<String> YES = Set.of("true", "on", "yes", "1");

    /**
     * A pager.
     *
     * @param path its file, or null if none is named
     * @param readOnly whether it only reads
     */
    private record Configured(@Nullable String path, boolean readOnly) {
    }

    private final Map<String, Configured> pagers = new TreeMap<>();

    private ConfiguredPagers() {
    }

    /** {@return what some sources of properties say} */
    static ConfiguredPagers of(List<PropertySource<?>> sources) {
        Binder binder = new Binder(ConfigurationPropertySources.from(sources),
                new PropertySourcesPlaceholdersResolver(sources));
        boolean allRead = isYes(text(binder, PREFIX + ".defaults.read-only"), false);
        ConfiguredPagers all = new ConfiguredPagers();
        instances(binder).forEach((name, options) -> all.pagers.put(name,
                new Configured(options.get("path"), isYes(options.get("readonly"), allRead))));
        String path = text(binder, PREFIX + ".path");
        if (path != null || all.pagers.isEmpty()) { // a pager without any path is for tests alone
            all.pagers.put(DEFAULT, new Configured(path, isYes(text(binder, PREFIX + ".read-only"), allRead)));
        }
        return all;
    }

    private static @Nullable String text(Binder binder, String property) {
        return binder.bind(property, String.class).orElse(null);
    }

    /** {@return options by name of instance, both plain: an instance that is written in two ways is one} */
    private static Map<String, Map<String, String>> instances(Binder binder) {
        Map<String, Map<String, String>> instances = new TreeMap<>();
        binder.bind(INSTANCES, Bindable.mapOf(String.class, Object.class)).orElse(Map.of()).forEach((name, value) -> {
            Map<String, String> options = instances.computeIfAbsent(plain(name), _ -> new TreeMap<>());
            if (value instanceof Map<?, ?> some) {
                some.forEach((option, set) -> options.put(plain(String.valueOf(option)), String.valueOf(set)));
            }
        });
        return instances;
    }

    private static boolean isYes(@Nullable String value, boolean unless) {
        return value == null ? unless : YES.contains(value.toLowerCase(Locale.ROOT));
    }

    /** {@return a name as Boot compares it} So one that is written in two ways has one file. */
    static String plain(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
    }

    /** {@return whether there is to be a pager that is no instance} */
    boolean haveDefault() {
        return pagers.containsKey(DEFAULT);
    }

    /** {@return the pager that makes the file of one: itself, or for one that only reads who writes to the same path} */
    Optional<String> writerOf(String pager) {
        Configured asked = pagers.get(pager);
        if (asked == null || !asked.readOnly()) {
            return Optional.of(pager);
        }
        String path = asked.path();
        return path == null ? Optional.empty()
                : pagers.entrySet().stream().filter(other -> isWriterOf(file(path), other.getValue()))
                        .map(Map.Entry::getKey).findFirst();
    }

    private static boolean isWriterOf(String file, Configured pager) {
        String path = pager.path();
        return !pager.readOnly() && path != null && file.equals(file(path));
    }

    /** {@return the path that the application has for a pager, or null if it has none} */
    @Nullable String pathOf(String pager) {
        Configured asked = pagers.get(pager);
        return asked == null ? null : asked.path();
    }

    /** {@return what is equal for two ways to write one path} */
    private static String file(String path) {
        try {
            return (path.startsWith("file:") ? Path.of(URI.create(path)) : Path.of(path)).toAbsolutePath().normalize()
                    .toString();
        } catch (IllegalArgumentException e) {
            return path; // the starter says that it is none
        }
    }
}
