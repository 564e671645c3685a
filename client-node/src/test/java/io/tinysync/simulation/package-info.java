/**
 * Whole worlds in one thread, from one seed: a vault on the product's own core, devices with the product's drive, content files,
 * local tree and core over a simulated disk and store, users, a network and faults; and a judge of the promises P1 to P7 and P9.
 */
@org.jspecify.annotations.NullMarked
package io.tinysync.simulation;
