package io.mappedpages.comparison;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import io.mappedpages.comparison.measure.Callers;
import io.mappedpages.comparison.measure.Settings;
import io.mappedpages.comparison.measure.Step;
import io.mappedpages.comparison.store.Contender;

/** The command line. */
final class Options {

    static final String HELP = """
            Options, with what they are if not given (in brackets: with --quick, which takes some two minutes and shows little):
              --directory DIR       where the stores are made; on the disk that is to be measured (comparison-files)
              --output FILE         where the results go (comparison.json)
              --stores a,b          mappedpages,regular,lmdb,rocksdb,mvstore,xodus,mapdb,raw; there is also mapdb-mapped
              --workloads a,b       load,word,copy,sum,update,mixed,insert,syncs,open,kill
              --callers a,b         1,4,16,64,v64,v1000, where v is for virtual threads [1,64,v1000]
              --rounds N            how often each store has its turn: 3 [1]
              --seconds S           how long each measurement lasts: 2 [0.3]
              --count N             how many values of 4 KiB: 65536 [8192]
            """;

    private static final Set<String> FLAGS = Set.of("--quick", "--help");
    private static final Set<String> NAMES = Set.of("--directory", "--output", "--stores", "--workloads", "--callers",
            "--rounds", "--seconds", "--count");
    /** Writers that are killed have keys of their own. */
    private static final int FEWEST = 64;

    private final Map<String, String> given;

    private Options(Map<String, String> given) {
        this.given = given;
    }

    /** {@return what a command line says; what is wrong with it is an exception} */
    static Options of(String... arguments) {
        Map<String, String> given = new HashMap<>();
        for (Iterator<String> all = Arrays.asList(arguments).iterator(); all.hasNext();) {
            String name = all.next();
            if (FLAGS.contains(name)) {
                given.put(name, "");
            } else if (!NAMES.contains(name)) {
                throw new IllegalArgumentException("There is no option " + name + ".");
            } else if (!all.hasNext()) {
                throw new IllegalArgumentException(name + " needs a value.");
            } else {
                given.put(name, all.next());
            }
        }
        Options options = new Options(given);
        options.settings(); // so that wrong values are told before anything is done
        return options;
    }

    boolean isHelp() {
        return given.containsKey("--help");
    }

    Path output() {
        return Path.of(given.getOrDefault("--output", "comparison.json"));
    }

    Settings settings() {
        return new Settings(Path.of(given.getOrDefault("--directory", "comparison-files")),
                list("--stores", Contender.usual(), Contender::of),
                list("--workloads", Arrays.stream(Step.values()).toList(), Step::of),
                list("--callers", callers(isQuick() ? "1,64,v1000" : "1,4,16,64,v64,v1000"), Callers::of),
                (int) number("--rounds", isQuick() ? 1 : 3, 1),
                (long) (1000 * number("--seconds", isQuick() ? 0.3 : 2, 0.001)),
                (int) number("--count", isQuick() ? 8_192 : 65_536, FEWEST));
    }

    private boolean isQuick() {
        return given.containsKey("--quick");
    }

    private static List<Callers> callers(String ids) {
        return Arrays.stream(ids.split(",", -1)).map(Callers::of).toList();
    }

    private <T> List<T> list(String name, List<T> otherwise, Function<String, T> of) {
        String ids = given.get(name);
        return ids == null ? otherwise : Arrays.stream(ids.split(",", -1)).map(of).toList();
    }

    private double number(String name, double otherwise, double least) {
        String text = given.get(name);
        if (text == null) {
            return otherwise;
        }
        try {
            double number = Double.parseDouble(text);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " is to be a number, not \"" + text + "\".", e);
        }
        throw new IllegalArgumentException(name + " is to be at least " + least + ", not " + text + ".");
    }
}
