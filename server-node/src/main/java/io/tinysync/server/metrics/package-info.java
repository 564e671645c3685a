/** What a node counts about itself. Called by whatever does what is counted. */
@NullMarked
package io.tinysync.server.metrics;

import org.jspecify.annotations.NullMarked;
