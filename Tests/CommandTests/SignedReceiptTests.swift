import Foundation
import Glibc
import Testing

/// Receipts as in-toto statements: `--receipt`, `log receipt`, and `verify-receipt` of an envelope.
@Suite("Signed receipts")
struct SignedReceiptTests {
  private let session: Session

  init() throws { session = try Session.trained() }

  private func key() throws -> String { try #require(try session.json(["log", "key"])["verifier_key"].text) }

  private func bytes(_ name: String) throws -> [UInt8] { try CommandTests.bytes(of: session.folder.file(name)) }

  /// The statement in an envelope.
  private func statement(_ name: String) throws -> JSON {
    let payload = try #require(try JSON(String(decoding: bytes(name), as: UTF8.self))["payload"].text)
    return try JSON(String(decoding: #require(Data(base64Encoded: payload)), as: UTF8.self))
  }

  private func digest(_ checkpoint: String) throws -> String {
    try #require(try session.json(["checkpoint", "show", checkpoint])["checkpoint"]["digest"].text)
  }

  /// The four commands, each with its receipt; indexes of the entries that the receipts name.
  private func issueAll() throws -> [(name: String, entries: [Int], kind: String)] {
    try session.json(Samples.training() + ["--receipt", "train.json"])
    try session.json(
      ["forget", "m", "--class", "frog", "--reason", "licence ended", "--approved-by", "Grace", "--receipt", "forget.json"])
    try session.json(["rollback", "m", "--to", "1", "--reason", "worse", "--receipt", "rollback.json"])
    try session.json(["rollback", "m", "--to", "3", "--reason", "better", "--receipt", "again.json"])
    try session.json(["rollback", "m", "--to", "2", "--reinstate", "--reason", "withdrawn", "--receipt", "reinstate.json"])
    try session.json(["forget", "m", "--class", "cat", "--class", "dog", "--reason", "r", "--pairs", "9", "--receipt", "two.json"])
    try session.json(["erase", "m", "--class", "cat", "--reason", "request 7", "--receipt", "erase.json", "--yes"])
    return [
      ("train", [3], "training"), ("forget", [4], "unlearning"), ("rollback", [5], "rollback"), ("again", [6], "rollback"),
      ("reinstate", [7], "rollback"), ("two", [8], "unlearning"), ("erase", [9, 10], "erasure-certificate"),
    ]
  }

  @Test("each is issued with the command and again at any time, the same bytes, and holds with its proof and no store")
  func issues() throws {
    let issued = try issueAll()
    let key = try key()
    let written = try issued.map { try bytes("\($0.name).json") }
    for (name, entries, kind) in issued {
      for entry in entries {
        let answer = try session.json(["log", "receipt", "\(entry)", "--output", "later.json"])
        #expect(answer["kind"] == .string(kind) && answer["log_index"].count == entries.last)
        #expect(try bytes("later.json") == bytes("\(name).json"), "\(name)")
        #expect(try session.run(["log", "receipt", "\(entry)"]).out == answer["envelope"].text)
      }
      try session.json(["log", "prove", "\(entries[entries.count - 1])", "--output", "\(name).tlog-proof"])
    }
    // Whatever is done to the store later, a receipt stays what it was.
    try session.json(["log", "redact", "4", "--reason", "r", "--yes"])
    try session.json(["forget", "m", "--class", "ship", "--reason", "r"])
    try session.json(["erase", "m", "--class", "dog", "--yes"])
    for (index, item) in issued.enumerated() {
      try session.json(["log", "receipt", "\(item.entries[0])", "--output", "later.json"])
      #expect(try bytes("later.json") == written[index], "\(item.name)")
    }
    try FileManager.default.moveItem(atPath: session.store, toPath: session.folder.file("gone"))
    for (name, entries, kind) in issued {
      let alone = try session.json(["verify-receipt", "\(name).json", "--key", key])
      #expect(alone["kind"] == .string(kind) && alone["size"] == .null && alone["origin"] == "example.com/test")
      #expect(alone["not_checked"].items.contains { $0.text?.contains("--proof") == true })
      let subject = try #require(alone["subjects"][0]["digest"].text)
      let proved = try session.json(
        ["verify-receipt", "\(name).json", "--key", key, "--proof", "\(name).tlog-proof", "--subject", subject])
      #expect(proved["size"] == 11 && proved["log_index"].count == entries.last && proved["not_checked"].items.count == 1)
    }
    let text = try session.run(["verify-receipt", "forget.json", "--key", key])
    #expect(
      text.code == 0 && text.out.contains("unlearning of m, entry 4") && text.out.contains("not checked  that the log has entry 4"))
    // Every statement and answer is what its schema says.
    try session.expectValid()
  }

  @Test("what each says is what the store says")
  func content() throws {
    _ = try issueAll()
    let train = try statement("train.json")
    let shown = try session.json(["checkpoint", "show", "m@2"])
    #expect(train["subject"] == [["name": "m@2", "digest": ["sha256": .string(String(try digest("m@2").dropFirst(7)))]]])
    #expect(train["predicate"]["configuration"] == (try JSON(#require(shown["configuration"].text))))
    #expect(train["predicate"]["parent"] == ["name": "m@1", "digest": .string(try digest("m@1"))])
    #expect(train["predicate"]["seed"] == "0" && train["predicate"]["left_out_events"] == [])
    #expect(train["predicate"]["measurements"].items.count == 12 && train["predicate"]["measurements_left_out"] == 0)

    let forget = try statement("forget.json")["predicate"]
    let leaf = try session.json(["log", "list"])["entries"][4]
    #expect(forget["log"] == ["origin": "example.com/test", "index": 4, "leaf_hash": leaf["leaf_hash"]])
    #expect(forget["sealed"] == (try JSON(#require(leaf["leaf"].text))["sealed"]) && forget["sealed"].keys.count == 3)
    #expect(forget["parent"]["name"] == "m@2" && forget["child"]["name"] == "m@3" && forget["event"] == 1)
    #expect(forget["classes"].all("ordinal") == [2] && forget["parameters"] == ["until": "0.0"])
    #expect(forget["forgotten_examples"].all("count") == [60, 16, 20])
    let roles = forget["measurements"].items("class", .null)
    #expect(roles.map { $0["role"] } == ["all", "forget", "retain", "forget", "retain"])
    #expect(roles.filter { $0["role"] == "forget" }.map { $0["value"] }.contains("0.0"))

    if Machine.hasSQLite {
      let sql = """
        SELECT m.name || '@' || c.number, s.part, s.role, k.ordinal, x.n, x.value, x.low, x.high FROM measurement x
        JOIN checkpoint c ON c.id = x.checkpoint JOIN model m ON m.id = c.model JOIN split s ON s.id = x.split
        LEFT JOIN class k ON k.id = x.class WHERE x.entry = 4 ORDER BY x.id
        """
      let recorded = try sqlite(session.store, sql, in: session.folder).split(separator: "\n").map { line in
        line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      }
      #expect(recorded.count == forget["measurements"].items.count)
      for (row, figure) in zip(recorded, forget["measurements"].items) {
        let names = ["checkpoint", "part", "role"].map { figure[$0].text }
        #expect(names == Array(row[0..<3]) && figure["class"].count == Int(row[3]) && figure["n"].count == Int(row[4]))
        let numbers = ["value", "low", "high"].map { figure[$0].text.flatMap(Double.init) }
        // The shell prints fifteen digits.
        for (number, text) in zip(numbers, row[5...]) { #expect(abs(try #require(number) - (Double(text) ?? -1)) < 1e-14) }
      }
    }

    let rollback = try statement("rollback.json")["predicate"]
    #expect(rollback["from"]["name"] == "m@3" && rollback["to"]["name"] == "m@1" && rollback["child"]["name"] == "m@4")
    #expect(rollback["reapplied_events"] == [1] && rollback["reinstated_events"] == [])
    let again = try statement("again.json")["predicate"]
    #expect(again["to"] == again["child"] && again["reapplied_events"] == [] && again["measurements"] == [])
    let reinstate = try statement("reinstate.json")["predicate"]
    #expect(reinstate["reinstated_events"] == [1] && reinstate["child"]["name"] == "m@2")
    #expect(try statement("two.json")["predicate"]["classes"].all("ordinal") == [0, 1])

    let erase = try statement("erase.json")
    let gone = try session.json(["history", "--kind", "erase"])["entries"][0]["log_index"]
    #expect(erase["predicate"]["erasure_log"]["index"] == gone && erase["predicate"]["log"]["index"] == 10)
    #expect(erase["predicate"]["rows"].all("count") == [60, 16, 20] && erase["predicate"]["hits"] == 0)
    #expect(erase["predicate"]["classes"].all("ordinal") == [0])
    // m@2 is m@1 by its digest, and m@4 is m@3.
    let names = erase["subject"].all("name").compactMap(\.text)
    #expect(names == ["m@1", "m@3", "pets/train", "pets/validation", "pets/test"])
    let digests = Set(erase["subject"].items.compactMap { $0["digest"]["sha256"].text })
    #expect(erase["predicate"]["arrays"].items.allSatisfy { digests.contains(String($0.text?.dropFirst(7) ?? "")) })
  }

  @Test("nobody and no class, example or reason stands in one")
  func nameless() throws {
    for (name, _, _) in try issueAll() {
      let payload = try #require(try JSON(String(decoding: bytes("\(name).json"), as: UTF8.self))["payload"].text)
      let text = String(decoding: try #require(Data(base64Encoded: payload)), as: UTF8.self)
      for word in ["\"cat\""] + Samples.classes.dropFirst() + [
        "Ada", "Grace", "licence", "worse", "withdrawn", "request", "train-0",
      ] {
        let isThere = text.contains(word)
        #expect(!isThere, "\(name): \(word)")
      }
    }
  }

  @Test("a receipt that cannot be written stops the command before, or is told as an error after the commit")
  func unwritable() throws {
    let size = try session.json(["history"])["entries"].items.count
    for path in ["no/such/folder/r.json", session.folder.path] {
      let error = try session.failure(WritingCommand.forgetting + ["--receipt", path])
      #expect(error.code == "file.unwritable")
    }
    #expect(try session.json(["history"])["entries"].items.count == size)
    // The name of its temporary neighbour is too long, which nobody sees before.
    let long = String(repeating: "r", count: 255)
    let error = try session.failure(WritingCommand.forgetting + ["--receipt", long])
    #expect(error.code == "file.unwritable" && error.remedy.contains("log entry 3"))
    #expect(try session.json(["history"])["entries"].items.count == size + 1)
    try session.json(["log", "receipt", "3", "--output", "r.json"])
    // One that is there is replaced as a whole.
    try session.json(["rollback", "m", "--to", "1", "--reason", "r", "--receipt", "r.json"])
    #expect(try statement("r.json")["predicateType"].text?.hasSuffix("#rollback/v1") == true)
    let left = try FileManager.default.contentsOfDirectory(atPath: session.folder.path)
    #expect(!left.contains { $0.hasSuffix(".partial") })
    try session.expectValid()
  }

  @Test("what has no receipt, or none yet, is told; another key signs none")
  func refused() throws {
    #expect(try session.failure(["log", "receipt", "0"]).code == "receipt.not_issued")
    #expect(try session.failure(["log", "receipt", "1"]).message.contains("`import`"))
    #expect(try session.failure(["log", "receipt", "3"]).code == "entry.unknown")
    let own = session.environment["LETHE_KEY"]
    session.environment["LETHE_KEY"] = session.folder.file("none")
    #expect(try session.failure(["log", "receipt", "2"]).code == "key.missing")
    session.environment["LETHE_KEY"] = session.folder.file("other")
    try session.json(["init", "--store", "other.db"])
    #expect(try session.failure(["log", "receipt", "2"]).code == "key.wrong")
    session.environment["LETHE_KEY"] = own
    try session.expectValid()
  }

  @Test("nothing is signed that somebody wrote into the store", .enabled(if: Machine.hasSQLite))
  func tampered() throws {
    try session.json(WritingCommand.forgetting)
    let good = try Session(copy: session.folder)
    for (sql, table) in [
      ("UPDATE measurement SET value = 0.5 WHERE id = (SELECT max(id) FROM measurement)", "measurement"),
      ("UPDATE unlearning_event SET masked_pairs = masked_pairs + 1", "unlearning_event"),
      ("DELETE FROM measurement WHERE id = (SELECT max(id) FROM measurement)", "measurement"),
      ("INSERT INTO forgotten_class SELECT max(id) + 1, event, 1, 1, 1, entry FROM forgotten_class", "forgotten_class"),
      ("UPDATE class SET commitment = zeroblob(32) WHERE ordinal = 2", "class"),
      ("UPDATE split SET count = 7 WHERE event IS NULL AND part = 'test'", "split"),
      ("UPDATE checkpoint SET engine_version = '9' WHERE number = 2", "checkpoint"),
    ] {
      let copy = try Session(copy: good.folder)
      let name = sql.split(separator: " ")[sql.hasPrefix("UPDATE") ? 1 : 2]
      let drop = "DROP TRIGGER IF EXISTS \(name)_refuses_update; DROP TRIGGER IF EXISTS \(name)_refuses_delete; "
      _ = try sqlite(copy.store, drop + sql, in: copy.folder)
      let error = try copy.failure(["log", "receipt", "3"], code: 20)
      #expect(error.code == "record.corrupt" && error.message.contains(table), "\(sql): \(error)")
    }
  }

  @Test("single examples, a retention rule, an imported checkpoint, a second data set's keys: each kind of each has its receipt")
  func variants() throws {
    try session.json(["checkpoint", "export", "m", "m.safetensors"])
    try session.json(["checkpoint", "import", "other", "m.safetensors", "--dataset", "pets"])
    #expect(try session.failure(["log", "receipt", "3"]).code == "receipt.not_issued")
    try session.json([
      "forget", "other", "--class", "ship", "--method", "examples", "--examples", "5", "--reason", "r", "--receipt", "a",
    ])
    try session.json(["rollback", "other", "--to", "1", "--reason", "r", "--receipt", "b"])
    try session.json(Samples.training("other", dataset: "pets", "--seed", "18446744073709551615") + ["--receipt", "c"])
    try session.json(["forget", "other", "--class", "frog", "--pairs", "3", "--reason", "r", "--receipt", "d"])
    #expect(try statement("a")["predicate"]["parameters"] == ["examples": 5])
    #expect(try statement("b")["predicate"]["reapplied_events"] == [1])
    let training = try statement("c")["predicate"]
    #expect(training["seed"] == "18446744073709551615" && training["left_out_events"] == [1])
    #expect(training["parent"]["name"] == "other@3" && training["configuration"]["left_out"] == [4])
    // Classes forgotten before are in neither of the parts that go and stay.
    #expect(try statement("d")["predicate"]["forgotten_examples"].all("count") == [60, 16, 20])
    try session.json(["retention", "set", "other", "--keep-last", "1", "--reason", "r"])
    try session.json(["retention", "apply", "--reason", "r", "--yes"])
    let applied = try #require(try session.json(["history", "--kind", "certify"])["entries"][0]["log_index"].count)
    try session.json(["log", "receipt", "\(applied)", "--output", "e"])
    let retention = try statement("e")["predicate"]
    #expect(retention["kind"] == "retention" && retention["rows"] == [] && retention["checkpoints"].items.count == 4)
    try session.json(["erase", "m", "--example", "train-7", "--receipt", "f", "--yes"], code: 21)
    let example = try statement("f")["predicate"]
    #expect(example["kind"] == "example" && example["classes"] == [] && example["rows"].all("count") == [1])
    let key = try key()
    for name in ["a", "b", "c", "d", "e", "f"] { try session.json(["verify-receipt", name, "--key", key]) }
    // Every statement is what its schema says, and so is that of an erasure whose things are many.
    try session.expectValid()
  }

  @Test("with more than a thousand figures those of single classes stay in the store, and the receipt says how many")
  func manyClasses() throws {
    let count = 600
    var generator = SeededGenerator(5)
    for part in ["train", "validation", "test"] {
      _ = try session.folder.write(Npy.floats((0..<(count * 4)).map { _ in generator.normal() }, columns: 4), "many-\(part)-x")
      _ = try session.folder.write(Npy.labels(Array(0..<count)), "many-\(part)-y")
    }
    let files = ["train", "validation", "test"].flatMap { ["--\($0)-x", "many-\($0)-x", "--\($0)-y", "many-\($0)-y"] }
    try session.json(["dataset", "import", "many"] + files)
    try session.json(Samples.training("n", dataset: "many") + ["--receipt", "many.json"])
    let predicate = try statement("many.json")["predicate"]
    #expect(predicate["measurements"].all("class") == [.null, .null] && predicate["measurements_left_out"] == 1_200)
    try session.json(["verify-receipt", "many.json", "--key", key()])
    try session.expectValid()
  }

  @Test("while an erasure is pending it has no receipt; with the certificate it has", .enabled(if: Machine.hasSQLite))
  func pending() throws {
    try session.json(WritingCommand.forgetting)
    for pipe in ["ready", "end"] { #expect(mkfifo(session.folder.file(pipe), 0o600) == 0) }
    // A reader that holds an old state until it is told to end.
    let reader = try RunningProcess(
      "/usr/bin/bash", ["-c", "sqlite3 '\(session.store)' 'BEGIN; SELECT count(*) FROM log_entry' '.shell echo > ready; cat end'"],
      environment: session.environment, in: session.folder)
    _ = try run("/usr/bin/cat", ["ready"], in: session.folder)
    let erased = try session.json(["erase", "m", "--class", "frog", "--receipt", "erase.json", "--yes"], code: 21)
    #expect(erased["state"] == "pending" && !exists(session.folder.file("erase.json")))
    #expect(try session.failure(["log", "receipt", "4"]).code == "receipt.pending")
    _ = try run("/usr/bin/bash", ["-c", "echo > end"], in: session.folder)
    #expect(try reader.wait().code == 0)
    try session.json(["erase", "m", "--class", "frog", "--receipt", "erase.json", "--yes"])
    try session.json(["log", "receipt", "4", "--output", "later.json"])
    #expect(try bytes("erase.json") == bytes("later.json"))
    let again = try session.run(["erase", "m", "--class", "frog", "--receipt", "again.json", "--yes"])
    #expect(again.code == 0 && again.out.contains("No again.json was written") && !exists(session.folder.file("again.json")))
    try session.expectValid()
  }

  @Test("on a failing disk: a whole receipt or none", arguments: Shim.Fault.ofWriting)
  func failingDisk(fault: Shim.Fault) throws {
    let path = session.folder.file("r.json")
    let whole = try session.run(["log", "receipt", "2"]).out
    for number in 1... {
      let (outcome, failed) = try session.run(
        ["log", "receipt", "2", "--output", "r.json", "--json"], with: fault, at: number, on: path)
      guard failed else { break }
      if exists(path) {
        #expect(try String(contentsOfFile: path, encoding: .utf8) == whole, "\(fault), call \(number)")
      } else {
        #expect(outcome.code != 0, "\(fault), call \(number)")
      }
      unlink(path)
    }
    #expect(try session.run(["log", "receipt", "2", "--output", "r.json"]).code == 0)
  }
}

/// Receipts that lie, as somebody who hands out files would make them.
@Suite("Attacks on receipts")
struct ReceiptAttackTests {
  private let session: Session
  private let key: String

  /// Entry 3 forgets frog, entry 4 forgets cat; receipts and proofs of both.
  init() throws {
    session = try Session.trained()
    for (entry, name) in [(3, "frog"), (4, "cat")] {
      try session.json(["forget", "m", "--class", name, "--reason", "r", "--receipt", "\(entry).json"])
    }
    for entry in [2, 3, 4] { try session.json(["log", "prove", "\(entry)", "--output", "\(entry).proof"]) }
    key = try #require(try session.json(["log", "key"])["verifier_key"].text)
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: session.folder.file(name), encoding: .utf8)
  }

  private func refuses(
    _ content: String, _ code: String, exit: Int32 = 20, _ more: [String] = [], at location: SourceLocation = #_sourceLocation
  ) throws {
    _ = try session.folder.write(text: content, "forged")
    let error = try session.failure(["verify-receipt", "forged", "--key", key] + more, code: exit, at: location)
    #expect(error.code == code, "\(error.message)", sourceLocation: location)
    #expect(error.message.utf8.count < 1_000, sourceLocation: location)
  }

  /// A receipt with another payload under the old signature.
  private func repayload(_ change: (String) -> String) throws -> String {
    let payload = try #require(try JSON(text("3.json"))["payload"].text)
    let plain = String(decoding: try #require(Data(base64Encoded: payload)), as: UTF8.self)
    #expect(change(plain) != plain)
    return try text("3.json").replacingOccurrences(of: payload, with: Data(change(plain).utf8).base64EncodedString())
  }

  @Test("a payload changed after signing: a figure, the subject, the log index")
  func changed() throws {
    for (old, new) in [(#""value":"0.0""#, #""value":"0.1""#), ("m@2", "m@1"), (#""index":3"#, #""index":4"#)] {
      try refuses(repayload { $0.replacingOccurrences(of: old, with: new) }, "receipt.signature_bad")
    }
    let other = try #require(try JSON(text("4.json"))["payload"].text)
    let own = try #require(try JSON(text("3.json"))["payload"].text)
    try refuses(text("3.json").replacingOccurrences(of: own, with: other), "receipt.signature_bad")
  }

  @Test("two signatures, of which one is bad; a signature by another")
  func signatures() throws {
    let good = try text("3.json")
    let signature = try #require(try JSON(good)["signatures"][0]["sig"].text)
    let name = try #require(try JSON(good)["signatures"][0]["keyid"].text)
    let bad = #"{"keyid":"\#(name)","sig":"\#(Data(repeating: 7, count: 64).base64EncodedString())"}"#
    let right = #"{"keyid":"\#(name)","sig":"\#(signature)"}"#
    let stranger = #"{"keyid":"example.com/other+00000000","sig":"AAAA"}"#
    func with(_ list: [String]) -> String { good.replacingOccurrences(of: right, with: list.joined(separator: ",")) }
    try refuses(with([right, bad]), "receipt.signature_bad")
    try refuses(with([bad, right]), "receipt.signature_bad")
    try refuses(with([stranger]), "receipt.other_key")
    try refuses(with([]), "receipt.malformed", exit: 1)
    try refuses(with([String](repeating: right, count: 101)), "receipt.malformed", exit: 1)
    _ = try session.folder.write(text: with([right, stranger]), "more")
    let answer = try session.json(["verify-receipt", "more", "--key", key])
    #expect(answer["unchecked_signers"] == ["example.com/other+00000000"])
    #expect(answer["not_checked"].items.contains { $0.text?.hasPrefix("signatures by others") == true })
    // The same of a note: the tree head of a proof.
    let proof = try text("3.proof")
    let line = try #require(proof.split(separator: "\n").last)
    try refuses(proof + line.dropLast(4) + "AAA=\n", "receipt.signature_bad")
    try refuses(proof.replacingOccurrences(of: line, with: "\(line.dropLast(4))AAA=\n\(line)"), "receipt.signature_bad")
    try session.expectValid()
  }

  @Test("hostile JSON: deep, huge, with a name twice, with 1 MB key names, of another type")
  func hostile() throws {
    let good = try text("3.json")
    try refuses("{\"a\":" + String(repeating: "[", count: 500_000), "receipt.too_deep", exit: 1)
    try refuses("{\"a\":\"" + String(repeating: "a", count: 1 << 20) + "\"}", "receipt.too_large", exit: 1)
    try refuses("{" + String(repeating: "\"a\":1,", count: 170_000) + "\"b\":1}", "receipt.too_large", exit: 1)
    try refuses(
      good.replacingOccurrences(of: "\"payloadType\"", with: "\"payload\":\"\",\"payloadType\""), "receipt.repeated_name", exit: 1)
    try refuses(good.replacingOccurrences(of: "in-toto+json", with: "in-toto"), "receipt.signature_bad")
    try refuses("{}", "receipt.malformed", exit: 1)
    try refuses("{", "receipt.malformed", exit: 1)
    try refuses(good + "{}", "receipt.malformed", exit: 1)
    let long = String(repeating: "k", count: 1_000_000)
    // The hint at the key decides nothing, as long as it may be.
    _ = try session.folder.write(text: good.replacingOccurrences(of: "\"keyid\":\"", with: "\"keyid\":\"\(long)"), "long")
    #expect(try session.json(["verify-receipt", "long", "--key", key])["unchecked_signers"] == [])
    let proof = try text("3.proof")
    try refuses(proof.replacingOccurrences(of: "— example.com/test", with: "— \(long)"), "receipt.malformed", exit: 1)
    try refuses(proof.replacingOccurrences(of: "example.com/test\n", with: "\(long)\n"), "receipt.malformed", exit: 1)
    for given in ["\(long)+00000000+AAAA", "example.com/test+\(long)"] {
      #expect(try session.failure(["verify-receipt", "3.json", "--key", String(given.prefix(100_000))]).code == "key.malformed")
    }
    #expect(try session.failure(["verify-receipt", "/dev/zero", "--key", key]).code == "file.unreadable")
    try session.expectValid()
  }

  @Test("a receipt of another log, of another entry, about another checkpoint")
  func elsewhere() throws {
    // Another log by its key, and another log of the same key.
    let other = try Session.trained()
    other.environment["LETHE_KEY"] = other.folder.file("second")
    try other.json(["init", "--store", "second.db", "--origin", "example.com/test"])
    let stranger = try #require(try other.json(["log", "key", "--store", "second.db"])["verifier_key"].text)
    #expect(try session.failure(["verify-receipt", "3.json", "--key", stranger], code: 20).code == "receipt.other_key")
    try session.json(["init", "--store", "twin.db", "--origin", "example.com/twin"])
    let twin = try #require(try session.json(["log", "key", "--store", "twin.db"])["verifier_key"].text)
    let error = try session.failure(["verify-receipt", "3.json", "--key", twin], code: 20)
    #expect(error.code == "receipt.other_log" && error.message.contains("example.com/test"))
    // Another entry: by its proof, and by a proof whose index was changed.
    for name in ["2.proof", "4.proof"] {
      let error = try session.failure(["verify-receipt", "3.json", "--key", key, "--proof", name], code: 20)
      #expect(error.code == "receipt.other_entry", "\(error)")
    }
    _ = try session.folder.write(text: text("4.proof").replacingOccurrences(of: "index 4", with: "index 3"), "forged.proof")
    let forged = try session.failure(["verify-receipt", "3.json", "--key", key, "--proof", "forged.proof"], code: 20)
    #expect(forged.code == "receipt.not_in_log" && forged.message.contains("forged.proof"))
    // Another checkpoint.
    let own = try #require(try session.json(["checkpoint", "show", "m@2"])["checkpoint"]["digest"].text)
    let third = try #require(try session.json(["checkpoint", "show", "m@3"])["checkpoint"]["digest"].text)
    for name in ["3.json", "3.proof"] {
      try session.json(["verify-receipt", name, "--key", key, "--subject", own])
      #expect(
        try session.failure(["verify-receipt", name, "--key", key, "--subject", third], code: 20).code == "receipt.other_subject")
    }
    #expect(try session.run(["verify-receipt", "3.proof", "--key", key, "--proof", "3.proof"]).code == 64)
    try session.expectValid()
  }
}
