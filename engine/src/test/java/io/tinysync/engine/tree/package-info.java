/** Tests of the item tree. */
@NullMarked
package io.tinysync.engine.tree;

import org.jspecify.annotations.NullMarked;
