@NullMarked
package io.tinysync.client.control;

import org.jspecify.annotations.NullMarked;
