package io.mappedpages.sample;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import io.mappedpages.Pager;

/** How requests come in. */
@Configuration(proxyBeanMethods = false)
class WebConfiguration implements WebMvcConfigurer {

    private final Pager pager;

    WebConfiguration(Pager pager) {
        this.pager = pager;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new CrossSiteRule()).addPathPatterns("/api/**");
        registry.addInterceptor(new ContentRules(pager.pageSize())).addPathPatterns("/api/**");
    }

    /** "100 Continue" is sent when a body is read, not at once: see {@link ContentRules}. */
    @Bean
    static WebServerFactoryCustomizer<TomcatServletWebServerFactory> continueWhenTheBodyIsRead() {
        return factory -> factory.addConnectorCustomizers(
                connector -> connector.setProperty("continueResponseTiming", "onRead"));
    }
}
