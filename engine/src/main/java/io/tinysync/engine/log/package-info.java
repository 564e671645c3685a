/** What lines of the log say beside their text. Used wherever something is logged that concerns one request, device, vault or op; imports SLF4J alone. */
@NullMarked
package io.tinysync.engine.log;

import org.jspecify.annotations.NullMarked;
