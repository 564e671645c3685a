/** The drive as real programs meet it, on a real mount. */
@NullMarked
package io.tinysync.client.mount;

import org.jspecify.annotations.NullMarked;
