-- Of blobs that are not simply live: leased until, condemned since or deleting since then.
CREATE TABLE blob_states (
    sha256 BYTEA PRIMARY KEY,
    state  TEXT        NOT NULL CHECK (state IN ('leased', 'condemned', 'deleting')),
    at     TIMESTAMPTZ NOT NULL
);

CREATE INDEX blob_states_in_order ON blob_states (state, sha256);

-- A run asks whether anybody names or has sent a blob, whichever vault it is.
CREATE INDEX named_blobs_by_hash ON named_blobs (sha256);
CREATE INDEX uploads_by_hash ON uploads (sha256);

-- The last entry that names the blob; once no kept entry does, only the tree decides. For blobs that were noted before, the highest
-- that it can be.
ALTER TABLE named_blobs ADD COLUMN last_seq BIGINT;
UPDATE named_blobs SET last_seq = coalesce(
    (SELECT named_to_seq FROM named_blob_positions WHERE named_blob_positions.vault_id = named_blobs.vault_id), first_seq);
ALTER TABLE named_blobs ALTER COLUMN last_seq SET NOT NULL;
