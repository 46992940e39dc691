package io.mappedpages.internal.storage;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The real system calls, of which chosen ones are refused with an error number or fail otherwise, and all are counted. */
final class FakedCalls {

    private final Map<String, Long> answers = new ConcurrentHashMap<>();
    private final Map<String, Long> onlyOnce = new ConcurrentHashMap<>();
    private final Map<String, Error> errors = new ConcurrentHashMap<>();
    private final List<String> made = Collections.synchronizedList(new ArrayList<>());
    private final SystemCalls calls;

    FakedCalls() {
        SystemCalls real = LinuxCalls.get();
        assumeTrue(real != null, "no native calls here");
        this.calls = (SystemCalls) Proxy.newProxyInstance(SystemCalls.class.getClassLoader(),
                new Class<?>[] {SystemCalls.class}, (_, method, arguments) -> {
                    made.add(method.getName());
                    Error error = errors.get(method.getName());
                    if (error != null) {
                        throw error;
                    }
                    Long once = onlyOnce.remove(method.getName());
                    Long answer = once != null ? once : answers.get(method.getName());
                    if (answer != null) {
                        return method.getReturnType() == long.class ? (Object) answer : (Object) answer.intValue();
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
        answers.put(name, (long) -errno);
        return this;
    }

    /** The next call of this name fails. */
    void refuseOnce(String name, int errno) {
        onlyOnce.put(name, (long) -errno);
    }

    /** From now on every call of this name returns this and does nothing. */
    void answer(String name, long result) {
        answers.put(name, result);
    }

    /** From now on every call of this name ends in an error of the JVM. */
    void breakWith(String name, Error error) {
        errors.put(name, error);
    }

    /** From now on it does what it does. */
    void allow(String name) {
        answers.remove(name);
        errors.remove(name);
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
