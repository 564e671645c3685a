package io.tinysync.engine.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What an entry changes, so that a device can apply an entry of a kind that it does not know. */
public enum Scope {
    /** The one item whose state the entry carries. */
    @JsonProperty("item")
    ITEM,
    /** That item and everything below it. */
    @JsonProperty("subtree")
    SUBTREE,
    /** Nothing in the tree of live items. */
    @JsonProperty("none")
    NONE
}
