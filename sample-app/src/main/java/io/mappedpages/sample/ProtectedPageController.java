package io.mappedpages.sample;

import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;

/** Protected pages: a write is one commit, and happens whole or not at all, whatever crashes. */
@RestController
@RequestMapping("/api/protected")
@Tag(name = "Protected pages", description = "A PUT happens whole or not at all, whatever crashes")
class ProtectedPageController extends PageController<ProtectedPageId> {

    ProtectedPageController(Pager pager, StoredBytes stored) {
        super(new PageStore<>(pager, PageStore.Kind.guarded(pager), stored::add), pager.pageSize());
    }
}
