package io.mappedpages.sample;

import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import io.mappedpages.PageId;
import io.mappedpages.Pager;

/** Regular pages: a write is durable when it is answered, but a crash in the middle of it can leave a mixture. */
@RestController
@RequestMapping("/api/pages")
@Tag(name = "Pages", description = "Regular pages: a crash in the middle of a PUT can leave a mixture of old and new")
class RegularPageController extends PageController<PageId> {

    RegularPageController(Pager pager) {
        super(new PageStore<>(pager, PageStore.Kind.regular(pager)), pager.pageSize());
    }
}
