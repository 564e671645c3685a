/** Tests of the device's pure rules. */
@NullMarked
package io.tinysync.engine.device.core;

import org.jspecify.annotations.NullMarked;
