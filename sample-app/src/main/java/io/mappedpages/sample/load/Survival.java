package io.mappedpages.sample.load;

/**
 * What was found, by reading, of a load that did not come to its own end.
 *
 * @param acknowledged writes of protected pages that the writers had been told of
 * @param lost how many of those were not there
 * @param protectedPages protected pages that were read
 * @param tornProtectedPages protected pages that held a mixture of two writes, or could not be read
 * @param regularPages regular pages that were read, which were being written over without a pause
 * @param tornRegularPages regular pages that held a mixture of two writes, which the pager does not prevent
 */
public record Survival(long acknowledged, long lost, int protectedPages, int tornProtectedPages, int regularPages,
        int tornRegularPages) {
}
