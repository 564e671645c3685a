package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.ItemId;
import io.tinysync.server.SharingVault.Link;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Public links on several nodes: each answers, and as of now. */
final class PublicLinksClusterIT {

    @Test
    void what_is_done_on_one_node_holds_at_once_on_the_other(@TempDir Path data) throws Exception {
        try (TestCluster cluster = TestCluster.start(data, 2)) {
            SharingVault vault = new SharingVault(cluster.node(0), "shared");
            ApiClient other = cluster.node(1).anyone();
            ItemId folder = vault.folder(ItemId.ROOT, "folder");
            ItemId file = vault.file(folder, "file", "text");
            Link link = vault.link(folder, null, "word", null);
            Link limited = vault.link(file, null, null, 5);

            String cookie = cluster.node(0)
                    .anyone()
                    .post(link.path(), "password=word".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                    .expect(303)
                    .header("Set-Cookie")
                    .split(";", 2)[0];
            assertThat(other.send(other.request(link.path() + "/d/file")
                                    .header("Cookie", cookie)
                                    .build())
                            .expect(200)
                            .text())
                    .isEqualTo("text");
            assertThat(statuses(cluster, limited).stream().filter(status -> status == 200))
                    .hasSize(5);
            Link plain = vault.link(file);
            other.get(plain.path()).expect(200);
            vault.delete(file);
            other.get(plain.path()).expect(404);
            vault.restore(file);
            other.get(plain.path()).expect(200);
            vault.device().api().delete(vault.links() + "/" + plain.id()).expect(204);
            other.get(plain.path()).expect(404);
        }
    }

    private static List<Integer> statuses(TestCluster cluster, Link link) {
        return IntStream.range(0, 40)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> cluster.node(i % 2)
                                .anyone()
                                .get(link.path() + "/d")
                                .status(),
                        Thread.ofVirtual()::start))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
    }
}
