package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

/** The list of calls that other tests go through is complete. */
class EveryCallTest {

    private static Set<String> methodsOf(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !Modifier.isStatic(method.getModifiers()))
                .map(EveryCallTest::nameOf).collect(Collectors.toCollection(TreeSet::new));
    }

    private static String nameOf(Method method) {
        return method.getName() + Arrays.stream(method.getGenericParameterTypes()).map(type -> {
            String name = type.getTypeName().replaceAll("<.*", "");
            return name.substring(name.lastIndexOf('.') + 1);
        }).collect(Collectors.joining(", ", "(", ")"));
    }

    private static Set<String> called() {
        Set<String> names = new TreeSet<>(EveryCall.ALWAYS);
        names.addAll(EveryCall.LIFE);
        names.addAll(EveryCall.LONG);
        for (EveryCall call : EveryCall.values()) {
            names.add(call.method);
        }
        return names;
    }

    @Test
    void everyMethodOfAPagerIsCalled() {
        assertThat(called()).containsAll(methodsOf(Pager.class));
    }

    @Test
    void everyMethodOfAnAllocatorIsCalledOnBothKinds() {
        for (String method : methodsOf(PageAllocator.class)) {
            assertThat(called()).contains("pages()." + method, "protectedPages()." + method);
        }
    }
}
