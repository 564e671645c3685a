package io.tinysync.server.observe;

import io.tinysync.server.startup.StartupException;
import java.util.Locale;

/** The form of the log's lines. The names, in small letters, are those of the setting and of the appenders in {@code logback.xml}. */
public enum LogFormat {

    /** For people. */
    TEXT,

    /** An object of JSON a line, for programs that gather logs. */
    JSON;

    /** What {@code logback.xml} reads. */
    private static final String FORMAT = "tinysync.log.format";

    private static final String NODE = "tinysync.log.node";

    /**
     * Reads the setting.
     *
     * @throws StartupException if it is another word
     */
    public static LogFormat parse(String text) throws StartupException {
        for (LogFormat format : values()) {
            if (format.word().equals(text)) {
                return format;
            }
        }
        throw new StartupException("log-format must be text or json, not '" + text + "'");
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Has the whole process log in this form. Takes effect only before the first logger is asked for.
     *
     * @param node what lines of JSON say that they come from
     */
    public void use(String node) {
        System.setProperty(FORMAT, word());
        System.setProperty(NODE, node);
    }
}
