package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.docs.ObservationDocumentation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.mappedpages.testing.PageFiles;

/** docs/starter.md has every property, meter and operation, and none that is not there. */
class StarterDocumentTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final String document = read(Path.of("..", "docs", "starter.md"));

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return what stands in code in the first column of tables} */
    private TreeSet<String> rows(String pattern) {
        return Pattern.compile("(?m)^\\| " + pattern).matcher(document).results().map(MatchResult::group)
                .map(row -> row.substring(row.indexOf('`') + 1, row.lastIndexOf('`')))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyPropertyHasARowWithItsDefault() {
        TreeSet<String> wanted = new TreeSet<>();
        for (Map<String, Object> property : properties()) {
            String name = (String) property.get("name");
            if (name.startsWith("mappedpages.defaults.")) {
                wanted.add("mappedpages.defaults.*");
            } else if (name.equals("mappedpages.instances")) {
                wanted.add("mappedpages.instances.NAME.*");
            } else {
                wanted.add(name);
                Object value = property.get("defaultValue");
                if (value != null) {
                    assertThat(document).contains("| `" + name + "` | `" + value.toString().replace('_', '-') + "` |");
                }
            }
        }

        assertThat(rows("`m[a-z]+\\.[a-z.-]+[A-Z.*]*`")).isEqualTo(wanted);
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> properties() {
        List<Map<String, Object>> all = new ArrayList<>();
        MappedPagesProperties.class.getClassLoader().resources("META-INF/spring-configuration-metadata.json")
                .forEach(file -> {
                    try (var in = file.openStream()) {
                        String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                        if (json.contains(MappedPagesProperties.class.getName())) {
                            all.addAll((List<Map<String, Object>>) JsonParserFactory.getJsonParser().parseMap(json)
                                    .get("properties"));
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
        return all;
    }

    @Test
    void everyMeterHasARowOfItsKind() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(AllAutoConfigurations.CLASSES))
                .withPropertyValues("mappedpages.path=" + files.path())
                .withInitializer(context -> context.getBeanFactory().registerSingleton("registry", registry))
                .run(context -> {
                    TreeSet<String> wanted = registry.getMeters().stream().map(Meter::getId)
                            .filter(id -> id.getName().startsWith("mappedpages."))
                            .map(Meter.Id::getName).collect(Collectors.toCollection(TreeSet::new));
                    assertThat(rows("(gauge|counter|timer|summary) `[a-z.]+`")).isEqualTo(wanted);
                    registry.getMeters().forEach(meter -> assertThat(document)
                            .contains("| " + kind(meter) + " `" + meter.getId().getName() + "` |"));
                });
    }

    private static String kind(Meter meter) {
        return switch (meter.getId().getType()) {
            case GAUGE -> "gauge";
            case COUNTER -> "counter";
            case TIMER -> "timer";
            case DISTRIBUTION_SUMMARY -> "summary";
            default -> throw new AssertionError(meter.getId());
        };
    }

    @Test
    void everyObservationHasARowAndSoHasEachOfItsKeyValues() {
        TreeSet<String> keys = new TreeSet<>();
        for (PagerObservationDocumentation observation : PagerObservationDocumentation.values()) {
            for (KeyName key : observation.getLowCardinalityKeyNames()) {
                keys.add(key.asString());
                assertThat(document).contains("| key `" + key.asString() + "` | low |");
            }
            for (KeyName key : observation.getHighCardinalityKeyNames()) {
                keys.add(key.asString());
                assertThat(document).contains("| key `" + key.asString() + "` | high |");
            }
        }

        assertThat(rows("observation `[a-z.]+`")).containsExactlyElementsOf(
                Arrays.stream(PagerObservationDocumentation.values()).map(ObservationDocumentation::getName).toList());
        assertThat(rows("key `[a-z.]+`")).isEqualTo(keys);
        assertThat(document).contains(Arrays.stream(PagerOpenTrigger.values())
                .map(trigger -> "`" + trigger.name().toLowerCase(Locale.ROOT) + "`").toList());
    }

    @Test
    void everyOperationOfTheEndpointHasARow() {
        List<String> wanted = new ArrayList<>(List.of("mappedpages", "mappedpages/NAME"));
        Arrays.stream(MappedPagesEndpoint.Part.values()).forEach(
                part -> wanted.add("mappedpages/NAME/" + part.name().toLowerCase(Locale.ROOT)));
        Arrays.stream(MappedPagesEndpoint.Action.values()).forEach(
                action -> wanted.add("mappedpages/NAME/" + action.name().toLowerCase(Locale.ROOT)));

        assertThat(rows("`mappedpages(/[^`]*)?`").stream().map(row -> row.replaceAll("\\?.*", "")))
                .containsExactlyInAnyOrderElementsOf(wanted);
    }
}
