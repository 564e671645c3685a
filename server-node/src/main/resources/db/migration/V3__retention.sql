-- Up to where a vault's deletions were looked at for purging; what is deleted later has a higher seq.
CREATE TABLE vault_retention (
    vault_id      UUID PRIMARY KEY REFERENCES vaults ON DELETE CASCADE,
    purged_to_seq BIGINT NOT NULL
);
