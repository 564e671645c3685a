@NullMarked
package io.tinysync.client.daemon;

import org.jspecify.annotations.NullMarked;
