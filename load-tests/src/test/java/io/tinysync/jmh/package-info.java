/** Microbenchmarks of the hot paths, by JMH: {@code tinysync load jmh}. */
@NullMarked
package io.tinysync.jmh;

import org.jspecify.annotations.NullMarked;
