/** One seed drives a whole world in one thread: a vault, devices, programs, a bad network and crashes, on the product's own core. */
@NullMarked
package io.tinysync.engine.simulation;

import org.jspecify.annotations.NullMarked;
