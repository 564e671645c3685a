/** Tests of the wire. */
@NullMarked
package io.tinysync.engine.protocol;

import org.jspecify.annotations.NullMarked;
