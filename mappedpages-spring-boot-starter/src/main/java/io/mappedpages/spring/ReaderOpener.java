package io.mappedpages.spring;

import java.nio.file.Path;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.util.unit.DataSize;

import io.mappedpages.MappedPageException;
import io.mappedpages.Pager;
import io.mappedpages.PagerBuilder;
import io.mappedpages.ReadOnlyPager;

/** Opens a file for reading alone, as the properties say, and tells the log. Creates nothing, not even a directory. */
final class ReaderOpener {

    private static final Log LOG = LogFactory.getLog(ReaderOpener.class);

    private ReaderOpener() {
    }

    static ReadOnlyPager open(PagerSettings settings, PagerBuilderConfigurer configurer) {
        PropertyRules.check(settings);
        Path path = PropertyRules.path(settings);
        PagerBuilder builder = configurer.customize(settings.name(), builder(path, settings.properties()));
        ReadOnlyPager pager;
        try {
            pager = builder.openReadOnly();
        } catch (MappedPageException e) {
            throw new NotOpenedException(settings, path, e);
        }
        LOG.info("Opened read-only pager '" + settings.name() + "' on " + pager.path() + ": page size "
                + Sizes.text(pager.pageSize()) + ", " + pager.pageCount() + " pages, generation " + pager.generation());
        return pager;
    }

    private static PagerBuilder builder(Path path, PagerOptions properties) {
        PagerBuilder builder = Pager.builder(path)
                .borrowTimeout(properties.getBorrowTimeout())
                .acceptUnreadable(properties.isAcceptUnreadable());
        DataSize pageSize = properties.getPageSize();
        return pageSize == null ? builder
                : builder.pageSizeLog2(Long.numberOfTrailingZeros(pageSize.toBytes()));
    }
}
