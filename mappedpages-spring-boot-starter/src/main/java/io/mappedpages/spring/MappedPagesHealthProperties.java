package io.mappedpages.spring;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * When the health check warns. It stays up then: there is still time to do something.
 *
 * @param diskThreshold Room on the disk of a page file below which the health check has a warning.
 * @param roomThreshold Part of the pages that a file may have, in percent, that must be left, below which the health check has a
 *        warning. For files with a maximum size.
 */
@ConfigurationProperties("management.health.mappedpages")
public record MappedPagesHealthProperties(@DefaultValue("100MB") DataSize diskThreshold,
        @DefaultValue("10") int roomThreshold) {
}
