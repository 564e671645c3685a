/** The drive as real programs meet it, on a real mount. */
@NullMarked
package io.tinysync.client.devfuse;

import org.jspecify.annotations.NullMarked;
