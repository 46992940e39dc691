package io.mappedpages.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

class EveryBenchmarkRunsTest {

    @Test
    void everyBenchmarkRunsOnceOnSmallFiles(@TempDir Path directory) throws Exception {
        System.setProperty("benchmark.dir", directory.toString());
        System.setProperty("benchmark.large", Long.toString(Fixtures.GIB));
        System.setProperty("benchmark.rounds", "3");
        System.setProperty("benchmark.bulk", "1000");
        System.setProperty("benchmark.growth", Long.toString(Fixtures.MIB));
        System.setProperty("benchmark.pages", "1024");
        System.setProperty("benchmark.touched", "6400");
        System.setProperty("benchmark.millis", "20");
        System.setProperty("benchmark.protected", "512");
        System.setProperty("benchmark.commits", "20");
        System.setProperty("benchmark.journal", Long.toString(64 << 10));
        System.setProperty("benchmark.dirty", Long.toString(Fixtures.MIB));
        System.setProperty("benchmark.allocs", "5");
        Options once = new OptionsBuilder().param("pages", "1024").param("written", "true").param("callers", "4")
                .param("mode", "JOURNAL").param("rounds", "4").param("among", "256").param("together", "4")
                .param("virtual", "true").forks(0).warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(10)).shouldFailOnError(true).verbosity(VerboseMode.SILENT)
                .build();

        Collection<RunResult> results = new Runner(once).run();

        TreeSet<String> all = new TreeSet<>();
        BenchmarkList.defaultList()
                .getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of())
                .forEach(entry -> all.add(entry.getUsername()));
        assertThat(all).hasSizeGreaterThan(10);
        assertThat(results).extracting(result -> result.getParams().getBenchmark())
                .containsExactlyInAnyOrderElementsOf(all);
    }
}
