package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestClassOrder;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.mappedpages.Pager;
import io.mappedpages.PagerState;

/**
 * Test classes with contexts of their own and one file, as an application has them that names its file in its own properties: the
 * test framework keeps the contexts, and pauses those that are not in use. The second class could not open the file.
 */
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
class CachedTestContextsTest {

    @TempDir
    static Path directory;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
    }

    @SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE, properties = "which=first")
    abstract static class First {

        @Autowired
        Pager pager;

        @DynamicPropertySource
        static void path(DynamicPropertyRegistry properties) {
            properties.add("mappedpages.path", () -> directory.resolve("shared.pages").toString());
        }
    }

    @Nested
    @Order(1)
    class OneContext extends First {

        @Test
        void hasTheFile() {
            pager.alloc();
            assertThat(pager.allocatedPages()).hasSize(1);
        }
    }

    @Nested
    @Order(2)
    @SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE, properties = "which=second")
    @DirtiesContext
    class Another {

        @Autowired
        private Pager pager;

        @DynamicPropertySource
        static void path(DynamicPropertyRegistry properties) {
            properties.add("mappedpages.path", () -> directory.resolve("shared.pages").toString());
        }

        @Test
        void hasTheFileAfterwards() {
            assertThat(pager.allocatedPages()).hasSize(1);
            pager.alloc();
        }
    }

    @Nested
    @Order(3)
    @DirtiesContext
    class TheFirstOneAgain extends First {

        @Test
        void goesOnWithWhatTheOtherHasLeft() {
            assertThat(pager.state()).isEqualTo(PagerState.OPEN);
            assertThat(pager.allocatedPages()).hasSize(2);
        }
    }
}
