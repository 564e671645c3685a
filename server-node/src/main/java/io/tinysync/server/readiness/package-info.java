/** Whether this node can serve, for those who send requests to it or keep them away. Asks; knows nothing of HTTP. */
@NullMarked
package io.tinysync.server.readiness;

import org.jspecify.annotations.NullMarked;
