-- The item that was restored.
ALTER TABLE audit ADD COLUMN item_id UUID;

-- From where a restore was asked for, until the journal has it. What was refused, or asked for again, is forgotten after a day.
CREATE TABLE restore_requests (
    vault_id  UUID        NOT NULL,
    device_id UUID        NOT NULL,
    op_id     UUID        NOT NULL,
    address   TEXT        NOT NULL,
    asked_at  TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (vault_id, device_id, op_id)
);

-- The order of entries as the server's Audit has it: the same lock, and the same patience.
CREATE FUNCTION note_restore() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    entry      JSON := convert_from(NEW.event_payload, 'UTF8')::JSON -> 'entry';
    restored   UUID := split_part(NEW.persistence_id, '|', 2)::UUID;
    device     UUID := (entry ->> 'device_id')::UUID;
    asked_from TEXT;
BEGIN
    PERFORM set_config('lock_timeout', '3s', true);
    PERFORM pg_advisory_xact_lock(x'7453617564697401'::BIGINT);
    DELETE FROM restore_requests
        WHERE vault_id = restored AND device_id = device AND op_id = (entry ->> 'op_id')::UUID
        RETURNING address INTO asked_from;
    INSERT INTO audit (actor, actor_device_id, address, action, vault_id, item_id)
        VALUES ('device', device, coalesce(asked_from, 'unknown'), 'item_restored', restored,
                (entry #>> '{item,item_id}')::UUID);
    RETURN NULL;
END $$;

-- At the commit of the journal's own transaction, which fails if it fails. An entry's JSON is canonical, and within its texts quotation marks are
-- escaped: these bytes are in the entries of restores and in no other.
CREATE CONSTRAINT TRIGGER restores_are_in_the_audit AFTER INSERT ON event_journal
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (position('"kind":"restore"'::BYTEA IN NEW.event_payload) > 0)
    EXECUTE FUNCTION note_restore();
