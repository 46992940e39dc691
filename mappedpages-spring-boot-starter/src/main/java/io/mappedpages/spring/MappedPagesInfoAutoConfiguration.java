package io.mappedpages.spring;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.autoconfigure.info.InfoContributorFallback;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of what the actuator endpoint {@code info} tells of pagers: path and page size of each, which stay the same
 * while the application runs. Only with {@code management.info.mappedpages.enabled=true}, as for all that tells of an installation.
 */
@AutoConfiguration(after = MappedPagesAutoConfiguration.class)
@ConditionalOnClass({InfoContributor.class, ConditionalOnEnabledInfoContributor.class})
@RegisterReflectionForBinding(MappedPagesInfoAutoConfiguration.PagerInfo.class) // for native images: "info" tells a map of these
public final class MappedPagesInfoAutoConfiguration {

    /** For the container. */
    public MappedPagesInfoAutoConfiguration() {
    }

    /**
     * A file and its page size.
     *
     * @param path the file
     * @param pageSize bytes in a page
     */
    record PagerInfo(String path, int pageSize) {
    }

    // Tells of those that were made: asking for information opens no file.
    @Bean
    @ConditionalOnEnabledInfoContributor(value = "mappedpages", fallback = InfoContributorFallback.DISABLE)
    @ConditionalOnMissingBean(name = "mappedpagesInfoContributor")
    InfoContributor mappedpagesInfoContributor(MadePagers madePagers, MadeReaders madeReaders) {
        return info -> {
            Map<String, PagerInfo> pagers = new LinkedHashMap<>();
            madePagers.pagers().forEach((name, pager) -> pagers.put(name,
                    new PagerInfo(pager.path().toString(), pager.pageSize())));
            madeReaders.pagers().forEach((name, pager) -> pagers.put(name,
                    new PagerInfo(pager.path().toString(), pager.pageSize())));
            if (!pagers.isEmpty()) {
                info.withDetail("mappedpages", pagers);
            }
        };
    }
}
