/** What every part of the server's start shares: the refusal to start, and the lock on what only one server may use. */
@NullMarked
package io.tinysync.server.startup;

import org.jspecify.annotations.NullMarked;
