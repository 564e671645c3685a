/** Contents and working files on a real disk. */
@NullMarked
package io.tinysync.client.content;

import org.jspecify.annotations.NullMarked;
