package io.mappedpages.sample;

import static org.springframework.http.MediaType.APPLICATION_OCTET_STREAM_VALUE;
import static org.springframework.http.MediaType.APPLICATION_PROBLEM_JSON_VALUE;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.http.HttpHeaders;
import org.springframework.web.method.HandlerMethod;

/**
 * Tells the OpenAPI page what springdoc cannot see: a name for each operation of a class that two controllers extend,
 * bodies of plain bytes, headers of text, and the {@link Problems}.
 */
class OperationDescriber implements OperationCustomizer {

    /** The name of the problem document's schema. */
    static final String PROBLEM_SCHEMA = "Problem";

    @Override
    public Operation customize(Operation operation, HandlerMethod handler) {
        String kind = handler.getBeanType().getSimpleName().replace("Controller", "");
        operation.setOperationId(handler.getMethod().getName() + kind);
        if (operation.getParameters() != null) {
            operation.getParameters().stream()
                    .filter(parameter -> parameter.getSchema() == null)
                    .forEach(header -> header.setSchema(new StringSchema()));
        }
        if (operation.getRequestBody() != null) {
            asBytes(operation.getRequestBody().getContent());
        }
        operation.getResponses().values().forEach(response -> {
            asBytes(response.getContent());
            headersAsText(response);
        });
        Problems problems = handler.getMethodAnnotation(Problems.class);
        if (problems != null) {
            Stream.of(problems.value())
                    .collect(Collectors.groupingBy(Problem::status, LinkedHashMap::new, Collectors.toList()))
                    .forEach((status,
                            same) -> operation.getResponses().addApiResponse(Integer.toString(status.value()),
                                    response(same)));
        }
        return operation;
    }

    private static void asBytes(@Nullable Content content) {
        MediaType body = content == null ? null : content.get(APPLICATION_OCTET_STREAM_VALUE);
        if (body != null) {
            body.setSchema(new StringSchema().format("binary"));
        }
    }

    private static void headersAsText(ApiResponse response) {
        if (response.getHeaders() != null) {
            response.getHeaders().values().forEach(header -> header.setSchema(new StringSchema()));
        }
    }

    /** What is said of problems that have one status. */
    private static ApiResponse response(List<Problem> problems) {
        MediaType document = new MediaType().schema(new Schema<>().$ref(PROBLEM_SCHEMA));
        for (Problem problem : problems) {
            document.addExamples(problem.title(), new Example()
                    .value(new Document(problem.type().toString(), problem.title(), problem.status().value())));
        }
        ApiResponse response = new ApiResponse()
                .description(problems.stream().map(Problem::title).collect(Collectors.joining("; ")))
                .content(new Content().addMediaType(APPLICATION_PROBLEM_JSON_VALUE, document));
        if (problems.contains(Problem.UNAVAILABLE)) {
            response.addHeaderObject(HttpHeaders.RETRY_AFTER,
                    new Header().description("Seconds").schema(new IntegerSchema()));
        }
        return response;
    }

    /** The parts of a problem document that are always the same. */
    record Document(String type, String title, int status) {
    }
}
