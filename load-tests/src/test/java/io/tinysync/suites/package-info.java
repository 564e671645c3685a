/**
 * Load suites for any deployment: {@code tinysync load SUITE}. Each steps its rate until something gives way, one Gatling run a step, in a JVM
 * of its own. Requests are made of the protocol's records.
 */
@NullMarked
package io.tinysync.suites;

import org.jspecify.annotations.NullMarked;
