-- States of vaults as streams in pieces. Events are deleted only below the oldest proven one that is kept.
CREATE TABLE vault_states (
    vault_id UUID    NOT NULL,
    seq      BIGINT  NOT NULL,
    -- It was read back whole and is what was to be stored.
    proven   BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (vault_id, seq)
);

CREATE TABLE vault_state_pieces (
    vault_id UUID    NOT NULL,
    seq      BIGINT  NOT NULL,
    piece    INTEGER NOT NULL,
    bytes    BYTEA   NOT NULL,
    PRIMARY KEY (vault_id, seq, piece),
    FOREIGN KEY (vault_id, seq) REFERENCES vault_states ON DELETE CASCADE
);

-- They come compressed.
ALTER TABLE vault_state_pieces ALTER COLUMN bytes SET STORAGE EXTERNAL;

INSERT INTO vault_states (vault_id, seq) SELECT vault_id, seq FROM vault_snapshots;
INSERT INTO vault_state_pieces (vault_id, seq, piece, bytes) SELECT vault_id, seq, 0, state FROM vault_snapshots;
DROP TABLE vault_snapshots;

-- What is kept of every entry as long as the vault, also when its event is deleted. Every entry up to the highest seq is here.
CREATE TABLE log_index (
    vault_id UUID        NOT NULL REFERENCES vaults ON DELETE CASCADE,
    seq      BIGINT      NOT NULL,
    chain    BYTEA       NOT NULL,
    at       TIMESTAMPTZ NOT NULL,
    -- Of the op that the entry answers, with the hash of its body; absent for what the server did itself.
    op_id    UUID,
    op_hash  BYTEA,
    PRIMARY KEY (vault_id, seq)
);

CREATE UNIQUE INDEX log_index_by_op ON log_index (vault_id, op_id);
