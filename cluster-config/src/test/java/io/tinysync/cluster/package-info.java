/** Boots real servers from the files that an operator deploys. */
@NullMarked
package io.tinysync.cluster;

import org.jspecify.annotations.NullMarked;
