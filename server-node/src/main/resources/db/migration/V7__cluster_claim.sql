-- The cluster that works on this database: its oldest node, unique among all that there ever were, how many nodes that one reaches, itself
-- included, and when it last said so, by this database's clock.
CREATE TABLE cluster_claim (
    only_row   BOOLEAN     PRIMARY KEY DEFAULT TRUE CHECK (only_row),
    node       TEXT        NOT NULL,
    members    INTEGER     NOT NULL,
    renewed_at TIMESTAMPTZ NOT NULL
);
