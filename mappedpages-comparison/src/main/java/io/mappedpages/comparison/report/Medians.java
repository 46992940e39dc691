package io.mappedpages.comparison.report;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

import io.mappedpages.comparison.measure.Callers;
import io.mappedpages.comparison.measure.Measurement;
import io.mappedpages.comparison.measure.Step;
import io.mappedpages.comparison.store.Contender;

/** Medians over the rounds. */
final class Medians {

    private final List<Measurement> measurements;

    Medians(List<Measurement> measurements) {
        this.measurements = measurements;
    }

    /** {@return the stores that were measured, in the order of tables} */
    List<Contender> stores() {
        return Arrays.stream(Contender.values())
                .filter(store -> measurements.stream().anyMatch(one -> one.store().equals(store.id()))).toList();
    }

    /** {@return the numbers of callers that a workload was measured with} */
    List<Callers> callers(Step workload) {
        Set<String> ids = new LinkedHashSet<>();
        measurements.stream().filter(one -> one.workload().equals(workload.id()) && !one.callers().isEmpty())
                .forEach(one -> ids.add(one.callers()));
        return ids.stream().map(Callers::of).toList();
    }

    /** {@return a figure of a workload that has no callers to choose from; nothing if it was not measured} */
    OptionalDouble of(Contender store, Step workload, String figure) {
        return median(figures(store, workload, "").mapToDouble(figures -> figures.getOrDefault(figure, Double.NaN)));
    }

    /** {@return a figure; nothing if it was not measured} */
    OptionalDouble of(Contender store, Step workload, Callers callers, String figure) {
        return median(figures(store, workload, callers.id())
                .mapToDouble(figures -> figures.getOrDefault(figure, Double.NaN)));
    }

    /** {@return all figures of a workload whose figures have no fixed names; in a round in which one is missing it was 0} */
    Map<String, Double> all(Contender store, Step workload) {
        Set<String> names = new LinkedHashSet<>();
        figures(store, workload, "").forEach(figures -> names.addAll(figures.keySet()));
        Map<String, Double> medians = new LinkedHashMap<>();
        for (String name : names) {
            median(figures(store, workload, "").mapToDouble(figures -> figures.getOrDefault(name, 0.0)))
                    .ifPresent(median -> medians.put(name, median));
        }
        return medians;
    }

    /** {@return whether anything was measured of a workload} */
    boolean has(Step workload) {
        return measurements.stream().anyMatch(one -> one.workload().equals(workload.id()));
    }

    private Stream<Map<String, Double>> figures(Contender store, Step workload, String callers) {
        return measurements.stream()
                .filter(one -> one.store().equals(store.id()) && one.workload().equals(workload.id())
                        && one.callers().equals(callers) && one.failure().isEmpty())
                .map(Measurement::figures);
    }

    private static OptionalDouble median(DoubleStream figures) {
        double[] sorted = figures.filter(figure -> !Double.isNaN(figure)).sorted().toArray();
        int middle = sorted.length / 2;
        if (sorted.length == 0) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
    }
}
