package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.io.DefaultResourceLoader;

/**
 * Of several analyzers the first that knows a failure has its say. Boot's own knows of missing beans too, and would advise to define
 * one; which of the two is found first is a matter of the class path.
 */
@ExtendWith(OutputCaptureExtension.class)
class AnalyzerOrderTest {

    private static final String FACTORIES = "META-INF/spring.factories";

    /** Finds what this module lists before or after what all others list. */
    private static final class ClassPath extends ClassLoader {

        private final boolean ownFirst;

        ClassPath(boolean ownFirst) {
            super(AnalyzerOrderTest.class.getClassLoader());
            this.ownFirst = ownFirst;
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            List<URL> all = Collections.list(super.getResources(name));
            if (name.equals(FACTORIES)) {
                Comparator<URL> order = Comparator.comparing(ClassPath::isOwn);
                all.sort(ownFirst ? order.reversed() : order);
                assertThat(isOwn(ownFirst ? all.getFirst() : all.getLast())).isTrue();
            }
            return Collections.enumeration(all);
        }

        private static boolean isOwn(URL factories) {
            try (InputStream in = factories.openStream()) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                        .contains(NoPagerFailureAnalyzer.class.getName());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @ParameterizedTest(name = "found first: {0}")
    @ValueSource(booleans = {false, true})
    void aMissingPagerIsReportedWithThePropertyWhicheverAnalyzerIsFoundFirst(boolean ownFirst, CapturedOutput output) {
        var application = new SpringApplicationBuilder(StartFailureTest.Application.class,
                StartFailureTest.NeedsAPager.class).web(WebApplicationType.NONE)
                .resourceLoader(new DefaultResourceLoader(new ClassPath(ownFirst)));

        assertThatException().isThrownBy(() -> application.run().close());

        assertThat(output).containsSubsequence("APPLICATION FAILED TO START", "mappedpages.path is not set")
                .doesNotContain("Consider defining a bean");
    }
}
