-- Open codes by which a new device may join the groups of another one; a code that was used is not here any more.
CREATE TABLE pairings (
    -- A domain-separated SHA-256; the code itself is nowhere.
    code_hash  BYTEA PRIMARY KEY,
    device_id  UUID        NOT NULL REFERENCES devices ON DELETE CASCADE,
    expires_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX pairings_by_device ON pairings (device_id);

-- Who did what to devices, groups, grants and vaults; in the order of audit_id. It outlives what it tells of, so it refers to nothing.
CREATE TABLE audit (
    audit_id        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at              TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    actor           TEXT        NOT NULL,
    actor_device_id UUID,
    address         TEXT        NOT NULL,
    action          TEXT        NOT NULL,
    device_id       UUID,
    group_id        UUID,
    vault_id        UUID,
    name            TEXT
);

-- What was noted stays as it was noted, until it is old.
CREATE FUNCTION refuse_change_of_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an entry of the audit is never changed';
END $$;

CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit();
