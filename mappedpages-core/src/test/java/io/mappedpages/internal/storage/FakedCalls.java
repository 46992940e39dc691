package io.mappedpages.internal.storage;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The real system calls, of which chosen ones are refused with an error number, and all are counted. */
final class FakedCalls {

    private final Map<String, Integer> refused = new ConcurrentHashMap<>();
    private final List<String> made = Collections.synchronizedList(new ArrayList<>());
    private final SystemCalls calls;

    FakedCalls() {
        SystemCalls real = LinuxCalls.get();
        assumeTrue(real != null, "no native calls here");
        this.calls = (SystemCalls) Proxy.newProxyInstance(SystemCalls.class.getClassLoader(),
                new Class<?>[] {SystemCalls.class}, (_, method, arguments) -> {
                    made.add(method.getName());
                    Integer errno = refused.get(method.getName());
                    if (errno != null) {
                        return method.getReturnType() == long.class ? (Object) (long) -errno : (Object) (-errno);
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** From now on every call of this name fails. */
    FakedCalls refuse(String name, int errno) {
        refused.put(name, errno);
        return this;
    }

    /** From now on it does what it does. */
    void allow(String name) {
        refused.remove(name);
    }

    /** {@return how often a call of this name was made since the last time} */
    int count(String name) {
        synchronized (made) {
            int count = Collections.frequency(made, name);
            made.removeIf(name::equals);
            return count;
        }
    }

    FileStorageProvider provider() {
        return new FileStorageProvider(calls);
    }

    SystemCalls calls() {
        return calls;
    }
}
