package io.mappedpages.comparison.measure;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import io.mappedpages.comparison.measure.Order.Answer;
import io.mappedpages.comparison.store.Contender;

/** All rounds. Within a round the stores take turns workload by workload; each round begins with another one. */
public final class Run {

    private final Settings settings;
    private final Path output;
    private final PrintStream progress;
    private final List<Measurement> measurements = new ArrayList<>();

    /**
     * Prepares it.
     *
     * @param settings what is asked for
     * @param output where the results go, also those of a run that is ended early
     * @param progress where it is told what is done
     */
    public Run(Settings settings, Path output, PrintStream progress) {
        this.settings = settings;
        this.output = output;
        this.progress = progress;
    }

    /** Does it. */
    public void run() throws IOException, InterruptedException {
        Round round = new Round(settings);
        if (!round.canTrace() && settings.workloads().contains(Step.SYNCS)) {
            progress.println("There is no strace, so calls that sync are not counted.");
        }
        List<Contender> stores = new ArrayList<>(settings.stores());
        for (int i = 1; i <= settings.rounds(); i++) {
            for (Step step : Step.values()) {
                if (isDone(step, round)) {
                    for (Contender store : stores) {
                        turn(round, i, store, step);
                    }
                    write();
                }
            }
            Collections.rotate(stores, -1);
        }
        round.clean();
    }

    /** Without values nothing can be done. */
    private boolean isDone(Step step, Round round) {
        boolean isWanted = settings.workloads().contains(step) && (step != Step.SYNCS || round.canTrace());
        return step == Step.LOAD || isWanted;
    }

    private void turn(Round round, int number, Contender store, Step step) throws InterruptedException {
        long begin = System.nanoTime();
        String failure = "";
        try {
            for (Answer answer : round.turn(store, step)) {
                measurements.add(new Measurement(store.id(), answer.workload(), answer.callers(), number,
                        answer.figures(), ""));
            }
        } catch (IOException failed) {
            failure = String.valueOf(failed.getMessage());
            measurements.add(new Measurement(store.id(), step.id(), "", number, Map.of(), failure));
        }
        progress.printf("round %d, %s, %s: %.1f s%s%n", number, step.id(), store.id(),
                (System.nanoTime() - begin) / 1e9, failure.isEmpty() ? "" : ", FAILED: " + failure);
    }

    private void write() throws IOException {
        new Results(Machine.words(settings.directory()), Machine.versions(), settings.words(), measurements)
                .write(output);
    }
}
