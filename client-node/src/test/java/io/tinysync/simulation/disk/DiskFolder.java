package io.tinysync.simulation.disk;

import java.util.LinkedHashMap;
import java.util.Map;

/** A folder: the names that are seen now, and those that power loss leaves. */
final class DiskFolder implements DiskNode {

    final Map<String, DiskNode> names = new LinkedHashMap<>();
    final Map<String, DiskNode> durable = new LinkedHashMap<>();
}
