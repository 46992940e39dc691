package io.mappedpages.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.Collectors;

/** What JMH measured: for each metric of each benchmark, one number an iteration. */
final class Results {

    /** Benchmark and metric, as in {@code Durable.free/smallNanos}; JMH's own metric is called {@code time}. */
    private final Map<String, double[]> iterations = new HashMap<>();

    /** Reads files written with {@code -rf json -rff}; what a later one has, too, replaces the earlier. */
    Results(List<Path> files) throws IOException {
        for (Path file : files) {
            for (Object result : (List<?>) Json.parse(Files.readString(file))) {
                add((Map<?, ?>) result);
            }
        }
    }

    private void add(Map<?, ?> result) {
        String name = String.valueOf(result.get("benchmark")).replaceAll("^.*\\.(\\w+)Benchmark\\.", "$1.");
        if (result.get("params") instanceof Map<?, ?> params) {
            name += "(" + params.values().stream().map(String::valueOf).collect(Collectors.joining(",")) + ")";
        }
        put(name, result);
    }

    private void put(String name, Map<?, ?> result) {
        iterations.put(name + "/time", numbers(Objects.requireNonNull(result.get("primaryMetric"))));
        if (result.get("secondaryMetrics") instanceof Map<?, ?> others) {
            others.forEach((metric, values) -> iterations.put(name + "/" + metric, numbers(values)));
        }
    }

    private static double[] numbers(Object metric) {
        List<?> forks = (List<?>) Objects.requireNonNull(((Map<?, ?>) metric).get("rawData"));
        return forks.stream().flatMap(fork -> ((List<?>) fork).stream()).mapToDouble(Double.class::cast).toArray();
    }

    /** {@return whether a benchmark was run} */
    boolean has(String metric) {
        return iterations.containsKey(metric);
    }

    /** {@return the median of a metric over all iterations} */
    double of(String metric) {
        return median(iterations(metric));
    }

    /** {@return the median, over all iterations, of what {@code how} makes of two metrics} */
    double of(String one, String other, ToDoubleBiFunction<Double, Double> how) {
        double[] left = iterations(one);
        double[] right = iterations(other);
        double[] both = new double[Math.min(left.length, right.length)];
        Arrays.setAll(both, i -> how.applyAsDouble(left[i], right[i]));
        return median(both);
    }

    /** {@return the median ratio of two metrics of the same iteration} */
    double ratio(String of, String to) {
        return of(of, to, (a, b) -> a / b);
    }

    private double[] iterations(String metric) {
        double[] values = iterations.get(metric);
        if (values == null) {
            throw new IllegalArgumentException("was not measured: " + metric);
        }
        return values;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
