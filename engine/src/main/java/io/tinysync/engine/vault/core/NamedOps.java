package io.tinysync.engine.vault.core;

import io.tinysync.engine.protocol.Base;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The ops that a request names: its own, those that they require, and those that their bases are. */
final class NamedOps {

    private NamedOps() {}

    static Set<OpId> of(MutationsRequest request) {
        Set<OpId> named = new HashSet<>();
        for (Op op : request.ops()) {
            named.add(op.opId());
            named.addAll(op.requires());
            if (base(op).orElse(null) instanceof Base.AfterOp(OpId after)) {
                named.add(after);
            }
        }
        return named;
    }

    private static Optional<Base> base(Op op) {
        return switch (op) {
            case Op.UpdateContent update -> Optional.of(update.baseContentVersion());
            case Op.MoveRename move -> Optional.of(move.basePlacementVersion());
            case Op.SetMetadata set -> Optional.of(set.baseContentVersion());
            case Op.Delete delete -> Optional.of(delete.baseContentVersion());
            case Op.DeleteSubtree delete -> Optional.of(delete.baseSeq());
            case Op.CreateFile _, Op.CreateFolder _, Op.CreateSymlink _, Op.Restore _ -> Optional.empty();
        };
    }
}
