@NullMarked
package io.tinysync.client.cli;

import org.jspecify.annotations.NullMarked;
