/**
 * Tells devices over their sockets that a vault's log has grown. One hub per node hears of commits and knows which socket reaches
 * which vault. A wake carries no data and may be lost; it is never queued without bound.
 */
@NullMarked
package io.tinysync.server.wake;

import org.jspecify.annotations.NullMarked;
