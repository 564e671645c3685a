package io.tinysync.server.http;

import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.Management;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.VaultStatus;
import io.tinysync.engine.vault.VaultHead;
import io.tinysync.server.identity.VaultQuota;
import io.tinysync.server.identity.Vaults;
import io.tinysync.server.journal.ListedVaults;
import io.tinysync.server.journal.PostgresJournal;
import java.util.List;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Vaults as a whole: making, listing, describing them. */
final class VaultRoutes {

    private static final VaultHead EMPTY = new VaultHead(Cursor.START, 0, 0);

    private final Vaults vaults;
    private final ListedVaults listed;
    private final AtVault atVault;
    private final VaultClient client;
    private final PostgresJournal journal;
    private final Limits limits;

    VaultRoutes(
            Vaults vaults,
            ListedVaults listed,
            AtVault atVault,
            VaultClient client,
            PostgresJournal journal,
            Limits limits) {
        this.vaults = vaults;
        this.listed = listed;
        this.atVault = atVault;
        this.client = client;
        this.journal = journal;
        this.limits = limits;
    }

    List<Route> routes() {
        return List.of(
                new Route("createVault", this::create),
                new Route("listVaults", this::list),
                new Route("getVault", atVault.handler(this::describe)),
                new Route("setQuota", this::setQuota));
    }

    private HttpResponse create(Exchange exchange) throws InterruptedException {
        Management.CreateVault body = exchange.body(Management.CreateVault.class);
        NamePolicy policy = body.namePolicy() == null ? NamePolicy.PORTABLE : body.namePolicy();
        return vaults.create(body.name(), policy, exchange.origin())
                .map(vault -> Answers.created(status(vault, EMPTY)))
                .orElseThrow(() -> new ProblemException(ProblemCode.ALREADY_EXISTS, "a vault has this name"));
    }

    private HttpResponse list(Exchange exchange) {
        List<VaultStatus> reached =
                exchange.caller() instanceof Caller.Device device ? listed.reachedBy(device.id()) : listed.all();
        return Answers.json(new Management.VaultList(reached));
    }

    private HttpResponse describe(Exchange exchange) throws InterruptedException, AtVault.LeftException {
        Vaults.Registration vault = registration(exchange);
        return Answers.json(status(vault, client.describe(vault.vaultId())));
    }

    /** It holds for what is decided after the answer; without one it may hold only once the vault is loaded again. */
    private HttpResponse setQuota(Exchange exchange) throws InterruptedException {
        Management.SetQuota quota = exchange.body(Management.SetQuota.class);
        if (!vaults.setQuota(exchange.vaultId(), quota, exchange.origin())) {
            throw ProblemException.notFound("vault");
        }
        try {
            VaultQuota set = registration(exchange).quota();
            client.limit(exchange.vaultId(), set.in(limits), set.revision());
            return describe(exchange);
        } catch (AtVault.LeftException e) {
            throw new ProblemException(ProblemCode.UNAVAILABLE, "the vault is moving to another node");
        }
    }

    private Vaults.Registration registration(Exchange exchange) {
        return vaults.find(exchange.vaultId()).orElseThrow(() -> ProblemException.notFound("vault"));
    }

    private VaultStatus status(Vaults.Registration vault, VaultHead head) {
        return new VaultStatus(
                vault.vaultId(),
                vault.name(),
                vault.namePolicy(),
                head.cursor().epoch(),
                head.cursor().seq(),
                journal.minRetainedSeq(vault.vaultId()),
                head.liveItems(),
                head.liveBytes(),
                vault.quota().in(limits));
    }
}
