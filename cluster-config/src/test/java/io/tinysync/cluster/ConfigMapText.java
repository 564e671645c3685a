package io.tinysync.cluster;

import java.util.Map;

/** The manifest of the ConfigMap that holds the settings' files. */
final class ConfigMapText {

    private static final String HEAD = """
            # The settings' files as they are; a test holds this to them. After a change: kubectl rollout restart statefulset/tinysync
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: tinysync
              labels: {app.kubernetes.io/name: tinysync}
            data:
            """;

    private ConfigMapText() {}

    /** @param files their texts by name, in order */
    static String of(Map<String, String> files) {
        StringBuilder manifest = new StringBuilder(HEAD);
        files.forEach((name, text) -> {
            manifest.append("  ").append(name).append(": |\n");
            text.lines()
                    .forEach(line -> manifest.append(line.isEmpty() ? "" : "    ")
                            .append(line)
                            .append('\n'));
        });
        return manifest.toString();
    }
}
