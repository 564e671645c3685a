@NullMarked
package io.tinysync.client.store;

import org.jspecify.annotations.NullMarked;
