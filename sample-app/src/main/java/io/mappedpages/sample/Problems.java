package io.mappedpages.sample;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says for the OpenAPI page which problems a request may meet. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Problems {

    /**
     * The problems.
     *
     * @return them, in the order of their statuses
     */
    Problem[] value();
}
