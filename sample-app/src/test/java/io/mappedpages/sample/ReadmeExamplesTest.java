package io.mappedpages.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.mappedpages.Pager;

/** What the documents show compiles, and where it is a piece of a program, runs. */
class ReadmeExamplesTest {

    private static final List<Path> DOCUMENTS =
            List.of(Path.of("..", "README.md"), Path.of("..", "docs", "starter.md"));
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL);
    private static final Pattern IMPORT = Pattern.compile("^import .*\\R", Pattern.MULTILINE);
    private static final String IMPORTS = """
            import static org.assertj.core.api.Assertions.assertThat;

            import io.micrometer.observation.*;
            import io.mappedpages.*;
            import io.mappedpages.spring.*;
            import io.mappedpages.spring.test.*;
            import java.lang.foreign.*;
            import java.nio.*;
            import java.nio.charset.*;
            import java.nio.file.*;
            import java.util.*;
            import java.util.concurrent.*;
            import java.util.function.*;
            import java.util.stream.*;
            import org.junit.jupiter.api.*;
            import org.springframework.beans.factory.annotation.*;
            import org.springframework.boot.*;
            import org.springframework.boot.test.context.*;
            import org.springframework.boot.webmvc.test.autoconfigure.*;
            import org.springframework.context.annotation.*;
            import org.springframework.http.*;
            import org.springframework.scheduling.annotation.*;
            import org.springframework.stereotype.*;
            import org.springframework.test.web.servlet.assertj.*;
            import org.springframework.web.bind.annotation.*;
            """;

    @TempDir
    private Path directory;

    @Test
    void thereAreExamples() throws IOException {
        assertThat(blocks()).hasSizeGreaterThanOrEqualTo(5);
    }

    /** Who begins pastes it into a file of their own. */
    @Test
    void theFirstExampleOfTheReadmeNamesAllThatItUses() throws IOException {
        String first = blocks().getFirst();
        String imports = IMPORT.matcher(first).results().map(MatchResult::group).collect(Collectors.joining());
        String body = IMPORT.matcher(first).replaceAll("");

        compile("First", imports + "class First {\nstatic void run() throws Exception {\n" + body + "}\n}\n");
    }

    static IntStream numbers() throws IOException {
        return IntStream.range(0, blocks().size());
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void anExampleCompilesAndRuns(int number) throws Exception {
        String whole = blocks().get(number);
        String imports = IMPORT.matcher(whole).results().map(MatchResult::group).collect(Collectors.joining());
        // A file of its own is made in the test's directory.
        String block = IMPORT.matcher(whole).replaceAll("").strip().concat("\n")
                .replace("Path path = Path.of(\"", "path = Path.of(\"" + directory + "/");
        boolean isMember = Pattern.compile("^(static |@|class )").matcher(block).find();
        String body = isMember ? block : "public static void run(Path path) throws Exception {\n" + block + "}\n";
        compile("Example", IMPORTS + imports + "public class Example {\n" + body + "}\n");
        if (!isMember) {
            try (URLClassLoader loader = new URLClassLoader(new URL[] {directory.toUri().toURL()},
                    getClass().getClassLoader())) {
                loader.setDefaultAssertionStatus(true);
                if (block.contains("openReadOnly")) {
                    Pager.create(directory.resolve("pages.mp"), 12).close(); // it reads what there is
                }
                loader.loadClass("Example").getMethod("run", Path.class).invoke(null, directory.resolve("pages.mp"));
            }
        }
    }

    private void compile(String name, String source) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        JavaFileObject file = new SimpleJavaFileObject(URI.create("string:///" + name + ".java"),
                JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
        boolean compiled = compiler.getTask(messages, null, null,
                List.of("-d", directory.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none"), null,
                List.of(file)).call();
        assertThat(compiled).as("%s%n%s", messages, source).isTrue();
    }

    private static List<String> blocks() throws IOException {
        List<String> blocks = new ArrayList<>();
        for (Path document : DOCUMENTS) {
            Matcher matcher = JAVA_BLOCK.matcher(Files.readString(document));
            while (matcher.find()) {
                blocks.add(matcher.group(1));
            }
        }
        return blocks;
    }
}
