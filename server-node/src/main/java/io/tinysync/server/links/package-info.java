/**
 * Public links as they are kept, what may be read by one, and the secrets that go with them. Called by the HTTP routes; knows nothing of
 * HTTP.
 */
@NullMarked
package io.tinysync.server.links;

import org.jspecify.annotations.NullMarked;
