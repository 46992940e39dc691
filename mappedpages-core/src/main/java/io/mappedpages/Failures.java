package io.mappedpages;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;

/** Turns the engine's faults into the exceptions of the API. What they say is written in {@link Messages}. */
final class Failures {

    private Failures() {
    }

    /**
     * The public exception for what the engine threw; its cause is the failure behind that, if there was one, and what was
     * suppressed there is here, too.
     */
    static MappedPageException of(FaultException e) {
        Throwable cause = e.getCause();
        MappedPageException failure = of(e.fault(), cause == null ? null : published(cause));
        for (Throwable suppressed : e.getSuppressed()) {
            failure.addSuppressed(published(suppressed));
        }
        return failure;
    }

    /** What callers may see of a failure that the engine recorded. */
    static Throwable published(Throwable failure) {
        return failure instanceof FaultException e ? of(e) : failure;
    }

    static MappedPageException of(Fault fault, @Nullable Throwable cause) {
        String message = Messages.of(fault);
        return switch (fault) {
            case Fault.InvalidPageSize f -> new InvalidPageSizeException(message, f.log2(), cause);
            case Fault.PageSizeMismatch f ->
                new InvalidPageSizeException(message, log2(f.wanted()), log2(f.found()), cause);
            case Fault.CannotOpen f -> new PagerIoException(message, f.path(), cause);
            case Fault.CorruptSuperblock f ->
                new CorruptSuperblockException(message, f.path(), Reasons.why(f.problem()), cause);
            case Fault.CorruptMetadata f -> new CorruptMetadataException(message, f.path(), Reasons.why(f), cause);
            case Fault.CorruptNode f -> new CorruptMetadataException(message, f.path(), f.reason(), f.page(), cause);
            case Fault.CorruptProtectedPage f ->
                new CorruptPageException(message, f.path(), new ProtectedPageId(f.id()), f.physicalPage(),
                        Reasons.why(f),
                        cause);
            case Fault.UnsupportedFormat f -> new UnsupportedFormatException(message, f.path(), cause);
            case Fault.Unreadable f -> new PagerIoException(message, f.path(), cause);
            case Fault.UnreadableAtOpening f -> new PagerIoException(message, f.path(), cause);
            case Fault.OutOfBounds f ->
                new PageOutOfBoundsException(message, Handles.of(f.number(), f.isProtected()), f.limit(), cause);
            case Fault.Reserved f ->
                new ReservedPageException(message, new PageId(f.page()), Reasons.use(f.part()), cause);
            case Fault.DoubleFree f -> new DoubleFreeException(message, Handles.of(f.number(), f.isProtected()), cause);
            case Fault.NotAllocated f ->
                new PageNotAllocatedException(message, Handles.of(f.number(), f.isProtected()), cause);
            case Fault.NotSeen f ->
                new PageNotAllocatedException(message, Handles.of(f.number(), f.isProtected()), cause);
            case Fault.Borrowed f ->
                new PageBorrowedException(message, Handles.of(f), f.byWriter(), f.readers(), f.waited(), cause);
            case Fault.Unavailable f -> new PagerUnavailableException(message, f.path(), cause);
            case Fault.Full f -> new PagerFullException(message, f.path(), cause);
            case Fault.FreeButLent f -> new PagerFullException(message, f.path(), cause);
            case Fault.Locked f -> new PagerLockedException(message, f.path(), cause);
            case Fault.CannotImport f -> ImportProblems.exception(message, f.path(), f.problem(), cause);
            case Fault.NothingToRepair f -> new CorruptSuperblockException(message, f.path(),
                    "nothing is left that tells what it is", cause);
            case Fault.Closed f -> new PagerClosedException(message, f.path(), cause);
            case Fault.Moved f -> new PagerIoException(message, f.path(), cause);
            case Fault.Restless f -> new PagerIoException(message, f.path(), cause);
            case Fault.Overtaken f -> new PagerIoException(message, f.path(), cause);
            case Fault.Lost f -> new PagerIoException(message, f.path(), cause);
            case Fault.InUse f -> new PagerIoException(message, f.path(), cause);
            case Fault.ClosedBadly f -> new PagerIoException(message, f.path(), cause);
            case Fault.Io f -> new PagerIoException(message, f.path(), cause);
        };
    }

    private static int log2(int pageSize) {
        return Integer.numberOfTrailingZeros(pageSize);
    }
}
