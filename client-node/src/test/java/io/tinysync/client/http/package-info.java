@NullMarked
package io.tinysync.client.http;

import org.jspecify.annotations.NullMarked;
