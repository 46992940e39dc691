package io.mappedpages.crashlab;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.Transaction;

/** Single stories of open transactions. */
final class TransactionScenarios {

    private TransactionScenarios() {
    }

    static Map<String, Runnable> all() {
        Map<String, Runnable> all = new LinkedHashMap<>();
        all.put("nobodyElseGetsWhatATransactionHas", TransactionScenarios::nobodyElseGetsWhatATransactionHas);
        all.put("aTrimLeavesWhatATransactionHas", TransactionScenarios::aTrimLeavesWhatATransactionHas);
        return all;
    }

    private static Pager open() {
        Base base = Base.used(Options.SMALL);
        return new Session(base.disk(), base.options(), base.model(), base.nextStamp()).open().pager();
    }

    private static void nobodyElseGetsWhatATransactionHas() {
        Pager pager = open();
        try (Transaction transaction = pager.begin()) {
            PageId page = transaction.alloc();
            List<PageId> others = pager.allocBulk(3);
            if (others.contains(page)) {
                throw new LabFailure("a page that a transaction has was handed out to somebody else");
            }
            transaction.commit();
        }
        Oracle.requireSound(pager);
    }

    private static void aTrimLeavesWhatATransactionHas() {
        Pager pager = open();
        List<PageId> before = pager.allocBulk(8);
        try (Transaction transaction = pager.begin()) {
            PageId page = transaction.alloc();
            pager.freeBulk(before);
            pager.trim();
            if (page.number() >= pager.pageCount()) {
                throw new LabFailure("a page that a transaction has was cut off");
            }
            transaction.commit();
        }
        Oracle.requireSound(pager);
    }
}
