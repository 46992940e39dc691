package io.mappedpages.crashlab;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.TreeSet;

import io.mappedpages.Pager;

/** What a {@link CrashChild} said, and what its file must therefore hold. */
final class ChildLog {

    private Model model;
    private List<String> inFlight = List.of();
    private final List<String> outcome = new ArrayList<>();
    private int acknowledged;

    /** @param model what the file held when the process began */
    ChildLog(Model model) {
        this.model = model.copy();
    }

    int acknowledged() {
        return acknowledged;
    }

    void line(String line) {
        if (line.startsWith("> ")) {
            inFlight = List.of(line.substring(2).split(" "));
            outcome.clear();
        } else if (line.equals("<")) {
            apply(model);
            inFlight = List.of();
            acknowledged++;
        } else if (line.equals("full")) {
            inFlight = List.of();
        } else if (!line.equals("ready")) {
            outcome.add(line);
        }
    }

    private void apply(Model to) {
        switch (inFlight.getFirst()) {
            case "alloc", "palloc" -> {
                for (String line : outcome) {
                    long number = Long.parseLong(line.split(" ")[1]);
                    if (line.startsWith("alloc ")) {
                        to.allocated(number);
                    } else {
                        to.guardedAllocated(number);
                    }
                }
            }
            case "free" -> arguments().forEach(to::freed);
            case "pfree" -> arguments().forEach(to.guarded()::remove);
            case "pwrite" -> to.guarded().put(arguments().get(0), arguments().get(1).intValue());
            case "write" -> to.stamped(arguments().get(0), arguments().get(1).intValue());
            default -> throw new LabFailure("the process said " + inFlight);
        }
    }

    private List<Long> arguments() {
        return inFlight.stream().skip(1).map(Long::parseLong).toList();
    }

    /** {@return what the file holds} @throws LabFailure if that cannot be */
    Model check(Pager pager) {
        List<Model> allowed = new ArrayList<>(List.of(model));
        if (!inFlight.isEmpty()) {
            Model after = model.copy();
            switch (inFlight.getFirst()) {
                case "alloc" -> newOnes(pager).stream().forEach(page -> after.allocated(page));
                case "palloc" -> newGuarded(pager).forEach(after::guardedAllocated);
                default -> apply(after);
            }
            allowed.add(after);
            if (inFlight.getFirst().equals("write")) {
                allowed = allowed.stream().map(each -> each.withAnythingIn(arguments().subList(0, 1))).toList();
            }
        }
        return Oracle.check(pager, allowed);
    }

    /** An allocation in flight may have taken any free pages, but as many as were asked for. */
    private BitSet newOnes(Pager pager) {
        BitSet found = new BitSet();
        pager.allocatedPages().forEach(id -> found.set((int) id.number()));
        found.andNot(model.regular());
        return found.cardinality() == arguments().get(0) ? found : new BitSet();
    }

    private TreeSet<Long> newGuarded(Pager pager) {
        TreeSet<Long> found = new TreeSet<>();
        pager.allocatedProtectedPages().forEach(id -> found.add(id.number()));
        found.removeAll(model.guarded().keySet());
        return found.size() == arguments().get(0) ? found : new TreeSet<>();
    }
}
