package io.tinysync.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.util.ByteString;

/** The description of the API, and a page that shows it to people: Swagger UI, which asks no other server for anything and sends no requests. */
final class DocsRoutes {

    private static final String OWN = "/io/tinysync/server/http/";

    private static final ContentType CSS = MediaTypes.TEXT_CSS.toContentType(HttpCharsets.UTF_8);
    private static final ContentType JS = MediaTypes.APPLICATION_JAVASCRIPT.toContentType(HttpCharsets.UTF_8);

    /** A file of the class path; all that answer it share its bytes. */
    private record PageFile(String resource, ContentType type) {}

    private final ByteString document = ByteString.fromArrayUnsafe(ApiDocument.SERVED.json());
    private final PageFile page = new PageFile(OWN + "docs.html", ContentTypes.TEXT_HTML_UTF8);
    private final Map<String, PageFile> files;
    private final Map<PageFile, ByteString> read = new ConcurrentHashMap<>();

    DocsRoutes() {
        String swaggerUi = "/META-INF/resources/webjars/swagger-ui/" + swaggerUiVersion() + "/";
        files = Map.of(
                "docs.css", new PageFile(OWN + "docs.css", CSS),
                "docs.js", new PageFile(OWN + "docs.js", JS),
                "swagger-ui.css", new PageFile(swaggerUi + "swagger-ui.css", CSS),
                "swagger-ui-bundle.js", new PageFile(swaggerUi + "swagger-ui-bundle.js", JS));
    }

    private static String swaggerUiVersion() {
        try (InputStream in = opened("/META-INF/maven/org.webjars/swagger-ui/pom.properties")) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream opened(String resource) {
        InputStream in = DocsRoutes.class.getResourceAsStream(resource);
        if (in == null) {
            throw new IllegalStateException("the class path lacks " + resource);
        }
        return in;
    }

    List<Route> routes() {
        return List.of(
                new Route("getOpenApi", exchange -> Answers.jsonBytes(document)),
                new Route("showApi", exchange -> answer(page)),
                new Route("getApiPageFile", this::file));
    }

    private HttpResponse file(Exchange exchange) {
        PageFile file = exchange.segment("file").map(files::get).orElseThrow(() -> ProblemException.notFound("path"));
        return answer(file);
    }

    private HttpResponse answer(PageFile file) {
        ByteString bytes = read.computeIfAbsent(file, DocsRoutes::bytes);
        return PublicHeaders.onDocs(HttpResponse.create().withEntity(HttpEntities.create(file.type(), bytes)));
    }

    private static ByteString bytes(PageFile file) {
        try (InputStream in = opened(file.resource())) {
            return ByteString.fromArrayUnsafe(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
