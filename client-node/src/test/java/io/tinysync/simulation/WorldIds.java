package io.tinysync.simulation;

import io.tinysync.engine.device.core.BytesId;
import io.tinysync.engine.device.core.Ids;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.OpId;

/** Ids from the world's chance. */
record WorldIds(World world) implements Ids {

    @Override
    public OpId newOpId() {
        return new OpId(world.chance.id());
    }

    @Override
    public ItemId newItemId() {
        return new ItemId(world.chance.id());
    }

    @Override
    public BytesId newBytesId() {
        return new BytesId(world.nextNumber());
    }
}
