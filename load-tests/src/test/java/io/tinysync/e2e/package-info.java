/**
 * End-to-end tests: real server processes with their embedded PostgreSQL, real device daemons with mounted drives, and real
 * programs working in them. Everything goes through the command line, as a user's would. Linux only; needs FUSE.
 */
@NullMarked
package io.tinysync.e2e;

import org.jspecify.annotations.NullMarked;
