/**
 * Several nodes as one server: who belongs to the cluster, on which node a vault is, what nodes tell each other, and how one has another do
 * what needs a vault's memory. See docs/decisions/0014.
 */
@NullMarked
package io.tinysync.server.cluster;

import org.jspecify.annotations.NullMarked;
