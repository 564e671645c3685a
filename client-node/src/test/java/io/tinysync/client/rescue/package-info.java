@NullMarked
package io.tinysync.client.rescue;

import org.jspecify.annotations.NullMarked;
