package io.mappedpages.spring;

import org.springframework.beans.factory.BeanCurrentlyInCreationException;

/** Tells beans that need each other from other trouble. */
final class Circles {

    private Circles() {
    }

    /** {@return whether a bean could not be had because it is being made: for the sake of the one who asks, say} */
    static boolean isOne(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BeanCurrentlyInCreationException) {
                return true;
            }
        }
        return false;
    }
}
