package io.mappedpages;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.borrow.PageBorrow;
import io.mappedpages.internal.engine.Engine;
import io.mappedpages.internal.fault.FaultException;

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
        } catch (FaultException e) {
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
        } catch (FaultException e) {
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
            MappedPage page = new MappedPage(engine, borrow); // before the page is taken: nothing may fail afterwards
            engine.takeShared(borrow);
            return page;
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }

    @Override
    public <T extends @Nullable Object> T read(PageId id, PageReader<T> reader) {
        try {
            return engine.read(id.number(), reader, PageReader::read);
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }

    @Override
    public WritablePage write(PageId id) {
        try {
            PageBorrow borrow = engine.write(id.number());
            WritablePage page = new WritablePage(engine, borrow);
            engine.takeExclusive(borrow);
            return page;
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }

    @Override
    public Stream<PageId> allocated(long from) {
        return AllocatedNumbers.stream(engine::nextAllocated, Arguments.requireAtLeast(0, from, "from"))
                .mapToObj(PageId::new);
    }

    private void free(long[] numbers) {
        try {
            engine.free(numbers);
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }
}
