package io.tinysync.server.http;

import io.tinysync.engine.protocol.Json;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;

/** Responses of the usual forms. */
final class Answers {

    private Answers() {}

    static HttpResponse json(Object document) {
        return json(200, document);
    }

    static HttpResponse created(Object document) {
        return json(201, document);
    }

    static HttpResponse noContent() {
        return HttpResponse.create().withStatus(204);
    }

    static HttpResponse jsonBytes(ByteString document) {
        return HttpResponse.create().withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, document));
    }

    static HttpResponse json(int status, Object document) {
        return jsonBytes(ByteString.fromArrayUnsafe(Json.write(document))).withStatus(status);
    }

    static HttpResponse text(String text) {
        return HttpResponse.create().withEntity(HttpEntities.create(ContentTypes.TEXT_PLAIN_UTF8, text));
    }
}
