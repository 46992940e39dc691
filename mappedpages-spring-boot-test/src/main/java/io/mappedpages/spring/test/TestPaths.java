package io.mappedpages.spring.test;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;

/**
 * Answers every question for the path of a pager with a file in a temporary directory, whoever else has an answer. It answers when it
 * is asked, because properties may come late: with an annotation on a configuration class, say.
 *
 * <p>
 * It does not tell the names of instances: which there are says the application.
 */
final class TestPaths extends EnumerablePropertySource<TemporaryDirectory> {

    private static final String PATH = "mappedpages.path";
    private static final String INSTANCES = "mappedpages.instances";
    private static final Pattern ANSWERED = Pattern.compile("mappedpages\\.(?:instances\\.([^.]+)\\.)?(path|create)");
    private static final String[] NAMES = {PATH};

    private final MutablePropertySources all;

    TestPaths(TemporaryDirectory directory, MutablePropertySources all) {
        super("mappedpages in tests", directory);
        this.all = all;
    }

    @Override
    public String[] getPropertyNames() {
        return NAMES.clone();
    }

    @Override
    public boolean containsProperty(String name) {
        return getProperty(name) != null;
    }

    @Override
    public @Nullable Object getProperty(String name) {
        Matcher asked = ANSWERED.matcher(name);
        if (!asked.matches()) {
            return null;
        }
        if ("create".equals(asked.group(2))) {
            return "if-missing"; // the file is not there yet, even if an application expects its own to be
        }
        String instance = asked.group(1);
        if (instance == null) {
            return isDefaultWanted() ? source.file("pager.pages").toString() : null;
        }
        return source.file("instance-" + plain(instance) + ".pages").toString();
    }

    /** {@return a name as Boot compares it} So one that is written in two ways has one file. */
    private static String plain(String instance) {
        return instance.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
    }

    /** {@return whether the application names a file for the pager without a name, or no file at all} */
    private boolean isDefaultWanted() {
        List<PropertySource<?>> others = all.stream().filter(some -> !some.equals(this)).toList();
        Binder application = new Binder(ConfigurationPropertySources.from(others));
        return application.bind(PATH, String.class).isBound()
                || !application.bind(INSTANCES, Bindable.mapOf(String.class, Object.class)).isBound();
    }
}
