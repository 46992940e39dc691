package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.json.JsonParserFactory;

import io.mappedpages.CommitMode;
import io.mappedpages.spring.MappedPagesProperties.Create;

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
    void everyComponentOfTheRecordIsAProperty() {
        String[] names = Arrays.stream(MappedPagesProperties.class.getRecordComponents())
                .map(component -> "mappedpages." + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase())
                .toArray(String[]::new);

        assertThat(section("properties")).map(property -> property.get("name")).contains((Object[]) names);
    }

    @Test
    void everyDefaultIsGiven() {
        Map<String, Object> defaults = new HashMap<>();
        section("properties").forEach(
                property -> defaults.put((String) property.get("name"), property.get("defaultValue")));

        assertThat(defaults).containsOnly(
                entry("mappedpages.enabled", true),
                entry("mappedpages.path", null), // there is no pager without it
                entry("mappedpages.page-size", null), // 4KB would refuse existing files of another
                entry("mappedpages.create", "if-missing"),
                entry("mappedpages.max-size", null), // no limit
                entry("mappedpages.initial-size", "0B"),
                entry("mappedpages.growth-step", "64MB"),
                entry("mappedpages.reserve", true),
                entry("mappedpages.borrow-timeout", "5s"),
                entry("mappedpages.overdue-borrow", null), // no report
                entry("mappedpages.commit-mode", null), // the library's
                entry("mappedpages.journal-size", null), // what suits the file
                entry("management.health.mappedpages.enabled", true),
                entry("management.endpoint.mappedpages.access", "unrestricted"),
                entry("management.endpoint.mappedpages.cache.time-to-live", "0ms"));
    }

    @Test
    void theDefaultsGivenAreTheDefaultsTaken() {
        Map<String, Object> given = new HashMap<>();
        section("properties").stream().filter(property -> property.get("defaultValue") != null).forEach(
                property -> given.put((String) property.get("name"), property.get("defaultValue")));

        assertThat(bound(given)).isEqualTo(bound(Map.of()));
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
                    PropertyRules.check(bound(values));
                }));
    }

    @Test
    void everyWayOfCreatingIsOffered() {
        assertThat(offered("mappedpages.create")).map(MappedPagesProperties::create)
                .containsExactlyInAnyOrder(Create.values());
    }

    @Test
    void everyWayOfCommittingIsOffered() {
        assertThat(offered("mappedpages.commit-mode")).map(MappedPagesProperties::commitMode)
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
