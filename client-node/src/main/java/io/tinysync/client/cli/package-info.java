/**
 * The command line. Each command is a small class; short ones ask the daemon or the server and print the answer, and only those
 * that become a daemon load it.
 */
@NullMarked
package io.tinysync.client.cli;

import org.jspecify.annotations.NullMarked;
