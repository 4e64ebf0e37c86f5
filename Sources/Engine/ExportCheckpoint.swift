import Foundation
import Ledger
import Store
import Tensors

/// A checkpoint that was written to a file.
package struct ExportResult: Sendable {
  package var checkpoint: CheckpointRecord
  package var path: String
  /// Size and digest of the whole file.
  package var byteCount: Int
  package var digest: Digest
  /// Entries of the log, and its root, when the file was written: what its metadata say.
  package var logSize: Int64
  package var logRoot: Digest
}

extension Engine {
  /// Writes a checkpoint's arrays to a safetensors file, with what it is and where it comes from in the file's metadata.
  ///
  /// Arrays go from the store to the file a chunk at a time, so that memory doesn't grow with them; the file has its name only when it is
  /// complete, and replaces no other. All of it is of one snapshot. Nothing is written to the store.
  ///
  /// A checkpoint that still knows a class which its model has forgotten since stays here: outside, no later forgetting would reach it.
  /// - Throws: `StoreError.unknown`, `StoreError.erased`, `EngineError.knowsForgotten`, `SafetensorsError`.
  package func exportCheckpoint(_ name: String, to path: String) throws -> ExportResult {
    try store.read { snapshot in
      let checkpoint = try snapshot.checkpoint(named: name)
      if let erasure = try snapshot.erasure(ofCheckpoint: checkpoint.id) {
        throw StoreError.erased(what: checkpoint.name, erasure: erasure.id, time: erasure.time)
      }
      let known = try snapshot.forgottenSince(checkpoint)
      guard known.isEmpty else {
        throw EngineError.knowsForgotten(what: checkpoint.name, model: checkpoint.modelName, classes: known)
      }
      let arrays = try snapshot.tensors(checkpoint: checkpoint.id)
      let head = try snapshot.lastSignedTreeHead()
      let writer = try SafetensorsWriter(
        path: path, tensors: arrays.mapValues(\.description),
        metadata: CheckpointMetadata(checkpoint, treeHead: head, in: snapshot).texts())
      var builder = DigestBuilder()
      builder.update(writer.front)
      var written = 0
      for tensor in writer.tensors {
        guard let record = arrays[tensor.name] else { continue }
        try snapshot.stream(record) { bytes in
          try writer.append(bytes)
          builder.update(bytes)
          written += bytes.count
          progress("writing", Double(written) / Double(max(writer.byteCount, 1)))
        }
      }
      try writer.finish()
      return ExportResult(
        checkpoint: checkpoint, path: path, byteCount: writer.byteCount, digest: builder.finalize(), logSize: head.size,
        logRoot: head.root)
    }
  }
}
