package io.mappedpages.benchmarks.report;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What JMH measured: for each metric of each benchmark, one number an iteration. */
final class Results {

    /** Benchmark and metric, as in {@code Durable.free/smallNanos}; JMH's own metric is called {@code time}. */
    private final Map<String, double[]> iterations = new HashMap<>();

    /** What is read of a run; JMH writes more. */
    private record Run(String benchmark, @Nullable Map<String, String> params, Metric primaryMetric,
            @Nullable Map<String, Metric> secondaryMetrics) {

        String name() {
            String name = benchmark.replaceAll("^.*\\.(\\w+)Benchmark\\.", "$1.");
            return params == null ? name : name + "(" + String.join(",", params.values()) + ")";
        }
    }

    /** One number an iteration, for each fork. */
    private record Metric(List<List<Double>> rawData) {
        double[] numbers() {
            return rawData.stream().flatMap(List::stream).mapToDouble(Double::doubleValue).toArray();
        }
    }

    /** Reads files written with {@code -rf json -rff}; what a later one has, too, replaces the earlier. */
    Results(List<Path> files) {
        for (Path file : files) {
            for (Run run : JsonMapper.shared().readValue(file, Run[].class)) {
                add(run);
            }
        }
    }

    private void add(Run run) {
        iterations.put(run.name() + "/time", run.primaryMetric.numbers());
        if (run.secondaryMetrics != null) {
            run.secondaryMetrics
                    .forEach((metric, values) -> iterations.put(run.name() + "/" + metric, values.numbers()));
        }
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
