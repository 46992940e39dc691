package io.mappedpages.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

/** A native image can make those system calls only that were named when it was built. */
class NativeImageTest {

    private static final String METADATA =
            "/META-INF/native-image/io.mappedpages/mappedpages-core/reachability-metadata.json";
    private static final Pattern DOWNCALL = Pattern.compile("\\{\"returnType\".*}}");
    /** The first argument that a function may have or not. */
    private static final Map<String, Integer> VARIADIC = Map.of("OPEN", 2, "FCNTL", 2);
    private static final Map<Class<?>, String> TYPES =
            Map.of(int.class, "jint", long.class, "jlong", MemorySegment.class,
                    "void*");

    @Test
    void everySystemCallIsNamedAndNoneThatThereIsNot() throws IOException, IllegalAccessException {
        assumeTrue(LinuxCalls.get() != null, "no native calls on this system");
        Set<String> wanted = new TreeSet<>();
        for (Field field : LinuxHandles.class.getDeclaredFields()) {
            if (field.getType() == MethodHandle.class) {
                wanted.add(downcall(field.getName(), (MethodHandle) field.get(null)));
            }
        }
        assertThat(named()).isEqualTo(wanted).isNotEmpty();
    }

    private static String downcall(String name, MethodHandle handle) {
        var captured = handle.type().parameterList().getFirst();
        assertThat(captured).as("%s has errno first", name).isEqualTo(MemorySegment.class);
        String parameters = handle.type().parameterList().stream().skip(1).map(type -> '"' + TYPES.get(type) + '"')
                .collect(Collectors.joining(", "));
        String variadic = VARIADIC.containsKey(name) ? ", \"firstVariadicArg\": " + VARIADIC.get(name) : "";
        return "{\"returnType\": \"" + TYPES.get(handle.type().returnType()) + "\", \"parameterTypes\": [" + parameters
                + "], \"options\": {\"captureCallState\": true" + variadic + "}}";
    }

    private static Set<String> named() throws IOException {
        try (InputStream in = NativeImageTest.class.getResourceAsStream(METADATA)) {
            return DOWNCALL.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8)).results()
                    .map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
