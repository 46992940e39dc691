package io.mappedpages.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code mappedpages watch} understands what the starter's endpoint says. */
class WatchedApplicationTest {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
    }

    @Test
    void aLineHasWhatThePagerOfTheApplicationSays(@TempDir Path directory) {
        Path file = directory.resolve("store.pages");
        try (ConfigurableApplicationContext application = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.SERVLET)
                .properties("server.port=0", "management.endpoints.web.exposure.include=mappedpages",
                        "mappedpages.path=" + file, "spring.main.banner-mode=off", "logging.level.root=warn")
                .run()) {
            String url = "http://localhost:" + application.getEnvironment().getProperty("local.server.port");

            Cli watch = Cli.run("watch", url, "--count", 1, "--json");

            assertThat(watch.status()).as(watch.err()).isZero();
            JsonNode line = new JsonMapper().readTree(watch.out());
            assertThat(line.at("/pager").asString()).isEqualTo("pager");
            assertThat(line.at("/state").asString()).isEqualTo("Open");
            assertThat(Path.of(line.at("/status/path").asString())).isEqualTo(file);
            assertThat(line.at("/status/pages").asLong()).isPositive();
            assertThat(line.at("/status/counters/generation").asLong()).isPositive();
            assertThat(line.at("/status/counters/borrows").asLong(-1)).isZero();
        }
    }
}
