package io.tinysync.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The Kubernetes manifests, one object a file, and what Kubernetes' own models say of them. */
final class Manifests {

    static final Path FOLDER = Deployed.file("kubernetes");

    private static final Map<String, Model> MODELS = Map.of(
            "v1 ConfigMap", V1ConfigMap::validateJsonElement,
            "v1 Secret", V1Secret::validateJsonElement,
            "v1 Service", V1Service::validateJsonElement,
            "apps/v1 StatefulSet", V1StatefulSet::validateJsonElement,
            "policy/v1 PodDisruptionBudget", V1PodDisruptionBudget::validateJsonElement,
            "networking.k8s.io/v1 NetworkPolicy", V1NetworkPolicy::validateJsonElement);

    private Manifests() {}

    @FunctionalInterface
    private interface Model {
        void validate(JsonElement object) throws IOException;
    }

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList();
        }
    }

    static JsonNode read(String name) {
        return Deployed.yaml(Deployed.text(FOLDER.resolve(name)));
    }

    /**
     * Passes if the object has all fields that it must have, and no other than those that there are.
     *
     * @throws IllegalArgumentException with the field's name
     */
    static void validate(JsonNode object) throws IOException {
        String kind =
                object.path("apiVersion").asText() + " " + object.path("kind").asText();
        Model model = MODELS.get(kind);
        if (model == null) {
            throw new IllegalArgumentException("no model of " + kind);
        }
        model.validate(JsonParser.parseString(object.toString()));
    }
}
