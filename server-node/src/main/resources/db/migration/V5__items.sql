-- A projection of the journal: every item of a vault, tombstones included, up to vault_usage.projected_to_seq. It can be made again.
CREATE TABLE items (
    vault_id       UUID   NOT NULL REFERENCES vaults ON DELETE CASCADE,
    item_id        UUID   NOT NULL,
    parent_item_id UUID   NOT NULL,
    name           TEXT   NOT NULL,
    kind           TEXT   NOT NULL,
    -- Of files only.
    sha256         BYTEA,
    size           BIGINT,
    version        BIGINT NOT NULL,
    -- Of tombstones only.
    deleted_at_seq BIGINT,
    PRIMARY KEY (vault_id, item_id)
);

CREATE INDEX items_by_parent ON items (vault_id, parent_item_id);
CREATE INDEX items_by_deletion ON items (vault_id, deleted_at_seq) WHERE deleted_at_seq IS NOT NULL;

-- Live items, and the bytes of live files.
CREATE TABLE vault_usage (
    vault_id         UUID PRIMARY KEY REFERENCES vaults ON DELETE CASCADE,
    projected_to_seq BIGINT NOT NULL,
    items            BIGINT NOT NULL DEFAULT 0,
    bytes            BIGINT NOT NULL DEFAULT 0
);
