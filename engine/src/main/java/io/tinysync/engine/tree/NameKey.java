package io.tinysync.engine.tree;

/**
 * What makes a name unique in its folder: two names with the same key cannot stand side by side. Made by {@link NameRules#key}
 * only; its text may be stored and compared, and is never shown.
 */
public record NameKey(String value) {}
