/** Whom either node trusts when it connects by TLS. Imports no other package of the engine. */
@NullMarked
package io.tinysync.engine.tls;

import org.jspecify.annotations.NullMarked;
