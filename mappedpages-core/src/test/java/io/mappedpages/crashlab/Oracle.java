package io.mappedpages.crashlab;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mappedpages.MappedPageException;
import io.mappedpages.Pager;
import io.mappedpages.ReadOnlyPager;
import io.mappedpages.RecoveryReport;
import io.mappedpages.VerifyReport;
import io.mappedpages.internal.storage.StorageProvider;

/** Opens a file after a crash and tells whether everything is as promised. */
final class Oracle {

    private static final int REGULAR_PAGES_LOOKED_AT = 64;
    /** One of so many disks is also opened only to be read. */
    private static final int READ_ONE_OF = 8;

    private Oracle() {
    }

    /**
     * Opens the file, which must hold one of the models.
     *
     * @param pure whether there was nothing but power cuts, so that no loss may be reported
     * @return which one
     * @throws LabFailure if it holds none, is not sound, or reports a loss that there was not
     */
    static Model check(StorageProvider storage, Options options, List<Model> allowed, boolean pure) {
        Pager pager;
        try {
            pager = options.open(storage);
        } catch (MappedPageException e) {
            throw new LabFailure("it does not open: " + e, e);
        }
        Model found = check(pager, allowed);
        if (pure) {
            requireNoLoss(pager);
        }
        if (storage instanceof Image image && image.isOneOf(READ_ONE_OF)) { // nothing was changed by opening it
            requireTheSameToRead(storage, options, pager, found);
        }
        return found;
    }

    /** Who only reads the file finds what who opens it has found. */
    private static void requireTheSameToRead(StorageProvider storage, Options options, Pager pager, Model model) {
        try (ReadOnlyPager reader = options.openReadOnly(storage)) {
            String difference = model.difference(Contents.of(reader), REGULAR_PAGES_LOOKED_AT);
            if (difference != null) {
                throw new LabFailure("for who only reads it, " + difference);
            }
            if (reader.generation() != pager.stats().generation() || !reader.recovery().equals(pager.recovery())) {
                throw new LabFailure("who only reads it finds generation " + reader.generation() + ", "
                        + reader.recovery() + "; who opens it " + pager.stats().generation() + ", " + pager.recovery());
            }
        } catch (MappedPageException e) {
            throw new LabFailure("it cannot be opened only to be read: " + e, e);
        }
    }

    /** The same for an open pager. */
    static Model check(Pager pager, List<Model> allowed) {
        try {
            Model found = match(pager, allowed);
            requireSound(pager);
            return found;
        } catch (MappedPageException e) {
            throw new LabFailure("it cannot be read: " + e, e);
        }
    }

    /** Reads everything and lets exceptions through. */
    static void requireSame(Pager pager, Model model) {
        String difference = model.difference(pager, REGULAR_PAGES_LOOKED_AT);
        if (difference != null) {
            throw new LabFailure(difference);
        }
    }

    /** Reads everything, and does not mind what verify() says. */
    static Model match(Pager pager, List<Model> allowed) {
        StringBuilder differences = new StringBuilder();
        for (Model model : allowed) {
            String difference = model.difference(pager, REGULAR_PAGES_LOOKED_AT);
            if (difference == null) {
                return model;
            }
            differences.append("\n  ").append(difference).append(" (").append(model).append(')');
        }
        throw new LabFailure("its state is none of those allowed:" + differences + "\n  " + pager.recovery());
    }

    static void requireSound(Pager pager) {
        VerifyReport report = pager.verify();
        if (!report.isSound()) {
            throw new LabFailure("verify() finds " + report.findings());
        }
    }

    static void requireNoLoss(Pager pager) {
        @Nullable RecoveryReport report = pager.recovery().orElse(null);
        if (report != null && report.loss() != RecoveryReport.Loss.NONE) {
            throw new LabFailure("it reports a loss where nothing was lost: " + report);
        }
    }
}
