package io.mappedpages.crashlab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.junit.jupiter.api.Test;

/**
 * The laboratory can fail: for each thing that the pager's promises rest on, a pager without it is loaded, and something
 * in the laboratory must object. With a sound pager nothing does.
 */
class MutationProofTest {

    private static final int MOST_SAID = 140;

    /** What objected to a mutant, and how. */
    private record Catch(String probe, String said) {
    }

    @Test
    void nothingObjectsToASoundPager() {
        try (Quiet _ = new Quiet()) {
            MutantLoader sound = new MutantLoader(null);
            for (Probe probe : Probe.values()) {
                String found = sound.find(probe);
                if (found != null) {
                    throw new LabFailure(probe + " objects to a sound pager: " + found);
                }
            }
        }
    }

    @Test
    void somethingObjectsToEveryPagerWithSomethingMissing() {
        List<Mutant> mutants = Mutant.all();
        Map<Mutant, Catch> caught = new ConcurrentHashMap<>();
        Lab lab = new Lab("pagers with something missing", caught::size);
        for (Mutant mutant : mutants) {
            lab.add(() -> caught.put(mutant, catchIt(mutant)));
        }
        try {
            lab.run();
        } finally {
            Report report = new Report("mutants", "what", "is missing", "caught by", "which said");
            for (Mutant mutant : mutants) {
                Catch by = caught.getOrDefault(mutant, new Catch("**nothing**", ""));
                report.row(mutant.group(), mutant.what(), by.probe(), by.said());
            }
            report.row("in all", Report.number(mutants.size()), "caught " + Report.number(caught.size()), "").write();
        }
    }

    /** {@return the probe that objected and how} */
    private static Catch catchIt(Mutant mutant) {
        List<Probe> order = new ArrayList<>(List.of(mutant.probe()));
        for (Probe probe : Probe.values()) {
            if (probe != mutant.probe()) {
                order.add(probe);
            }
        }
        MutantLoader loader = new MutantLoader(mutant);
        for (Probe probe : order) {
            String found = loader.find(probe);
            if (!loader.hasCut() && probe == mutant.probe()) {
                throw new LabFailure(
                        "there is nothing to take out any more: " + mutant.what() + " in " + mutant.type()
                                + (found == null ? "" : ", or it was not reached because of this: " + found));
            }
            if (found != null) {
                return new Catch(probe.name(), ending(found));
            }
        }
        throw new LabFailure("nothing objected to: " + mutant.what());
    }

    /** What was wrong in the end, without the way there. */
    private static String ending(String found) {
        List<String> lines = found.lines().toList();
        String last = lines.getFirst().endsWith(":") && lines.size() > 1 ? lines.get(1).strip() : lines.getFirst();
        for (String prefix : List.of("power cut at event", "disk ", "call ")) {
            int at = last.lastIndexOf(prefix);
            int end = at < 0 ? -1 : last.indexOf(": ", at);
            last = end < 0 ? last : last.substring(end + 2);
        }
        return last.length() > MOST_SAID ? last.substring(0, MOST_SAID) + "..." : last;
    }
}
