package io.mappedpages.crashlab;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

import io.mappedpages.Pager;

/** Calls {@code Pager.trim()} if this version of the pager has it; if not, trimming is nothing to do. */
final class Trimming {

    private static final Method TRIM = find();

    private Trimming() {
    }

    static boolean isThere() {
        return TRIM != null;
    }

    static void trim(Pager pager) {
        if (TRIM == null) {
            return;
        }
        try {
            TRIM.invoke(pager);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new LabFailure("trim", e);
        } catch (IllegalAccessException e) {
            throw new LabFailure("trim", e);
        }
    }

    private static Method find() {
        try {
            return Pager.class.getMethod("trim");
        } catch (NoSuchMethodException e) {
            return null;
        }
    }
}
