/** A cluster of real processes on this machine, for trying things out and for campaigns: {@code tinysync cluster}. */
@NullMarked
package io.tinysync.nodes;

import org.jspecify.annotations.NullMarked;
