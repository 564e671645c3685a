/** What a server tells those who run it, beside its metrics: the form of its log. Used at the start. */
@NullMarked
package io.tinysync.server.observe;

import org.jspecify.annotations.NullMarked;
