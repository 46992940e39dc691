package io.mappedpages.spring.test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MutablePropertySources;

/**
 * Answers every question for the path of a pager with a file in a temporary directory, whoever else has an answer. It answers when it
 * is asked, because properties may come late: with an annotation on a configuration class, say. Who only reads gets the file of
 * the pager that writes to the same path without the test.
 *
 * <p>
 * It does not tell the names of instances: which there are says the application.
 */
final class TestPaths extends EnumerablePropertySource<TemporaryDirectory> {

    private static final String PATH = "mappedpages.path";
    private static final Pattern ANSWERED = Pattern.compile("mappedpages\\.(?:instances\\.([^.]+)\\.)?(path|create)");
    private static final String[] NAMES = {PATH};

    /** The name of this source of properties. */
    static final String SOURCE = "mappedpages in tests";

    private final MutablePropertySources all;

    TestPaths(TemporaryDirectory directory, MutablePropertySources all) {
        super(SOURCE, directory);
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
        String pager = instance == null ? ConfiguredPagers.DEFAULT : ConfiguredPagers.plain(instance);
        ConfiguredPagers configured = configured();
        return instance == null && !configured.haveDefault() ? null
                : file(configured.writerOf(pager).orElse(pager)).toString();
    }

    private Path file(String pager) {
        return source.file((pager.equals(ConfiguredPagers.DEFAULT) ? pager : "instance-" + pager) + ".pages");
    }

    private ConfiguredPagers configured() {
        return ConfiguredPagers.of(all.stream().filter(some -> !some.equals(this)
                && !ConfigurationPropertySources.isAttachedConfigurationPropertySource(some)).toList()); // that one has this one's answers
    }

    /** {@return why a pager of this name cannot be opened, or null if there is nothing to be said against it} */
    @Nullable String objection(String name) {
        String pager = ConfiguredPagers.plain(name);
        ConfiguredPagers configured = configured();
        if (configured.writerOf(pager).isPresent() || Files.exists(file(pager))) {
            return null;
        }
        String path = configured.pathOf(pager);
        return "Pager '" + name + "' only reads, and no pager of this context writes to its file"
                + (path == null ? "" : " " + path)
                + ". With @AutoConfigureMappedPages each file is a new one, so there is none to be read. Let a pager of the same path write to it, make the file "
                + file(pager)
                + " before, or set read-only to false for this one in the test.";
    }
}
