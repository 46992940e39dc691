package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.Map;
import javax.management.MBeanServer;
import javax.management.ObjectName;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Configuration;

import io.mappedpages.Pager;
import io.mappedpages.testing.PageFiles;

/** The actuator endpoint by JMX, where an application has that. */
class JmxTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
    }

    private Object invoke(ObjectName endpoint, String operation, Object... arguments) throws Exception {
        String[] types = new String[arguments.length];
        for (int i = 0; i < types.length; i++) {
            types[i] = String.class.getName();
        }
        return server.invoke(endpoint, operation, arguments, types);
    }

    @Test
    void theEndpointIsAManagedBeanWhereItIsExposedAndGoesWithItsContext() throws Exception {
        ObjectName endpoint = new ObjectName("mappedpages.test:type=Endpoint,name=Mappedpages");
        try (var context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE).run(
                "--mappedpages.path=" + files.path(), "--spring.jmx.enabled=true",
                "--management.endpoints.jmx.domain=mappedpages.test",
                "--management.endpoints.jmx.exposure.include=mappedpages",
                "--management.endpoint.mappedpages.access=unrestricted")) {
            context.getBean(Pager.class).allocBulk(2);

            assertThat(((Map<?, ?>) invoke(endpoint, "pagers")).get("pagers").toString()).contains("state=Open");
            assertThat(invoke(endpoint, "pager", "pager").toString())
                    .contains("pages=" + context.getBean(Pager.class).pageCount());
            assertThat(invoke(endpoint, "run", "pager", "VERIFY").toString()).contains("findings=[]");
            assertThat(invoke(endpoint, "run", "pager", "reopen").toString()).contains("state=Open");
        }
        assertThat(server.isRegistered(endpoint)).isFalse();
    }

    @Test
    void itIsNotUnlessItIsExposed() throws Exception {
        try (var _ = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE).run(
                "--mappedpages.path=" + files.path(), "--spring.jmx.enabled=true",
                "--management.endpoints.jmx.domain=mappedpages.test")) {
            assertThat(server.queryNames(new ObjectName("mappedpages.test:*,name=Mappedpages"), null)).isEmpty();
        }
    }
}
