-- The name by which the blob store knows this database as its own; claimed once the store says so.
CREATE TABLE blob_store (
    only_row BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (only_row),
    owner    UUID    NOT NULL,
    claimed  BOOLEAN NOT NULL DEFAULT FALSE
);
