package io.mappedpages.crashlab;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;

import org.jspecify.annotations.Nullable;

/** Loads the pager and the laboratory once more, with one class of the pager operated on. */
final class MutantLoader extends ClassLoader {

    private static final String OWN = "io.mappedpages.";

    private final @Nullable Mutant mutant;
    private final @Nullable Surgery surgery;

    /** @param mutant null for a pager without anything missing */
    MutantLoader(@Nullable Mutant mutant) {
        super("mutant", MutantLoader.class.getClassLoader());
        this.mutant = mutant;
        this.surgery = mutant == null ? null : mutant.surgery().get();
    }

    /** {@return what the probe found, or null} */
    @Nullable String find(Probe probe) {
        try {
            var type = loadClass(Probe.class.getName());
            var method = type.getDeclaredMethod("findAnything", String.class);
            method.setAccessible(true);
            return (String) method.invoke(null, probe.name());
        } catch (ReflectiveOperationException e) {
            throw new LabFailure("the probe cannot be called", e);
        }
    }

    /** Whether there was anything to cut. */
    boolean hasCut() {
        return surgery == null || surgery.hits() > 0;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OWN)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = in.readAllBytes();
            if (mutant != null && surgery != null && name.equals(mutant.className())) {
                // names of local variables would be wrong where code is cut off
                ClassFile file = ClassFile.of(ClassFile.DebugElementsOption.DROP_DEBUG);
                bytes = file.transformClass(file.parse(bytes),
                        ClassTransform.transformingMethodBodies(surgery::isIn, surgery.transform()));
            }
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
