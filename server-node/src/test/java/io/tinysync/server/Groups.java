package io.tinysync.server;

import java.util.stream.StreamSupport;

/** Groups of a server, as an administrator finds them. */
final class Groups {

    private Groups() {}

    static String named(ApiClient admin, String name) {
        return StreamSupport.stream(
                        admin.get("/v1/groups").json().path("groups").spliterator(), false)
                .filter(group -> group.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow()
                .path("group_id")
                .asText();
    }
}
