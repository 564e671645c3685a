-- The journal, in the form that pekko-persistence-jdbc 1.1 writes (its own columns and names).
-- A vault's log is its rows here: sequence_number is the entry's seq, event_payload is JSON that holds the entry.
CREATE TABLE event_journal (
    ordering           BIGSERIAL,
    persistence_id     VARCHAR(255) COLLATE "C" NOT NULL,
    sequence_number    BIGINT                   NOT NULL,
    deleted            BOOLEAN DEFAULT FALSE    NOT NULL,
    writer             VARCHAR(255)             NOT NULL,
    write_timestamp    BIGINT,
    adapter_manifest   VARCHAR(255),
    event_ser_id       INTEGER                  NOT NULL,
    event_ser_manifest VARCHAR(255)             NOT NULL,
    event_payload      BYTEA                    NOT NULL,
    meta_ser_id        INTEGER,
    meta_ser_manifest  VARCHAR(255),
    meta_payload       BYTEA,
    -- The last fence: of two incarnations of one vault, the second's write fails here.
    PRIMARY KEY (persistence_id, sequence_number)
);

CREATE UNIQUE INDEX event_journal_ordering_idx ON event_journal (ordering);

-- The plugin's; TinySync tags nothing, since tags end the batching of writes.
CREATE TABLE event_tag (
    event_id BIGINT       NOT NULL REFERENCES event_journal (ordering) ON DELETE CASCADE,
    tag      VARCHAR(256) NOT NULL,
    PRIMARY KEY (event_id, tag)
);

CREATE TABLE devices (
    device_id    UUID PRIMARY KEY,
    display_name TEXT        NOT NULL,
    -- A domain-separated SHA-256 of the token's secret; the secret itself is nowhere.
    secret_hash  BYTEA       NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
    last_seen_at TIMESTAMPTZ,
    revoked_at   TIMESTAMPTZ
);

CREATE TABLE vaults (
    vault_id      UUID PRIMARY KEY,
    name          TEXT        NOT NULL UNIQUE,
    name_policy   TEXT        NOT NULL CHECK (name_policy IN ('portable', 'posix')),
    created_at    TIMESTAMPTZ NOT NULL DEFAULT now(),
    -- A restore was noticed and the vault's new epoch has yet to begin.
    epoch_pending BOOLEAN     NOT NULL DEFAULT FALSE
);

-- States of vaults, so that recovery need not replay whole logs; no event is deleted for them.
CREATE TABLE vault_snapshots (
    vault_id UUID   NOT NULL,
    seq      BIGINT NOT NULL,
    state    BYTEA  NOT NULL,
    PRIMARY KEY (vault_id, seq)
);

-- It comes compressed.
ALTER TABLE vault_snapshots ALTER COLUMN state SET STORAGE EXTERNAL;

CREATE TABLE device_groups (
    group_id   UUID PRIMARY KEY,
    name       TEXT        NOT NULL UNIQUE,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- Keyed by device first: "which vaults does this device reach" is asked on every request.
CREATE TABLE group_devices (
    group_id  UUID NOT NULL REFERENCES device_groups ON DELETE CASCADE,
    device_id UUID NOT NULL REFERENCES devices ON DELETE CASCADE,
    PRIMARY KEY (device_id, group_id)
);

CREATE INDEX group_devices_by_group ON group_devices (group_id);

CREATE TABLE group_vaults (
    group_id UUID NOT NULL REFERENCES device_groups ON DELETE CASCADE,
    vault_id UUID NOT NULL REFERENCES vaults ON DELETE CASCADE,
    PRIMARY KEY (group_id, vault_id)
);

CREATE INDEX group_vaults_by_vault ON group_vaults (vault_id);

-- Whose bytes came for which vault: until an entry names the blob, it answers only to that device.
CREATE TABLE uploads (
    vault_id    UUID        NOT NULL REFERENCES vaults ON DELETE CASCADE,
    device_id   UUID        NOT NULL REFERENCES devices ON DELETE CASCADE,
    sha256      BYTEA       NOT NULL,
    size        BIGINT      NOT NULL,
    uploaded_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (vault_id, device_id, sha256)
);

-- A projection of the journal: every blob that an entry of the vault names, up to named_to_seq.
CREATE TABLE named_blobs (
    vault_id  UUID   NOT NULL REFERENCES vaults ON DELETE CASCADE,
    sha256    BYTEA  NOT NULL,
    size      BIGINT NOT NULL,
    first_seq BIGINT NOT NULL,
    PRIMARY KEY (vault_id, sha256)
);

CREATE TABLE named_blob_positions (
    vault_id     UUID PRIMARY KEY REFERENCES vaults ON DELETE CASCADE,
    named_to_seq BIGINT NOT NULL
);

-- The highest number of a mutations request, of every device in every vault.
CREATE TABLE request_numbers (
    vault_id   UUID   NOT NULL,
    device_id  UUID   NOT NULL,
    request_no BIGINT NOT NULL,
    PRIMARY KEY (vault_id, device_id)
);

-- Which PostgreSQL history this database was last served from; another one means that it was restored.
CREATE TABLE server_history (
    only_row          BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (only_row),
    system_identifier BIGINT  NOT NULL,
    timeline          INTEGER NOT NULL
);
