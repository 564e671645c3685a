package io.tinysync.server.observe;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.regex.Pattern;

/**
 * Keeps lines out of the log that would tell the address of a public link, which is all that it takes to read there. Pekko writes such ones, when an answer
 * breaks off.
 */
public final class LinkTokens extends Filter<ILoggingEvent> {

    private static final String BEGIN = "/p/";
    private static final Pattern TOKEN = Pattern.compile(BEGIN + "[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])");

    @Override
    public FilterReply decide(ILoggingEvent event) {
        String message = event.getFormattedMessage();
        return message != null
                        && message.contains(BEGIN)
                        && TOKEN.matcher(message).find()
                ? FilterReply.DENY
                : FilterReply.NEUTRAL;
    }
}
