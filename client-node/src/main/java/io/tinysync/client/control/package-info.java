/**
 * The local control API: HTTP/1.1 over a Unix domain socket in the state directory, spoken between the command line and the
 * daemon. Loads nothing heavy, since every short command passes here.
 */
@NullMarked
package io.tinysync.client.control;

import org.jspecify.annotations.NullMarked;
