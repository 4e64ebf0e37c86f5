import GRDB
import Ledger

/// One thing in the store that holds what shall be erased, and what becomes of it.
package struct ErasureItem: Sendable, Hashable {
  /// `checkpoint`, `tensor`, `rows`, `ids` or `codes`.
  package var kind: String
  package var name: String
  /// Digest of the plain bytes, or of a checkpoint; nil for ids.
  package var digest: String?
  /// How many chunks it lies in; 0 for what is no array.
  package var chunks: Int
  /// Bytes as stored, chunks that are shared counted in full.
  package var storedBytes: Int64
  /// `removed`, `blanked` (stays without the erased rows), `rewritten` (stays, with its base gone) or `stays`.
  package var fate: String
}

extension Snapshot {
  /// What an erasure of checkpoints and rows would touch: every checkpoint, array, row and code table that holds it.
  package func inventory(checkpoints: [CheckpointRecord], rows parts: [(split: SplitRecord, members: [Int])]) throws
    -> [ErasureItem]
  {
    let gone = Set(checkpoints.map(\.id))
    var (items, seen) = ([ErasureItem](), Set<Int64>())
    for checkpoint in checkpoints {
      items.append(
        ErasureItem(
          kind: "checkpoint", name: checkpoint.name, digest: checkpoint.digest.description, chunks: 0, storedBytes: 0,
          fate: "removed"))
      for (name, tensor) in try tensors(checkpoint: checkpoint.id).sorted(by: { $0.key < $1.key })
      where seen.insert(tensor.id).inserted {
        let users = try users(of: tensor.id).subtracting(gone)
        items.append(try item("tensor", "\(checkpoint.name) \(name)", tensor, fate: users.isEmpty ? "removed" : "stays"))
        for (id, name) in try derived(from: tensor.id) where users.isEmpty && seen.insert(id).inserted {
          items.append(try item("tensor", name, self.tensor(id), fate: "rewritten"))
        }
      }
    }
    for (split, members) in parts {
      let name = "\(try dataset(split.dataset).name) \(split.part.rawValue)"
      for (what, id) in [("embeddings", split.embeddings), ("labels", split.labels)] {
        guard let id else { continue }
        items.append(try item("rows", "\(members.count) of \(name), \(what)", tensor(id), fate: "blanked"))
      }
      let ids = try integer("SELECT count(*) FROM example WHERE split = ? AND external_id IS NOT NULL", [split.id])
      if ids > 0 {
        items.append(
          ErasureItem(kind: "ids", name: "\(members.count) of \(name)", digest: nil, chunks: 0, storedBytes: 0, fate: "blanked"))
      }
      for row in try rows("SELECT checkpoint FROM code_table WHERE split = ? ORDER BY id", [split.id]) {
        let training = try checkpoint(row.value("checkpoint") as Int64)
        guard let codes = try codeTable(checkpoint: training.id, split: split.id), !codes.isErased else { continue }
        items.append(try item("codes", "\(members.count) of \(name) under \(training.name)", codes, fate: "blanked"))
      }
    }
    return items
  }

  /// The checkpoints with bytes that consist of a tensor.
  private func users(of tensor: Int64) throws -> Set<Int64> {
    let sql = """
      SELECT checkpoint FROM checkpoint_tensor WHERE tensor = ? AND checkpoint NOT IN (SELECT checkpoint FROM erased_checkpoint)
      """
    return Set(try rows(sql, [tensor]).map { try $0.value("checkpoint") as Int64 })
  }

  /// The tensors derived from a tensor, each with the first checkpoint that consists of it.
  private func derived(from base: Int64) throws -> [(id: Int64, name: String)] {
    let sql = """
      SELECT d.tensor, min(t.checkpoint) AS checkpoint, t.name FROM derived_tensor d JOIN checkpoint_tensor t ON t.tensor = d.tensor
      WHERE d.base = ? GROUP BY d.tensor ORDER BY d.tensor
      """
    return try rows(sql, [base]).map { row in
      (try row.value("tensor"), "\(try checkpoint(row.value("checkpoint") as Int64).name) \(try row.value("name") as String)")
    }
  }

  private func item(_ kind: String, _ name: String, _ tensor: TensorRecord, fate: String) throws -> ErasureItem {
    let sql =
      "SELECT count(*) AS n, ifnull(sum(length(c.bytes)), 0) AS size FROM tensor_chunk t JOIN chunk c ON c.id = t.chunk WHERE t.tensor = ?"
    let row = try row(sql, [tensor.id])
    return ErasureItem(
      kind: kind, name: name, digest: tensor.digest.description, chunks: try row?.value("n") ?? 0,
      storedBytes: try row?.value("size") ?? 0, fate: fate)
  }
}
