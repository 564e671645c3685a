/** The drive without a binding, over a tree in memory and real content files. */
@NullMarked
package io.tinysync.client.drive;

import org.jspecify.annotations.NullMarked;
