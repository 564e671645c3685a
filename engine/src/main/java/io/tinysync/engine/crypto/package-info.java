/** How hashes and ciphers are computed. */
@NullMarked
package io.tinysync.engine.crypto;

import org.jspecify.annotations.NullMarked;
