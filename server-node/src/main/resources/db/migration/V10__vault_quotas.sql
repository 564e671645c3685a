-- What a vault may hold: NULL as the server's settings have it, 0 without a limit. Of two revisions the higher one holds.
ALTER TABLE vaults
    ADD COLUMN quota_bytes    BIGINT CHECK (quota_bytes >= 0),
    ADD COLUMN quota_items    BIGINT CHECK (quota_items >= 0),
    ADD COLUMN quota_revision BIGINT NOT NULL DEFAULT 0;
