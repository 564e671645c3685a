-- The public link that was made or revoked.
ALTER TABLE audit ADD COLUMN link_id UUID;
