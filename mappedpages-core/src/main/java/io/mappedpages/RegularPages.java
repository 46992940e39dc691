package io.mappedpages;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

import io.mappedpages.internal.engine.Engine;
import io.mappedpages.internal.engine.EngineException;
import io.mappedpages.internal.engine.PageBorrow;

/** The regular pages of a pager. */
final class RegularPages implements PageAllocator<PageId> {

    private final Engine engine;

    RegularPages(Engine engine) {
        this.engine = engine;
    }

    @Override
    public PageId alloc() {
        try {
            return new PageId(engine.alloc(1)[0]);
        } catch (EngineException e) {
            throw Failures.of(e);
        }
    }

    @Override
    public void free(PageId id) {
        free(new long[] {id.number()});
    }

    @Override
    public List<PageId> allocBulk(int count) {
        Arguments.requireAtLeast(0, count, "count");
        try {
            return new HandleList<>(engine.alloc(count), PageId::new);
        } catch (EngineException e) {
            throw Failures.of(e);
        }
    }

    @Override
    public void freeBulk(Collection<? extends PageId> ids) {
        free(HandleList.numbersOf(ids));
    }

    @Override
    public MappedPage read(PageId id) {
        try {
            PageBorrow borrow = engine.read(id.number());
            MappedPage page = new MappedPage(borrow); // before the page is taken: nothing may fail afterwards
            borrow.takeShared();
            return page;
        } catch (EngineException e) {
            throw Failures.of(e);
        }
    }

    @Override
    public WritablePage write(PageId id) {
        try {
            PageBorrow borrow = engine.write(id.number());
            WritablePage page = new WritablePage(borrow);
            borrow.takeExclusive();
            return page;
        } catch (EngineException e) {
            throw Failures.of(e);
        }
    }

    Stream<PageId> allocated() {
        return AllocatedNumbers.stream(engine::nextAllocated).mapToObj(PageId::new);
    }

    private void free(long[] numbers) {
        try {
            engine.free(numbers);
        } catch (EngineException e) {
            throw Failures.of(e);
        }
    }
}
