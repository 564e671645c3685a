/** Campaigns against running servers, and the command that checks what one has recorded. */
@NullMarked
package io.tinysync.campaign;

import org.jspecify.annotations.NullMarked;
