package io.tinysync.campaign;

import io.tinysync.campaign.check.Violation;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One lie that a history can tell.
 *
 * @param kind of the violation by which the checker must find it
 */
record Edit(String name, Violation.Kind kind, Consumer<Draft> change) {

    static List<Edit> all() {
        return Stream.of(LogEdits.all(), AnswerEdits.all(), ReadEdits.all())
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public String toString() {
        return name;
    }
}
