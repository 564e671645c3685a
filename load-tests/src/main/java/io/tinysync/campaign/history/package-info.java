/**
 * What clients asked a server and what it answered, as a file of JSON lines: the events, who writes them while a campaign runs,
 * and who reads them again. Called by campaigns and by the checker. Imports the protocol's records and nothing else of TinySync.
 */
@NullMarked
package io.tinysync.campaign.history;

import org.jspecify.annotations.NullMarked;
