package io.tinysync.campaign.check;

import java.util.List;

/**
 * What came of checking a history.
 *
 * @param violations in the order in which they were found, vault by vault; of each vault's the first hundred
 * @param violationCount how many there were
 * @param unchecked what could not be checked, and why
 */
public record Report(Summary summary, List<Violation> violations, long violationCount, List<String> unchecked) {
    public Report {
        violations = List.copyOf(violations);
        unchecked = List.copyOf(unchecked);
    }
}
