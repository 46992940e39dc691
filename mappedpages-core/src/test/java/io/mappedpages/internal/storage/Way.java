package io.mappedpages.internal.storage;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The two ways in which files are kept. They make the same promises, so most tests run with both. */
enum Way {

    /** By system calls. */
    NATIVE {
        @Override
        FileStorageProvider provider() {
            assumeTrue(LinuxCalls.get() != null, "no native calls here");
            return new FileStorageProvider();
        }

        @Override
        FileAccess access() {
            SystemCalls calls = LinuxCalls.get();
            assumeTrue(calls != null, "no native calls here");
            return new NativeAccess(calls);
        }
    },

    /** With what the JDK has. */
    PORTABLE {
        @Override
        FileStorageProvider provider() {
            return new FileStorageProvider(null);
        }

        @Override
        FileAccess access() {
            return new PortableAccess();
        }
    };

    /** {@return a provider that goes this way, or tells JUnit that it is not to be had} */
    abstract FileStorageProvider provider();

    /** {@return what is below that provider} */
    abstract FileAccess access();
}
