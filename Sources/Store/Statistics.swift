import GRDB
import Tensors

/// What one checkpoint would cost on its own, and what it costs here.
package struct CheckpointCost: Sendable {
  package var checkpoint: String
  /// Plain bytes of its tensors, as far as they are not erased.
  package var logicalBytes: Int
  /// Stored bytes that came with it: chunks that no earlier checkpoint had, row lists included.
  package var storedBytes: Int
}

/// What the store holds and what it costs on disk.
package struct StoreStatistics: Sendable {
  package var fileBytes: Int
  package var counts: [(table: String, rows: Int)]
  package var plainChunkBytes: Int
  package var storedChunkBytes: Int
  package var checkpoints: [CheckpointCost]
}

extension Snapshot {
  /// Counts rows and bytes.
  package func statistics() throws -> StoreStatistics {
    let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
    let pageSize = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0
    let counts = try (RecordTable.all.map(\.name) + ["chunk", "log_entry"]).map { name in
      (name, Int(try integer("SELECT count(*) FROM \(name)")))
    }
    var seen = Set<Int64>()
    let costs = try checkpoints().map { checkpoint in
      let tensors = try tensors(checkpoint: checkpoint.id).values.filter { !$0.isErased }
      var stored = 0
      for tensor in tensors {
        for chunk in try chunkSizes(tensor) where seen.insert(chunk.id).inserted { stored += chunk.bytes }
      }
      return CheckpointCost(
        checkpoint: checkpoint.name, logicalBytes: tensors.reduce(0) { $0 + $1.description.byteCount }, storedBytes: stored)
    }
    return StoreStatistics(
      fileBytes: pages * pageSize, counts: counts, plainChunkBytes: Int(try integer("SELECT sum(plain_size) FROM chunk")),
      storedChunkBytes: Int(try integer("SELECT sum(length(bytes)) FROM chunk")), checkpoints: costs)
  }

  private func chunkSizes(_ tensor: TensorRecord) throws -> [(id: Int64, bytes: Int)] {
    try rows(
      """
      SELECT c.id, length(c.bytes) AS bytes FROM tensor_chunk t JOIN chunk c ON c.id = t.chunk WHERE t.tensor = ?
      UNION ALL
      SELECT c.id, length(c.bytes) FROM derived_tensor d JOIN chunk c ON c.id = d.zeroed_rows WHERE d.tensor = ?
      """, [tensor.base ?? tensor.id, tensor.id]
    ).map { (try $0.value("id"), try $0.value("bytes")) }
  }
}
