package io.mappedpages;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.storage.HeldLock;
import io.mappedpages.internal.storage.PageStorage;
import io.mappedpages.internal.storage.StorageProvider;
import io.mappedpages.internal.storage.Whereabouts;

/**
 * Real files that tell where they are by the plainest means there is: what the operating system has for a file's identity,
 * of every file in the directory.
 */
final class KeyedStorageProvider {

    private KeyedStorageProvider() {
    }

    /** A call that an interface is asked for. */
    private interface Call {
        @Nullable Object make(String method, Object @Nullable [] arguments, Next next) throws Throwable;
    }

    /** Hands a call on. */
    private interface Next {
        @Nullable Object call() throws Throwable;
    }

    private static <T> T around(Class<T> type, T behind, Call call) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type},
                (_, method, arguments) -> call.make(method.getName(), arguments, () -> {
                    try {
                        return method.invoke(behind, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                })));
    }

    /** The same files as {@code behind}. */
    static StorageProvider of(StorageProvider behind) {
        return around(StorageProvider.class, behind, (method, arguments, next) -> {
            if (!method.equals("open") || arguments == null) {
                return next.call();
            }
            Path path = (Path) arguments[0];
            Object key = key(path);
            PageStorage storage = behind.open(path, (HeldLock) arguments[1]);
            return around(PageStorage.class, storage,
                    (what, _, then) -> what.equals("whereabouts") ? whereabouts(path, key) : then.call());
        });
    }

    private static Object key(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    private static Whereabouts whereabouts(Path path, Object key) throws IOException {
        Whereabouts.Name name;
        try {
            if (key(path).equals(key)) {
                return Whereabouts.IN_PLACE;
            }
            name = Whereabouts.Name.LEADS_TO_ANOTHER;
        } catch (NoSuchFileException e) {
            name = Whereabouts.Name.LEADS_NOWHERE;
        }
        try (DirectoryStream<Path> directory = Files.newDirectoryStream(path.getParent())) {
            for (Path other : directory) {
                if (key(other).equals(key)) {
                    return new Whereabouts(name, other);
                }
            }
        }
        return new Whereabouts(name, null);
    }
}
