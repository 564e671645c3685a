package io.tinysync.server.http;

import java.util.Locale;
import java.util.Map;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.MediaTypes;

/** The types under which files of links are given out: a few that no browser runs anything of, and bytes for all others. */
final class SharedTypes {

    private static final Map<String, ContentType> SAFE = Map.ofEntries(
            Map.entry("txt", MediaTypes.TEXT_PLAIN.toContentType(HttpCharsets.UTF_8)),
            Map.entry("png", MediaTypes.IMAGE_PNG.toContentType()),
            Map.entry("jpg", MediaTypes.IMAGE_JPEG.toContentType()),
            Map.entry("jpeg", MediaTypes.IMAGE_JPEG.toContentType()),
            Map.entry("gif", MediaTypes.IMAGE_GIF.toContentType()),
            Map.entry("webp", MediaTypes.IMAGE_WEBP.toContentType()),
            Map.entry("mp3", MediaTypes.AUDIO_MPEG.toContentType()),
            Map.entry("mp4", MediaTypes.VIDEO_MP4.toContentType()),
            Map.entry("pdf", MediaTypes.APPLICATION_PDF.toContentType()),
            Map.entry("zip", MediaTypes.APPLICATION_ZIP.toContentType()));

    private SharedTypes() {}

    /** By the name alone: what a file holds decides nothing. */
    static ContentType of(String name) {
        int dot = name.lastIndexOf('.');
        String extension = dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
        return SAFE.getOrDefault(extension, ContentTypes.APPLICATION_OCTET_STREAM);
    }
}
