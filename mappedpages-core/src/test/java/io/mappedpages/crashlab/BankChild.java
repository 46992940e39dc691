package io.mappedpages.crashlab;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.mappedpages.CommitMode;
import io.mappedpages.PageBorrowedException;
import io.mappedpages.PageNotAllocatedException;
import io.mappedpages.PageOutOfBoundsException;
import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.Transaction;

/**
 * A process whose tellers move money between the accounts of a {@link Bank}, open and close accounts, and write statements: each of
 * these is one transaction, which also counts in the teller's own page. It says what was done, until it is killed.
 */
final class BankChild {

    private final Pager pager;
    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);

    private BankChild(Pager pager) {
        this.pager = pager;
    }

    /** The file, a seed, how many tellers, and how to commit. */
    public static void main(String[] arguments) {
        Pager pager = Bank.builder(Path.of(arguments[0])).commitMode(CommitMode.valueOf(arguments[3])).open();
        BankChild bank = new BankChild(pager);
        for (int teller = 0; teller < Integer.parseInt(arguments[2]); teller++) {
            int number = teller;
            Random random = new Random(Long.parseLong(arguments[1]) + teller);
            Thread.ofPlatform().start(() -> bank.work(number, random));
        }
        bank.out.println("ready");
    }

    private void work(int teller, Random random) {
        while (true) {
            try (Transaction transaction = pager.begin()) {
                switch (random.nextInt(8)) {
                    case 0 -> open(transaction, random);
                    case 1 -> close(transaction, random);
                    default -> transfer(transaction, random);
                }
                long count = Bank.writeStatement(transaction, teller);
                if (random.nextBoolean()) {
                    transaction.commit();
                } else {
                    transaction.commitAsync().join();
                }
                out.println(teller + " " + count);
            } catch (PageBorrowedException | PageNotAllocatedException | PageOutOfBoundsException e) {
                // Somebody else is at that account, or has closed it: all of this transaction is undone.
            }
        }
    }

    private void transfer(Transaction transaction, Random random) {
        List<ProtectedPageId> two = some(random, 2);
        Bank.move(transaction, two.get(0), two.get(1), random.nextInt(100));
    }

    private void open(Transaction transaction, Random random) {
        ProtectedPageId rich = some(random, 1).getFirst();
        ProtectedPageId made = transaction.allocProtected();
        Bank.move(transaction, rich, made, random.nextInt(50));
    }

    private void close(Transaction transaction, Random random) {
        List<ProtectedPageId> two = some(random, 2);
        Bank.move(transaction, two.get(0), two.get(1), Bank.balance(transaction.write(two.get(0))));
        transaction.freeProtected(two.get(0));
    }

    /** Different accounts, as they were a moment ago. */
    private List<ProtectedPageId> some(Random random, int count) {
        List<ProtectedPageId> all = new ArrayList<>(Bank.accounts(pager));
        List<ProtectedPageId> chosen = new ArrayList<>();
        while (chosen.size() < count) {
            chosen.add(all.remove(random.nextInt(all.size())));
        }
        return chosen;
    }
}
