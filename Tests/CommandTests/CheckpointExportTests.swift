import Foundation
import Testing

/// `lethe checkpoint export`: a file that others read, that says what it is, and that knows nothing that was forgotten.
@Suite("Exporting checkpoints")
struct CheckpointExportTests {
  private let session: Session

  init() throws { session = try Session.trained() }

  private func sha256(_ path: String) throws -> String {
    let outcome = try run("/usr/bin/sha256sum", [path], in: session.folder)
    return "sha256:" + outcome.out.prefix(64)
  }

  @Test("the file holds the arrays whose digests the store records, and says what it is")
  func whole() throws {
    try session.json(["forget", "m", "--class", "frog", "--reason", "r"])
    let answer = try session.json(["checkpoint", "export", "m", "out.safetensors"])
    let shown = try session.json(["checkpoint", "show", "m"])
    #expect(
      answer["schema"] == "lethe/checkpoint-export/v1" && answer["checkpoint"] == "m@2" && answer["file"] == "out.safetensors")
    #expect(answer["digest"] == shown["checkpoint"]["digest"] && answer["tensors"] == shown["tensors"])
    #expect(answer["forgotten"].all("class") == ["frog"] && answer["log_size"] == 4)
    let path = session.folder.file("out.safetensors")
    #expect(try answer["file_digest"].text == sha256(path) && answer["byte_count"].count == bytes(of: path).count)

    let file = try Safetensors(path)
    #expect(file.header.keys.sorted() == ["__metadata__", "keys", "projection", "usable", "values"])
    for tensor in answer["tensors"].items {
      let name = try #require(tensor["name"].text)
      let plain = try session.folder.write(file.tensor(name), "plain")
      #expect(try sha256(plain) == tensor["digest"].text, "\(name)")
      #expect(file.header[name]?["shape"] == tensor["shape"])
      #expect(file.header[name]?["dtype"] == (tensor["dtype"] == "uint8" ? "U8" : "F32"))
    }
    #expect(file.text("schema") == "lethe/checkpoint-export/v1" && file.text("checkpoint") == "m@2")
    #expect(file.metadata["digest"] == answer["digest"] && file.metadata["configuration"] == shown["configuration"])
    #expect(file.metadata["parent_digest"] == shown["lineage"][1]["digest"] && file.text("kind") == "unlearned")
    #expect(try JSON(file.text("forgotten")) == [["event": 1, "how": "masked", "labels": [2], "log_index": 3]])
    #expect(try JSON(file.text("lineage")).all("checkpoint") == ["m@1"])
    #expect(file.text("log_index") == "3" && file.text("log_size") == "4" && file.text("log_origin") == "example.com/test")
    let head = try session.json(["log", "checkpoint"])
    #expect(file.metadata["log_root"] == head["root"] && file.metadata["log_checkpoint"] == head["note"])
    try session.expectSound()
    try session.expectValid()
  }

  @Test("Python's safetensors reads it as it reads its own", .enabled(if: Self.hasReference))
  func reference() throws {
    let answer = try session.json(["checkpoint", "export", "m", "out.safetensors"])
    let program = """
      import hashlib
      from safetensors import safe_open
      with safe_open('out.safetensors', framework='np') as f:
        print(f.metadata()['digest'])
        for name in sorted(f.keys()):
          a = f.get_tensor(name)
          print(name, a.dtype.name, list(a.shape), 'sha256:' + hashlib.sha256(a.tobytes()).hexdigest())
      """
    let expected = answer["tensors"].items.map { tensor in
      let shape = tensor["shape"].items.map { "\($0.count ?? -1)" }.joined(separator: ", ")
      return "\(tensor["name"].text ?? "") \(tensor["dtype"].text ?? "") [\(shape)] \(tensor["digest"].text ?? "")"
    }
    let outcome = try Self.python(program, in: session.folder)
    #expect(outcome.out.split(separator: "\n").map(String.init) == [answer["digest"].text ?? ""] + expected, "\(outcome.err)")
  }

  /// Whether `tools/test` has installed it.
  private static let hasReference = (try? python("import safetensors.numpy", in: Folder()))?.code == 0

  private static func python(_ program: String, in folder: Folder) throws -> Outcome {
    let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardized.path
    return try run("/usr/bin/python3", ["-c", "import sys; sys.path.insert(0, '\(root)/.build/python')\n" + program], in: folder)
  }

  @Test("no class, example, actor or reason stands in the file")
  func nameless() throws {
    try session.json(["forget", "m", "--class", "frog", "--reason", "Withdrawn", "--approved-by", "Grace"])
    try session.json(["checkpoint", "export", "m", "out.safetensors"])
    let file = try Data(contentsOf: URL(fileURLWithPath: session.folder.file("out.safetensors")))
    for name in Samples.classes + ["Ada", "Withdrawn", "Grace", "train-0"] {
      #expect(file.range(of: Data(name.utf8)) == nil, "\(name)")
    }
  }

  @Test("exporting changes nothing in the store and leaves nothing beside the file, and the same state gives the same bytes")
  func repeated() throws {
    let before = try bytes(of: session.store)
    try session.json(["checkpoint", "export", "m@1", "a.safetensors"])
    try session.json(["checkpoint", "export", "m", "b.safetensors"])
    #expect(try bytes(of: session.folder.file("a.safetensors")) == bytes(of: session.folder.file("b.safetensors")))
    #expect(try bytes(of: session.store) == before)
    let left = try FileManager.default.contentsOfDirectory(atPath: session.folder.path).filter { $0.hasSuffix(".partial") }
    #expect(left == [])
  }

  @Test("a checkpoint that knows a forgotten class stays, until the class is reinstated")
  func forgotten() throws {
    try session.json(["forget", "m", "--class", "frog", "--reason", "r"])
    let error = try session.failure(["checkpoint", "export", "m@1", "old.safetensors"], code: 23)
    #expect(error.code == "checkpoint.knows_forgotten" && error.message == "m@1 still knows frog, which m has forgotten")
    #expect(!exists(session.folder.file("old.safetensors")))
    #expect(!exists(session.folder.file("old.safetensors.sig")))
    // By its digest it is the same checkpoint.
    let digest = try #require(try session.json(["checkpoint", "show", "m@1"])["checkpoint"]["digest"].text).dropFirst(7).prefix(12)
    try session.failure(["checkpoint", "export", String(digest), "old.safetensors"], code: 23)
    // What went back to it forgot again, and what was trained afterwards never learnt it.
    try session.json(["rollback", "m", "--to", "1", "--reason", "r"])
    try session.json(["checkpoint", "export", "m@3", "3.safetensors"])
    try session.json(Samples.training("m"))
    try session.json(["checkpoint", "export", "m@4", "4.safetensors"])
    let forgotten = try JSON(Safetensors(session.folder.file("4.safetensors")).text("forgotten"))
    #expect(forgotten.all("how") == ["left out of training"])
    try session.json(["rollback", "m", "--to", "1", "--reinstate", "--reason", "r"])
    try session.json(["checkpoint", "export", "m@1", "old.safetensors"])
    try session.expectValid()
  }

  @Test("an erased checkpoint cannot be exported, and what stays can")
  func erased() throws {
    try session.json(["forget", "m", "--class", "frog", "--reason", "r"])
    try session.json(["erase", "m", "--class", "frog", "--yes"])
    let error = try session.failure(["checkpoint", "export", "m@1", "old.safetensors"], code: 23)
    #expect(error.code == "erased" && error.message.contains("m@1"))
    try session.json(["checkpoint", "export", "m@2", "new.safetensors"])
    #expect(!exists(session.folder.file("old.safetensors")))
  }

  @Test("what cannot be written is refused and leaves nothing")
  func refused() throws {
    _ = try session.folder.write(text: "mine", "taken.safetensors")
    let taken = try session.failure(["checkpoint", "export", "m", "taken.safetensors"])
    #expect(taken.code == "safetensors.exists")
    #expect(try String(contentsOfFile: session.folder.file("taken.safetensors"), encoding: .utf8) == "mine")
    #expect(try session.failure(["checkpoint", "export", "m", "no/such/folder"]).code == "safetensors.unusable")
    #expect(try session.failure(["checkpoint", "export", "nobody", "x.safetensors"]).code == "model.unknown")
    #expect(try session.failure(["checkpoint", "export", "m@7", "x.safetensors"]).code == "checkpoint.unknown")
    try session.expectValid()
  }

  @Test("an array that is damaged in the store makes no file", .enabled(if: Machine.hasSQLite))
  func damaged() throws {
    let sql = """
      UPDATE chunk SET bytes = CAST(substr(bytes, 1, 100) || x'FF' || substr(bytes, 102) AS BLOB)
      WHERE id = (SELECT max(chunk) FROM tensor_chunk JOIN checkpoint_tensor USING (tensor) WHERE name = 'values')
      """
    _ = try sqlite(session.store, sql, in: session.folder)
    #expect(try session.run(["checkpoint", "export", "m", "out.safetensors"]).code == 20)
    let left = try FileManager.default.contentsOfDirectory(atPath: session.folder.path)
    #expect(left.allSatisfy { !$0.contains("out.safetensors") })
  }

  /// Whether `tools/test` has installed model_signing.
  private static let hasModelSigning = exists(oracles + "/model_signing")
  private static let oracles = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../.build/oracles").standardized.path

  /// What `model_signing` says of a file and its signature.
  private func verify(_ file: String, _ signature: String) throws -> Outcome {
    let words = ["verify", "key", file, "--signature", signature, "--public_key", "models.pem"]
    return try run(
      "/usr/bin/env", ["PYTHONPATH=\(Self.oracles)", "/usr/bin/python3", "-m", "model_signing"] + words, in: session.folder)
  }

  @Test("the signature is one of OMS v1.0: openssl and sha256sum agree with it, and a changed file does not")
  func signed() throws {
    let answer = try session.json(["checkpoint", "export", "m", "out.safetensors"])
    #expect(answer["signature"] == "out.safetensors.sig")
    let key = try session.json(["checkpoint", "key"])
    #expect(key["digest"] == answer["signature_key"])
    #expect(try session.run(["checkpoint", "key"]).out == key["public_key"].text)
    _ = try session.folder.write(text: #require(key["public_key"].text), "models.pem")
    let bundle = try JSON(String(contentsOfFile: session.folder.file("out.safetensors.sig"), encoding: .utf8))
    #expect(bundle["verificationMaterial"]["publicKey"]["hint"].text.map { "sha256:" + $0 } == key["digest"].text)
    func decoded(_ value: JSON) throws -> Data {
      let text = try #require(value.text)
      return try #require(Data(base64Encoded: text))
    }
    let payload = try decoded(bundle["dsseEnvelope"]["payload"])
    let statement = try JSON(String(decoding: payload, as: UTF8.self))
    #expect(statement["subject"][0]["name"] == "out.safetensors")
    let hex = try #require(answer["file_digest"].text?.dropFirst(7))
    #expect(statement["predicate"]["resources"] == [["name": ".", "algorithm": "sha256", "digest": .string(String(hex))]])
    let message = Data("DSSEv1 28 application/vnd.in-toto+json \(payload.count) ".utf8) + payload
    _ = try session.folder.write(Array(message), "message")
    let signature = try decoded(bundle["dsseEnvelope"]["signatures"][0]["sig"])
    _ = try session.folder.write(Array(signature), "signature")
    let openssl = ["dgst", "-sha256", "-verify", "models.pem", "-signature", "signature", "message"]
    #expect(try run("/usr/bin/openssl", openssl, in: session.folder).code == 0)
    try session.expectValid()
  }

  @Test("Python's model_signing accepts it, and refuses another file, signature or key", .enabled(if: hasModelSigning))
  func modelSigning() throws {
    try session.json(["checkpoint", "export", "m", "out.safetensors"])
    _ = try session.folder.write(text: session.run(["checkpoint", "key"]).out, "models.pem")
    let good = try verify("out.safetensors", "out.safetensors.sig")
    #expect(good.code == 0, "\(good.out)\(good.err)")
    var changed = try bytes(of: session.folder.file("out.safetensors"))
    changed[changed.count - 1] ^= 1
    _ = try session.folder.write(changed, "changed.safetensors")
    #expect(try verify("changed.safetensors", "out.safetensors.sig").code != 0)
    session.environment["LETHE_MODEL_KEY"] = session.folder.file("second.pem")
    try session.json(["checkpoint", "export", "m", "second.safetensors"])
    #expect(try verify("second.safetensors", "second.safetensors.sig").code != 0)
    #expect(try verify("out.safetensors", "second.safetensors.sig").code != 0)
  }

  @Test("the signing key is made on first use, for its owner alone, stays what it is, and is shown nowhere")
  func modelKey() throws {
    let path = session.folder.file("model/key.pem")
    #expect(!exists(path))
    let answer = try session.run(["checkpoint", "export", "m", "a.safetensors"])
    let secret = try String(contentsOfFile: path, encoding: .utf8)
    #expect((try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    session.environment["LETHE_LOG"] = "trace"
    let again = try session.run(["checkpoint", "export", "m", "b.safetensors"])
    #expect(try String(contentsOfFile: path, encoding: .utf8) == secret)
    let shown = try session.run(["checkpoint", "key"])
    chmod(path, 0o644)
    let open = try session.run(["checkpoint", "export", "m", "c.safetensors"])
    #expect(open.code == 1 && open.err.contains("chmod 600") && !exists(session.folder.file("c.safetensors")))
    chmod(path, 0o600)
    _ = try session.folder.write(text: secret.replacingOccurrences(of: "M", with: "N"), "model/key.pem")
    chmod(path, 0o600)
    let bad = try session.run(["checkpoint", "export", "m", "c.safetensors"])
    #expect(bad.code == 1 && !exists(session.folder.file("c.safetensors")))
    for line in secret.split(separator: "\n") where !line.hasPrefix("---") {
      for outcome in [answer, again, shown, open, bad] { #expect(!outcome.out.contains(line) && !outcome.err.contains(line)) }
    }
    session.environment["LETHE_LOG"] = nil
    let error = try session.failure(["checkpoint", "export", "m", "c.safetensors"])
    #expect(error.code == "model_key.unusable" && error.remedy.contains("LETHE_MODEL_KEY"))
    // Without a signature no key is asked for.
    let plain = try session.json(["checkpoint", "export", "m", "c.safetensors", "--no-signature"])
    #expect(plain["signature"] == .null && plain["signature_key"] == .null && !exists(session.folder.file("c.safetensors.sig")))
    try session.expectValid()
  }

  @Test("a signature's name that is taken stops the export before, and a signature that cannot be written takes the file back")
  func signatureTaken() throws {
    _ = try session.folder.write(text: "mine", "a.safetensors.sig")
    let error = try session.failure(["checkpoint", "export", "m", "a.safetensors"])
    #expect(error.code == "safetensors.exists" && error.message.contains("a.safetensors.sig"))
    #expect(!exists(session.folder.file("a.safetensors")))
    // The signature's temporary name is too long, that of the file is not.
    let name = String(repeating: "n", count: 255 - ".0123456789abcdef.partial".count)
    #expect(try session.failure(["checkpoint", "export", "m", name]).code == "safetensors.unusable")
    #expect(try FileManager.default.contentsOfDirectory(atPath: session.folder.path).allSatisfy { !$0.hasPrefix("nn") })
  }
}
