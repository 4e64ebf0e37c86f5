import Foundation
import Testing

@testable import Ledger

/// A folder of receipts as `tools/check-receipts` takes it, made of everything that this module writes.
private struct ReceiptFolder {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let key = try SigningKey(name: "example.com/log")
    let witnesses = try ["witness.example/a", "witness.example/b"].map { try SigningKey(name: $0) }
    let entries = (0..<300).map { Array("{\"entry\":\($0)}".utf8) }
    let log = MemoryLog(leaves: entries.map { MerkleTree.leafHash($0) })
    func checkpoint(_ size: Int) throws -> SignedNote {
      try SignedNote(signing: TreeHead(origin: "example.com/log", size: size, root: log.roots[size]).text, with: key)
    }
    try write(Array("\(key.verifierKey)\n".utf8), "log.vkey")
    try write(Array(witnesses.map { "\(try $0.cosignerKey)\n" }.joined().utf8), "witnesses")
    let last = try checkpoint(300)
    try write(last.merging(witnesses.map { try $0.cosign(last, time: 1_790_000_000) }, of: last.text).bytes, "checkpoint")
    for size in [1, 7, 256, 300] { try write(checkpoint(size).bytes, "checkpoints/\(size)") }
    for path in TilePath.all(size: 300) {
      switch path.kind {
      case .hashes: try write(Tile.bytes(path) { log.nodes[$0] }, path.text)
      case .entries: try write(Tile.bundle(entries[(path.index * 256)...].prefix(path.count)), path.text)
      }
    }
    for (index, size) in [(0, 1), (0, 300), (5, 300), (99, 256), (255, 257), (299, 300)] {
      let proof = try InclusionProof(index: index, size: size) { log.nodes[$0] }
      let receipt = try TLogProof(proof, checkpoint: checkpoint(size), extra: index == 5 ? entries[5] : nil)
      try write(receipt.bytes, "receipts/\(index)-\(size).tlog-proof")
      try write(entries[index], "receipts/\(index)-\(size).leaf")
    }
    for (type, kind) in [(PredicateType.unlearning, "unlearning"), (.rollback, "rollback")] {
      let statement = try Statement(
        subjects: [.init(name: "pets@2", digest: Digest.of([2]))], predicateType: type.uri,
        predicate: .object(["model": .string("pets – ü"), "masked_pairs": .integer(12)]))
      try write(Envelope(signing: statement.encoded(), type: Statement.payloadType, with: key).bytes, "statements/\(kind).json")
    }
    let files = ["weights.safetensors": [UInt8](0...255), "config/shape.json": Array("{}".utf8)]
    for (name, bytes) in files { try write(bytes, "models/pets/\(name)") }
    let manifest = try ModelManifest(
      name: "pets", files: files.map { ModelManifest.File(name: $0.key, digest: Digest.of($0.value)) })
    let modelKey = ModelSigningKey()
    try write(Array(modelKey.publicKey.pem.utf8), "models/key.pem")
    try write(ModelSignature(signing: manifest, with: modelKey).bytes, "models/pets.sig")
  }

  func write(_ bytes: [UInt8], _ name: String) throws {
    let file = folder.url.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  /// Flips one bit of a file's last byte but `back`.
  func flip(_ name: String, back: Int) throws {
    var bytes = Array(try Data(contentsOf: folder.url.appendingPathComponent(name)))
    bytes[bytes.count - 1 - back] ^= 1
    try write(bytes, name)
  }

  /// Runs the script; returns its exit status and what it wrote.
  func check() throws -> (status: Int32, output: String) {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("tools/check-receipts")
    let process = Process()
    let pipe = Pipe()
    process.executableURL = script
    process.arguments = [folder.url.path]
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}

@Suite("Others' programs on our receipts", .serialized)
struct OracleTests {
  @Test("accept all that we write")
  func accept() throws {
    let (status, output) = try ReceiptFolder().check()
    #expect(status == 0, "\(output)")
    #expect(output.contains("ok       sha256sum, openssl: 6 receipts"), "\(output)")
    #expect(!output.contains("WRONG"), "\(output)")
  }

  @Test(
    "refuse what was changed by one bit",
    arguments: [
      ("receipts/5-300.leaf", 0), ("receipts/99-256.tlog-proof", 250), ("statements/rollback.json", 10),
      ("models/pets/weights.safetensors", 7),
    ])
  func refuse(name: String, back: Int) throws {
    let folder = try ReceiptFolder()
    try folder.flip(name, back: back)
    let (status, output) = try folder.check()
    #expect(status == 1, "\(output)")
  }

  @Test(
    "Go refuses a changed tile, entry, earlier checkpoint or cosignature",
    .enabled(
      if: FileManager.default.fileExists(atPath: "/usr/share/gocode/src/golang.org/x/mod"),
      "golang-golang-x-mod-dev is not installed"),
    arguments: [("tile/0/000", 40), ("tile/entries/001.p/44", 3), ("checkpoints/7", 30), ("checkpoint", 30)])
  func goRefuses(name: String, back: Int) throws {
    let folder = try ReceiptFolder()
    try folder.flip(name, back: back)
    let (status, output) = try folder.check()
    #expect(status == 1 && output.contains("WRONG    Go's sumdb"), "\(output)")
  }
}
