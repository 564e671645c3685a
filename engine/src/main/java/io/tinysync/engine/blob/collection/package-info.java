/**
 * Which blobs may go, and the run that lets them go: {@link io.tinysync.engine.blob.collection.CollectionRules} decides and is pure,
 * {@link io.tinysync.engine.blob.collection.Collector} carries out over ports. Called by the server. Imports no Pekko and no SQL.
 */
@NullMarked
package io.tinysync.engine.blob.collection;

import org.jspecify.annotations.NullMarked;
