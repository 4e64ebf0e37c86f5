import Foundation
@preconcurrency import Glibc
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
  /// Where the signature lies, and the public key that verifies it; nil if none was asked for.
  package var signature: (path: String, key: P256Key)?
}

extension Engine {
  /// Writes a checkpoint's arrays to a safetensors file, with what it is and where it comes from in the file's metadata.
  ///
  /// Arrays go from the store to the file a chunk at a time, so that memory doesn't grow with them; the file has its name only when it is
  /// complete, and replaces no other. All of it is of one snapshot. Nothing is written to the store.
  ///
  /// A checkpoint that still knows a class which its model has forgotten since stays here: outside, no later forgetting would reach it.
  ///
  /// With a key, the file's signature (OpenSSF Model Signing v1.0) is written beside it, as `path` and `.sig`; if it cannot be, the file
  /// goes again.
  /// - Throws: `StoreError.unknown`, `StoreError.erased`, `EngineError.knowsForgotten`, `SafetensorsError`; whatever `key` throws, before
  ///   anything is written.
  package func exportCheckpoint(
    _ name: String, to path: String, signedWith key: (() throws -> ModelSigningKey)? = nil
  ) throws -> ExportResult {
    var result = try exportable(name, to: path) {
      if key != nil, nameIsTaken(path + Self.signatureSuffix) {
        throw SafetensorsError(path: path + Self.signatureSuffix, fault: .exists)
      }
      return try key?()
    }
    guard let key = result.key else { return result.export }
    do {
      try sign(result.export, with: key)
    } catch {
      unlink(path)
      throw error
    }
    result.export.signature = (path + Self.signatureSuffix, key.publicKey)
    return result.export
  }

  /// What a signature's name has more than its file's.
  private static let signatureSuffix = ".sig"

  private func sign(_ export: ExportResult, with key: ModelSigningKey) throws {
    let manifest = ModelManifest(file: URL(fileURLWithPath: export.path).lastPathComponent, digest: export.digest)
    let bytes = try ModelSignature(signing: manifest, with: key).bytes
    let path = export.path + Self.signatureSuffix
    do throws(InputFile.Fault) {
      let file = try OutputFile(path: path)
      try bytes.withUnsafeBufferPointer { buffer throws(InputFile.Fault) in try file.append(UnsafeRawBufferPointer(buffer)) }
      try file.commitAsNew()
    } catch {
      throw SafetensorsError(path: path, error)
    }
  }

  private func exportable(
    _ name: String, to path: String, key: () throws -> ModelSigningKey?
  ) throws -> (export: ExportResult, key: ModelSigningKey?) {
    try store.read { snapshot in
      let checkpoint = try snapshot.checkpoint(named: name)
      try snapshot.requireExportable(checkpoint)
      let key = try key()
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
      let export = ExportResult(
        checkpoint: checkpoint, path: path, byteCount: writer.byteCount, digest: builder.finalize(), logSize: head.size,
        logRoot: head.root)
      return (export, key)
    }
  }
}

extension Snapshot {
  /// Sees that a checkpoint may leave: its bytes are there, and it knows nothing that its model has forgotten since.
  /// - Throws: `StoreError.erased`, `EngineError.knowsForgotten`.
  func requireExportable(_ checkpoint: CheckpointRecord) throws {
    if let erasure = try erasure(ofCheckpoint: checkpoint.id) {
      throw StoreError.erased(what: checkpoint.name, erasure: erasure.id, time: erasure.time)
    }
    let known = try forgottenSince(checkpoint)
    guard known.isEmpty else {
      throw EngineError.knowsForgotten(what: checkpoint.name, model: checkpoint.modelName, classes: known)
    }
  }
}
