-- Public links: who has the token of one reads one item, or what is in one folder, without being a device.
CREATE TABLE public_links (
    link_id       UUID PRIMARY KEY,
    -- A domain-separated SHA-256 of the token; the token itself is nowhere.
    token_hash    BYTEA       NOT NULL UNIQUE,
    vault_id      UUID        NOT NULL REFERENCES vaults ON DELETE CASCADE,
    item_id       UUID        NOT NULL,
    -- Who made it: the link answers only while this device reaches the vault.
    device_id     UUID        NOT NULL REFERENCES devices ON DELETE CASCADE,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT now(),
    expires_at    TIMESTAMPTZ,
    -- Salt and PBKDF2 of a password; both or neither.
    password_salt BYTEA,
    password_hash BYTEA,
    max_downloads INTEGER,
    downloads     BIGINT      NOT NULL DEFAULT 0,
    -- Passwords tried since a moment.
    tries         INTEGER     NOT NULL DEFAULT 0,
    tries_since   TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX public_links_by_vault ON public_links (vault_id, link_id);

-- The pages of a folder, and the one item of a name in it.
CREATE INDEX items_by_name ON items
    (vault_id, parent_item_id, (kind <> 'folder'), lower(name COLLATE "C"), (name COLLATE "C"))
    WHERE deleted_at_seq IS NULL AND kind IN ('file', 'folder');
