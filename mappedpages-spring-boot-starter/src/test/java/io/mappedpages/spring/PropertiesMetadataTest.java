package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.mock.env.MockEnvironment;

import io.mappedpages.CommitMode;
import io.mappedpages.spring.PagerOptions.Create;

/** What an editor can tell of the properties, and that it is true. */
class PropertiesMetadataTest {

    private final Map<String, Object> metadata = read();

    @Test
    void everyPropertyIsDescribed() {
        assertThat(section("properties")).isNotEmpty().allSatisfy(property -> {
            assertThat(property).containsKeys("name", "type", "description");
            assertThat((String) property.get("description")).endsWith(".").doesNotContain("{@").hasSizeGreaterThan(20);
        });
    }

    @Test
    void everyFieldIsAPropertyOfThePagerAndEveryOptionADefaultForAll() {
        List<String> options = names(PagerOptions.class);
        List<String> wanted = new ArrayList<>(List.of("mappedpages.path", "mappedpages.enabled",
                "mappedpages.instances",
                "management.health.mappedpages.disk-threshold", "management.health.mappedpages.room-threshold"));
        options.forEach(option -> wanted.addAll(List.of("mappedpages." + option, "mappedpages.defaults." + option)));

        assertThat(section("properties")).map(property -> (String) property.get("name")).containsAll(wanted);
    }

    @Test
    void everyOptionIsOneOfThoseWhoOnlyReadOrOneOfThoseWhoWrite() {
        List<String> reading =
                List.of("read-only", "page-size", "borrow-timeout", "accept-unreadable", "health", "create");

        assertThat(names(PagerOptions.class)).containsExactlyInAnyOrderElementsOf(
                Stream.concat(reading.stream(), PropertyRules.WRITING.stream()).toList());
    }

    private static List<String> names(Class<?> type) {
        return Arrays.stream(type.getDeclaredFields()).filter(field -> !Modifier.isStatic(field.getModifiers()))
                .flatMap(field -> {
                    String name = field.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
                    return field.getType() == ReopenOptions.class
                            ? names(ReopenOptions.class).stream().map(inner -> name + "." + inner)
                            : Stream.of(name);
                }).toList();
    }

    @Test
    void everyDefaultIsGiven() {
        Map<String, Object> defaults = new HashMap<>();
        section("properties").forEach(
                property -> defaults.put((String) property.get("name"), property.get("defaultValue")));

        Map<String, Object> options = new HashMap<>();
        options.put("page-size", null); // 4KB would refuse existing files of another
        options.put("create", "if-missing");
        options.put("max-size", null); // no limit
        options.put("initial-size", "0B");
        options.put("growth-step", "64MB");
        options.put("reserve", true);
        options.put("borrow-timeout", "5s");
        options.put("overdue-borrow", null); // no report
        options.put("lock-timeout", "0s");
        options.put("commit-mode", null); // the library's
        options.put("journal-size", null); // what suits the file
        options.put("accept-unreadable", false);
        options.put("read-only", false);
        options.put("health", true);
        options.put("reopen.automatic", false);
        options.put("reopen.initial-delay", "1s");
        options.put("reopen.max-delay", "1m");
        Map<String, Object> expected = new HashMap<>();
        options.forEach((option, value) -> {
            expected.put("mappedpages." + option, value);
            expected.put("mappedpages.defaults." + option, value);
        });
        expected.put("mappedpages.enabled", true);
        expected.put("mappedpages.path", null); // there is no pager without it
        expected.put("mappedpages.instances", null);
        expected.put("management.health.mappedpages.enabled", true);
        expected.put("management.info.mappedpages.enabled", false);
        expected.put("management.health.mappedpages.disk-threshold", "100MB");
        expected.put("management.health.mappedpages.room-threshold", 10);
        expected.put("management.endpoint.mappedpages.access", "read_only");
        expected.put("management.endpoint.mappedpages.cache.time-to-live", "0ms");
        assertThat(defaults).isEqualTo(expected);
    }

    @Test
    void theDefaultsGivenAreTheDefaultsTaken() {
        Map<String, Object> given = new HashMap<>();
        section("properties").stream().filter(property -> property.get("defaultValue") != null).forEach(
                property -> given.put((String) property.get("name"), property.get("defaultValue")));

        assertThat(bound(given)).usingRecursiveComparison().isEqualTo(bound(Map.of()));
    }

    @Test
    @SuppressWarnings("unchecked")
    void hintsOfferValuesThatAreAllowed() {
        assertThat(section("hints")).map(hint -> hint.get("name")).containsExactlyInAnyOrder("mappedpages.path",
                "mappedpages.page-size", "mappedpages.create", "mappedpages.commit-mode", "mappedpages.journal-size");
        section("hints").forEach(hint -> assertThat((List<Map<String, Object>>) hint.get("values")).isNotEmpty()
                .allSatisfy(value -> {
                    Map<String, Object> values = new HashMap<>(Map.of("mappedpages.path", "x"));
                    values.put((String) hint.get("name"), value.get("value"));
                    PropertyRules.check(settings(values));
                }));
    }

    @Test
    void everyWayOfCreatingIsOffered() {
        assertThat(offered("mappedpages.create")).map(PagerOptions::getCreate)
                .containsExactlyInAnyOrder(Create.values());
    }

    @Test
    void everyWayOfCommittingIsOffered() {
        assertThat(offered("mappedpages.commit-mode")).map(PagerOptions::getCommitMode)
                .containsExactlyInAnyOrder(CommitMode.values());
    }

    /** {@return what each value that is offered for a property makes of the properties} */
    @SuppressWarnings("unchecked")
    private List<MappedPagesProperties> offered(String property) {
        Map<String, Object> hint = section("hints").stream().filter(some -> property.equals(some.get("name"))).findAny()
                .orElseThrow();
        return ((List<Map<String, Object>>) hint.get("values")).stream()
                .map(value -> bound(Map.of(property, value.get("value")))).toList();
    }

    private static MappedPagesProperties bound(Map<String, Object> values) {
        return new Binder(new MapConfigurationPropertySource(values)).bindOrCreate("mappedpages",
                MappedPagesProperties.class);
    }

    private static PagerSettings settings(Map<String, Object> values) {
        MockEnvironment environment = new MockEnvironment();
        values.forEach((name, value) -> environment.setProperty(name, value.toString()));
        return PagerSettings.ofDefault(environment);
    }

    @SuppressWarnings("unchecked")
    private List<Map<String, Object>> section(String name) {
        return (List<Map<String, Object>>) metadata.get(name);
    }

    /** Of this module: others on the class path have a file of this name too. */
    private static Map<String, Object> read() {
        ClassLoader classPath = MappedPagesProperties.class.getClassLoader();
        return classPath.resources("META-INF/spring-configuration-metadata.json").map(file -> {
            try (InputStream in = file.openStream()) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }).filter(json -> json.contains(MappedPagesProperties.class.getName()))
                .map(JsonParserFactory.getJsonParser()::parseMap).findAny().orElseThrow();
    }
}
