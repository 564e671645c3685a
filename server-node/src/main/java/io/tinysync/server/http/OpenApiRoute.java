package io.tinysync.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;

/** The description of the API (OpenAPI 3.1), which is a file of this package. */
final class OpenApiRoute {

    private static final String FILE = "openapi.yaml";

    /** RFC 9512. */
    private static final ContentType YAML = MediaTypes.customWithFixedCharset(
                    "application", "yaml", HttpCharsets.UTF_8, Map.of(), false)
            .toContentType();

    private final byte[] document = document();

    private static byte[] document() {
        try (InputStream in = OpenApiRoute.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException("the class path lacks " + FILE);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Route> routes() {
        return List.of(new Route(
                HttpMethods.GET,
                "/v1/" + FILE,
                Access.ANYONE,
                exchange -> HttpResponse.create().withEntity(HttpEntities.create(YAML, document))));
    }
}
