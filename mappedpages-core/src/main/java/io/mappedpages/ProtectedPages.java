package io.mappedpages;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.borrow.PageBorrow;
import io.mappedpages.internal.borrow.ProtectedStage;
import io.mappedpages.internal.engine.Engine;
import io.mappedpages.internal.fault.FaultException;

/** The protected pages of a pager. */
final class ProtectedPages implements PageAllocator<ProtectedPageId> {

    private final Engine engine;

    ProtectedPages(Engine engine) {
        this.engine = engine;
    }

    @Override
    public ProtectedPageId alloc() {
        try {
            return new ProtectedPageId(engine.allocProtected(1)[0]);
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }

    @Override
    public void free(ProtectedPageId id) {
        free(new long[] {id.number()});
    }

    @Override
    public List<ProtectedPageId> allocBulk(int count) {
        Arguments.requireAtLeast(0, count, "count");
        try {
            return new HandleList<>(engine.allocProtected(count), ProtectedPageId::new);
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }

    @Override
    public void freeBulk(Collection<? extends ProtectedPageId> ids) {
        free(HandleList.numbersOf(ids));
    }

    @Override
    public MappedPage read(ProtectedPageId id) {
        try {
            PageBorrow borrow = engine.readProtected();
            MappedPage page = new MappedPage(engine, borrow); // before the page is taken: nothing may fail afterwards
            engine.takeCurrent(borrow, id.number());
            return page;
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }

    @Override
    public <T extends @Nullable Object> T read(ProtectedPageId id, PageReader<T> reader) {
        try {
            return engine.readProtected(id.number(), reader, PageReader::read);
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }

    @Override
    public ProtectedPageWriter write(ProtectedPageId id) {
        try {
            ProtectedStage stage = engine.writeProtected(id.number());
            ProtectedPageWriter page = new ProtectedPageWriter(engine, stage);
            engine.take(stage);
            return page;
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }

    @Override
    public Stream<ProtectedPageId> allocated(long from) {
        return AllocatedNumbers.stream(engine::nextProtected, Arguments.requireAtLeast(0, from, "from"))
                .mapToObj(ProtectedPageId::new);
    }

    private void free(long[] numbers) {
        try {
            engine.freeProtected(numbers);
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }
}
