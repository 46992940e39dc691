package io.mappedpages.sample;

import java.math.BigDecimal;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.servers.Server;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The OpenAPI page, at {@code /swagger-ui.html}. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {

    static {
        SpringDocUtils.getConfig().replaceWithSchema(PageNumber.class,
                new IntegerSchema().format("int64").minimum(BigDecimal.ZERO));
    }

    private static final String DESCRIPTION = """
            Fixed-size pages in one memory-mapped file, by number.

            A body is plain bytes. Regular and protected pages are numbered apart. Every error is a problem document \
            (RFC 9457) whose `type` stays the same from version to version.""";

    @Bean
    OpenAPI pageStoreApi() {
        return new OpenAPI()
                .info(new Info().title("mappedpages sample").version("1").description(DESCRIPTION))
                .addServersItem(new Server().url("/").description("This service"))
                .components(new Components().addSchemas(OperationDescriber.PROBLEM_SCHEMA, problemSchema()));
    }

    @Bean
    OperationDescriber operationDescriber() {
        return new OperationDescriber();
    }

    private static Schema<?> problemSchema() {
        return new ObjectSchema()
                .addProperty("type", new StringSchema().format("uri").description("Which problem; for programs"))
                .addProperty("title", new StringSchema().description("Which problem; for people"))
                .addProperty("status", new IntegerSchema().description("The status again"))
                .addProperty("detail", new StringSchema().description("What happened here, and what to do"))
                .addProperty("instance", new StringSchema().format("uri").description("What was asked for"));
    }
}
