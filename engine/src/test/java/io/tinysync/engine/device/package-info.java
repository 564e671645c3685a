/** Tests of the device side; the store's contract suite and the store in memory serve the other modules too. */
@NullMarked
package io.tinysync.engine.device;

import org.jspecify.annotations.NullMarked;
