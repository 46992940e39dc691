/**
 * Makes a whole page file in one go, from pages that somebody else has: nobody opens it before it is done, so nothing in it is ever
 * written twice, and no crash has to be thought of.
 */
@org.jspecify.annotations.NullMarked
package io.mappedpages.internal.building;
