import Foundation
import Testing

/// `lethe erase`, as a user and an attacker would try it.
@Suite("erase")
struct EraseTests {
  /// Frog is forgotten at `m@2` and known to `m@1`.
  private func forgotten() throws -> Session {
    let session = try Session.trained()
    try session.json(["forget", "m", "--class", "frog", "--reason", "consent withdrawn"])
    return session
  }

  private func bytes(_ session: Session) -> Data {
    ["", "-wal", "-shm"].reduce(into: Data()) { all, suffix in
      if let data = FileManager.default.contents(atPath: session.store + suffix) { all += data }
    }
  }

  @Test("the class's embeddings and old values leave the file; the certificate says what a scan saw; verify is content")
  func erases() throws {
    let session = try forgotten()
    // Part of the embeddings as they are stored: filtered and compressed, the rows of all classes through one another.
    let chunk = """
      SELECT hex(substr(c.bytes, 1000, 200)) FROM split s JOIN tensor_chunk t ON t.tensor = s.embeddings JOIN chunk c ON c.id = t.chunk
      WHERE s.part = 'train' LIMIT 1
      """
    let hex = try sqlite(session.store, chunk, in: session.folder).trimmingCharacters(in: .newlines)
    let row = Data(stride(from: 0, to: hex.utf8.count, by: 2).compactMap { UInt8(hex.dropFirst($0).prefix(2), radix: 16) })
    #expect(row.count == 200)
    #expect(bytes(session).range(of: row) != nil)
    let plan = try session.json(["erase", "m", "--class", "frog", "--dry-run"])
    #expect(plan["state"] == "planned" && plan["removed_bytes"] == 0)
    #expect(plan["items"].items.contains { $0["kind"] == "checkpoint" && $0["name"] == "m@1" })
    #expect(plan["items"].items.contains { $0["name"] == "60 of pets train, embeddings" && $0["fate"] == "blanked" })
    #expect(bytes(session).range(of: row) != nil)

    let answer = try session.json(["erase", "m", "--class", "frog", "--yes", "--certificate", "certificate.json"])
    #expect(answer["state"] == "certified" && answer["complete"] == true && answer["hits"] == 0)
    #expect(answer["items"] == plan["items"])
    #expect(bytes(session).range(of: row) == nil)
    try session.expectSound()
    let text = try String(contentsOfFile: session.folder.file("certificate.json"), encoding: .utf8)
    let certificate = try JSON(text)
    #expect(certificate["classes"] == ["pets/frog"] && certificate["level"] == "Clear")
    #expect(certificate["rows"].items.map { $0["count"] } == [60, 16, 20])
    #expect(certificate["checkpoints"].items.map { $0["name"] } == ["m@1"])
    #expect(try Schemas.faults(in: [text.trimmingCharacters(in: .newlines)]) == "")
    // The digest is that of the document.
    let digest = try run("/usr/bin/bash", ["-c", "head -c -1 certificate.json | sha256sum | cut -c1-64"], in: session.folder).out
    #expect(answer["certificate"] == .string("sha256:" + digest.trimmingCharacters(in: .newlines)))

    let again = try session.json(["erase", "m", "--class", "frog", "--yes"])
    #expect(again["state"] == "nothing" && again["complete"] == true && again["items"] == [])
    try session.expectValid()
  }

  @Test("what was erased cannot come back: not by rolling back, not by training, not by importing it in another form")
  func staysGone() throws {
    let session = try forgotten()
    let digest = try session.json(["checkpoint", "show", "m@1"])["checkpoint"]["digest"]
    try session.json(["erase", "m", "--class", "frog", "--yes"])
    for command in [
      ["rollback", "m", "--to", "1", "--reason", "r"], ["rollback", "m", "--to", "1", "--reinstate", "--reason", "r"],
    ] {
      #expect(try session.failure(command, code: 23).message.contains("m@1"))
    }
    #expect(try session.failure(["evaluate", "m@1"], code: 23).code == "erased")
    let gone = try session.json(["checkpoint", "show", "m@1"])
    #expect(digest.text != nil && gone["checkpoint"]["digest"] == digest && gone["checkpoint"]["erased_at"].text != nil)
    #expect(gone["tensors"].items.first { $0["name"] == "values" }?["erased"] == true)
    let list = try session.json(["checkpoint", "list", "m"])["checkpoints"].items
    #expect(list.map { $0["erased_at"].text != nil } == [true, false])
    #expect(try session.run(["checkpoint", "list", "m"]).out.contains("trained, erased"))
    let lineage = try sqlite(session.store, "SELECT checkpoint, erased IS NULL FROM checkpoint_lineage", in: session.folder)
    #expect(lineage == "m@1|0\nm@2|1\n")
    let parts = try session.json(["dataset", "show", "pets"])["parts"].items
    #expect(parts.allSatisfy { $0["erased"].number == ($0["count"].number ?? 0) / 5 })
    #expect(try session.run(["dataset", "show", "pets"]).out.contains("erased  sha256:"))
    #expect(try session.run(["dataset", "list"]).out.contains(" erased "))
    let place = try session.json(["explain", "--example", "train-3"])["places"][0]
    #expect(place["erased"].items == ["m@1"] && place["known_by"].items == ["m@2"])
    #expect(try session.failure(Samples.importing("again"), code: 23).message.contains("row 2 of train_x.npy"))
    #expect(try session.json(["dataset", "list"])["datasets"].items.count == 1)
    // A model trained on what is left has never seen it, and what was forgotten after it is forgotten as before.
    try session.json(Samples.training("other"))
    let classes = try session.json(["explain", "--class", "frog"])["models"].items
    #expect(classes.allSatisfy { $0["knows"] == false && $0["recoverable_from"] == [] })
    #expect(try session.run(["explain", "--class", "frog"]).out.contains("other@1 does not: its arrays, or the examples"))
    try session.expectValid()
    let test = try session.json(["evaluate", "other"])["measurements"].items
    #expect(test.first { $0["class"] == .null }?["n"] == 80)
    try session.json(["forget", "m", "--class", "cat", "--reason", "r"])
    try session.json(["rollback", "m", "--to", "2", "--reason", "r"])
    try session.expectSound()
  }

  @Test("erase wants the class forgotten, a plan confirmed, and a name that there is; nothing is written else")
  func refusals() throws {
    let session = try Session.trained()
    let before = try session.dump()
    #expect(try session.failure(["erase", "m", "--class", "frog", "--yes"]).code == "erase.still_known")
    #expect(try session.failure(["erase", "m", "--class", "nobody", "--yes"]).code == "class.unknown")
    #expect(try session.failure(["erase", "nobody", "--class", "frog", "--yes"]).code == "model.unknown")
    #expect(try session.failure(["erase", "m", "--example", "nobody", "--yes"]).code == "example.unknown")
    #expect(try session.run(["erase", "m"]).code == 64)
    #expect(try session.dump() == before)
    try session.json(["forget", "m", "--class", "frog", "--reason", "r"])
    let after = try session.dump()
    #expect(try session.run(["erase", "m", "--class", "frog"]).code == 64)
    #expect(try session.dump() == after)
  }

  @Test("another model that knows the class keeps its rows: 21, until it was erased there too")
  func otherModel() throws {
    let session = try forgotten()
    try session.json(Samples.training("other", dataset: "pets", "--seed", "7"))
    let first = try session.json(["erase", "m", "--class", "frog", "--yes"], code: 21)
    #expect(first["state"] == "certified" && first["complete"] == false && first["held"] == [])
    #expect(first["kept"].items.allSatisfy { $0["why"].text?.contains("other@1") == true } && first["kept"].items.count == 3)
    #expect(try session.json(["explain", "--class", "frog"])["models"].items.first { $0["model"] == "other" }?["knows"] == true)
    try session.json(["forget", "other", "--class", "frog", "--reason", "r"])
    func rows() throws -> [JSON] {
      try session.json(["report", "m"])["events"][0]["artefacts"].items.prefix(2).map { $0["status"] }
    }
    #expect(try rows() == ["kept", "kept"])
    let second = try session.json(["erase", "other", "--class", "frog", "--yes"])
    #expect(second["complete"] == true)
    #expect(try rows() == ["erased by erasure 2: train, validation, test", "erased by erasure 2: train, validation, test"])
    let history = try session.json(["history", "--class", "frog"])["entries"]
    #expect(history.all("action") == ["certify", "erase", "forget", "certify", "erase", "forget"])
    #expect(history.items.allSatisfy { $0["classes"].items == ["frog"] })
    #expect(try session.run(["history"]).out.contains("other: frog"))
    try session.expectSound()
  }

  @Test("one person's rows: gone from the data set at once, from the checkpoints once the model was trained again")
  func example() throws {
    let session = try Session.trained()
    let first = try session.json(["erase", "m", "--example", "train-7", "--yes"], code: 21)
    #expect(first["kept"].items.map { $0["what"] } == ["m@1"])
    #expect(try session.failure(["explain", "--example", "train-7"]).code == "example.unknown")
    #expect(try session.json(["history"])["entries"].all("examples").prefix(3) == [1, 1, 0])
    #expect(try session.failure(Samples.importing("again"), code: 23).message.contains("row 7 of train_x.npy"))
    try session.json(Samples.training())
    try session.expectSound()
    try session.expectValid()
  }
}
