package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.mappedpages.Pager;
import io.mappedpages.testing.PageFiles;

/** The dashboard and the alerts that come with the starter speak of meters that there are, and show all of them. */
class MonitoringTest {

    /** Prometheus gives these to whatever it scrapes. */
    private static final Set<String> OF_THE_TARGET = Set.of("job", "instance");

    private static final Pattern METRIC = Pattern.compile("\\b(mappedpages_\\w+)(\\{[^}]*})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");
    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|on|without|ignoring)\\s*\\(([^)]*)\\)");
    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.*),\\s*(\\w+)\\)");
    private static final Pattern SAMPLE = Pattern.compile("(\\w+)\\{(.*)} \\S+");
    private static final Pattern IN_TEXT = Pattern.compile("\\$labels\\.(\\w+)");

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    /** What can be scraped: the values of each label of each metric. */
    private final Map<String, Map<String, Set<String>>> scraped = new HashMap<>();

    @BeforeEach
    void scrapeAnApplicationWithAPager() {
        new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(AllAutoConfigurations.CLASSES))
                .withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
                        CompositeMeterRegistryAutoConfiguration.class, PrometheusMetricsExportAutoConfiguration.class))
                .withPropertyValues("mappedpages.path=" + files.path(),
                        "management.metrics.distribution.percentiles-histogram.mappedpages.commit=true",
                        "management.metrics.distribution.minimum-expected-value.mappedpages.commit=50us",
                        "management.metrics.distribution.percentiles-histogram.mappedpages.commit.callers=false")
                .run(context -> {
                    context.getBean(Pager.class).alloc();
                    context.getBean(PrometheusMeterRegistry.class).scrape().lines().forEach(this::take);
                });
    }

    private void take(String line) {
        Matcher sample = SAMPLE.matcher(line);
        if (sample.matches() && sample.group(1).startsWith("mappedpages_")) {
            Map<String, Set<String>> labels = scraped.computeIfAbsent(sample.group(1), _ -> new HashMap<>());
            MATCHER.matcher(sample.group(2)).results()
                    .forEach(label -> labels.computeIfAbsent(label.group(1), _ -> new TreeSet<>()).add(label.group(3)));
        }
    }

    private static JsonNode dashboard() throws IOException {
        try (InputStream in = resource("grafana-dashboard.json")) {
            return JsonMapper.shared().readTree(in);
        }
    }

    /** {@return each rule} */
    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> alerts() throws IOException {
        try (InputStream in = resource("prometheus-alerts.yml")) {
            Map<String, List<Map<String, List<Map<String, Object>>>>> file = new Yaml().load(in);
            return file.get("groups").stream().flatMap(group -> group.get("rules").stream()).toList();
        }
    }

    private static InputStream resource(String name) {
        InputStream in = MonitoringTest.class.getResourceAsStream("/META-INF/mappedpages/" + name);
        assertThat(in).as(name).isNotNull();
        return in;
    }

    /** {@return what panels ask for, by the title of the panel} */
    private static Map<String, List<String>> panels() throws IOException {
        Map<String, List<String>> expressions = new LinkedHashMap<>();
        for (JsonNode panel : dashboard().get("panels")) {
            if (!"row".equals(panel.get("type").asString())) {
                List<String> ofPanel = expressions.computeIfAbsent(panel.get("title").asString(),
                        _ -> new ArrayList<>());
                panel.get("targets").forEach(target -> ofPanel.add(target.get("expr").asString()));
            }
        }
        return expressions;
    }

    private static Set<String> metricsOf(String expression) {
        return METRIC.matcher(expression).results().map(found -> found.group(1)).collect(Collectors.toSet());
    }

    private void assertThatItCanBeScraped(String where, String expression) {
        assertThat(expression.chars().filter(c -> c == '(').count()).as(where)
                .isEqualTo(expression.chars().filter(c -> c == ')').count());
        assertThat(metricsOf(expression)).as(where).isNotEmpty().isSubsetOf(scraped.keySet());
        METRIC.matcher(expression).results().filter(found -> found.group(2) != null)
                .forEach(found -> assertThatSelectorFits(where, found.group(1), found.group(2)));
        GROUPING.matcher(expression).results().flatMap(found -> Pattern.compile("\\s*,\\s*").splitAsStream(found
                .group(1).strip())).forEach(label -> assertThatAllHave(where, metricsOf(expression), label));
    }

    private void assertThatSelectorFits(String where, String metric, String selector) {
        MATCHER.matcher(selector).results().forEach(condition -> {
            assertThatAllHave(where, Set.of(metric), condition.group(1));
            if ("=".equals(condition.group(2))) {
                assertThat(scraped.get(metric).get(condition.group(1))).as(where).contains(condition.group(3));
            }
        });
    }

    private void assertThatAllHave(String where, Set<String> metrics, String label) {
        if (!OF_THE_TARGET.contains(label)) {
            metrics.forEach(metric -> assertThat(scraped.get(metric)).as("%s: %s", where, metric).containsKey(label));
        }
    }

    @Test
    void everyPanelAsksForMetersAndLabelsThatThereAre() throws Exception {
        panels().forEach((title, expressions) -> {
            assertThat(expressions).as(title).isNotEmpty();
            expressions.forEach(expression -> assertThatItCanBeScraped(title, expression));
        });
    }

    @Test
    void everyAlertAsksForMetersAndLabelsThatThereAre() throws Exception {
        assertThat(alerts()).isNotEmpty().allSatisfy(alert -> {
            String name = (String) alert.get("alert");
            assertThatItCanBeScraped(name, (String) alert.get("expr"));
            IN_TEXT.matcher(alert.get("annotations").toString()).results().forEach(found -> assertThatAllHave(name,
                    metricsOf((String) alert.get("expr")), found.group(1)));
        });
    }

    @Test
    void everyVariableOffersALabelThatThereIs() throws Exception {
        int asked = 0;
        for (JsonNode variable : dashboard().get("templating").get("list")) {
            if ("query".equals(variable.get("type").asString())) {
                String name = variable.get("name").asString();
                Matcher query = LABEL_VALUES.matcher(variable.get("query").get("query").asString());
                assertThat(query.matches()).as(name).isTrue();
                assertThatItCanBeScraped(name, query.group(1));
                assertThatAllHave(name, metricsOf(query.group(1)), query.group(2));
                asked++;
            }
        }
        assertThat(asked).isEqualTo(3);
    }

    @Test
    void everyMeterIsShownInAPanel() throws Exception {
        Set<String> shown = panels().values().stream().flatMap(List::stream)
                .flatMap(expression -> metricsOf(expression).stream()).collect(Collectors.toSet());

        assertThat(shown).containsAll(scraped.keySet());
    }

    @Test
    void withThePropertiesOfTheDocumentShortCommitsAreToldApart() {
        assertThat(scraped.get("mappedpages_commit_seconds_bucket").get("le"))
                .filteredOn(le -> Double.parseDouble(le.replace("+Inf", "Infinity")) < 0.001).hasSizeGreaterThan(3);
    }

    @Test
    void everyPanelAndEveryAlertSaysWhatItIs() throws Exception {
        for (JsonNode panel : dashboard().get("panels")) {
            if (!"row".equals(panel.get("type").asString())) {
                assertThat(panel.get("description").asString()).as(panel.get("title").asString()).isNotBlank();
            }
        }
        assertThat(alerts()).allSatisfy(alert -> {
            assertThat(texts(alert, "labels").get("severity")).isIn("critical", "warning", "info");
            assertThat(texts(alert, "annotations")).containsOnlyKeys("summary", "description")
                    .allSatisfy((_, text) -> assertThat(text).isNotBlank());
        });
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> texts(Map<String, Object> alert, String part) {
        return (Map<String, String>) alert.get(part);
    }
}
