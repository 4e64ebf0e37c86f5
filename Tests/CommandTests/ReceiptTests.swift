import Foundation
import Testing

/// Receipts for log entries, and tree heads that were kept elsewhere.
@Suite("Receipts")
struct ReceiptTests {
  private let session: Session

  /// Four entries; the last one forgets frog.
  init() throws {
    session = try Session.trained()
    try session.json(["forget", "m", "--class", "frog", "--reason", "licence ended"])
  }

  private func key() throws -> String { try #require(try session.json(["log", "key"])["verifier_key"].text) }

  private func lines(_ name: String) throws -> [String] {
    try String(contentsOfFile: session.folder.file(name), encoding: .utf8).components(separatedBy: "\n")
  }

  @Test("each entry's receipt verifies with the log's key and no store, and says what the entry says")
  func proves() throws {
    let key = try key()
    _ = try session.folder.write(text: key + "\n", "lethe.pub")
    let leaves = try session.json(["log", "list"])["entries"].items
    for (index, leaf) in leaves.enumerated() {
      let proved = try session.json(["log", "prove", "\(index)", "--output", "\(index).tlog-proof"])
      #expect(proved["leaf_hash"] == leaf["leaf_hash"] && proved["size"] == 4)
      #expect(try proved["proof"].text == lines("\(index).tlog-proof").joined(separator: "\n"))
    }
    // Printed and written it is the same, byte for byte.
    #expect(try session.run(["log", "prove", "3"]).out == lines("3.tlog-proof").joined(separator: "\n"))
    try FileManager.default.moveItem(atPath: session.store, toPath: session.folder.file("gone"))
    for (index, leaf) in leaves.enumerated() {
      for given in [key, "lethe.pub"] {
        let answer = try session.json(["verify-receipt", "\(index).tlog-proof", "--key", given])
        #expect(answer["leaf"] == leaf["leaf"] && answer["action"] == leaf["action"])
        #expect(answer["log_index"] == .number(Double(index)))
        #expect(answer["origin"] == "example.com/test" && answer["signers"].items.count == 1)
      }
    }
    let forget = try session.json(["verify-receipt", "3.tlog-proof", "--key", "lethe.pub"])
    #expect(forget["model"] == "m" && forget["parent"] == "m@1" && forget["child"] == "m@2")
    #expect(forget["sealed"].items.map { $0["name"] } == ["actor", "reason"])
    let text = try session.run(["verify-receipt", "3.tlog-proof", "--key", "lethe.pub"])
    #expect(text.code == 0 && text.out.contains("forget") && text.out.contains("m@2") && text.err == "")
    // Nobody is named in it.
    #expect(try !text.out.contains("Ada") && !lines("3.tlog-proof").joined().contains("licence"))
    try session.expectValid()
  }

  @Test("a receipt that was changed is named for what is wrong with it; another file is no receipt")
  func forged() throws {
    let key = try key()
    try session.json(["log", "prove", "3", "--output", "p"])
    try session.json(["log", "prove", "2", "--output", "q"])
    let (good, other) = (try lines("p"), try lines("q"))
    let head = try #require(good.firstIndex(of: "")) + 1
    try session.json(["init", "--store", "other.db", "--origin", "example.com/test"], code: 0)
    session.environment["LETHE_KEY"] = session.folder.file("second-key")
    try session.json(["init", "--store", "third.db", "--origin", "example.com/test"])
    let stranger = try #require(try session.json(["log", "key", "--store", "third.db"])["verifier_key"].text)
    func fails(_ change: (inout [String]) -> Void, _ code: Int32, _ name: String, key given: String? = nil) throws {
      var changed = good
      change(&changed)
      _ = try session.folder.write(text: changed.joined(separator: "\n"), "r")
      let error = try session.failure(["verify-receipt", "r", "--key", given ?? key], code: code)
      #expect(error.code == name, "\(error)")
    }
    try fails({ _ in }, 20, "receipt.other_key", key: stranger)
    try fails({ $0[1] = other[1] }, 20, "receipt.not_in_log")
    try fails({ $0[2] = "index 1" }, 20, "receipt.not_in_log")
    try fails({ $0[3] = other[3] }, 20, "receipt.not_in_log")
    try fails({ $0.remove(at: 3) }, 20, "receipt.not_in_log")
    try fails({ $0[head + 1] = "5" }, 20, "receipt.signature_bad")
    try fails({ $0[head] = "example.com/elsewhere" }, 20, "receipt.signature_bad")
    try fails({ $0.remove(at: 1) }, 1, "receipt.not_an_entry")
    try fails({ $0[0] = "c2sp.org/tlog-proof@v2" }, 1, "receipt.malformed")
    try fails({ $0[3] += "=" }, 1, "receipt.malformed")
    try fails({ $0.removeLast(3) }, 1, "receipt.malformed")
    try fails({ $0 = ["{}"] }, 1, "receipt.malformed")
    try fails({ $0 = [String](repeating: String(repeating: "A", count: 1_000), count: 1_000) }, 1, "receipt.malformed")
    let deep = String(repeating: "[", count: 60_000)
    try fails({ $0[1] = "extra " + Data(deep.utf8).base64EncodedString() }, 20, "receipt.not_in_log")
    for bad in ["", "nonsense", "/dev/zero", String(repeating: "k", count: 100_000), session.folder.path, key + "A"] {
      #expect(try session.failure(["verify-receipt", "p", "--key", bad]).code == "key.malformed")
    }
    #expect(try session.failure(["verify-receipt", "missing", "--key", key]).code == "file.unreadable")
    #expect(try session.failure(["verify-receipt", "/dev/zero", "--key", key]).code == "file.unreadable")
    session.environment["LETHE_KEY"] = session.folder.file("key")
    #expect(try session.failure(["log", "prove", "4"]).message.contains("0 to 3"))
    try session.expectValid()
  }

  @Test("verify --since: a log that goes on is sound; one put back, one gone on otherwise and one signed anew are told apart")
  func since() throws {
    func keep(_ name: String, _ store: Session) throws {
      _ = try session.folder.write(text: store.run(["log", "checkpoint"]).out, name)
    }
    try keep("four", session)
    let earlier = try Session(copy: session.folder)
    try session.json(["forget", "m", "--class", "cat", "--reason", "r"])
    try keep("five", session)
    for name in ["four", "five"] {
      #expect(try session.json(["verify", "--since", name])["ok"] == true)
      #expect(try session.run(["verify", "--since", name]).out.contains("continues the tree head of"))
    }
    func finding(_ store: Session, _ note: String) throws -> [JSON] {
      let found = try store.json(["verify", "--since", session.folder.file(note)], code: 20)["findings"].items
      return found.map { $0["code"] }
    }
    // The file of yesterday, as it is and with another history on top.
    #expect(try finding(earlier, "five") == ["log.rewound"])
    try earlier.expectSound()
    try earlier.json(["forget", "m", "--class", "dog", "--reason", "r"])
    #expect(try finding(earlier, "five") == ["log.forked"])
    #expect(try earlier.json(["verify", "--since", session.folder.file("four")])["ok"] == true)
    // A whole new store under the same name, with another key.
    let replaced = try Session()
    try replaced.json(["init", "--origin", "example.com/test"])
    #expect(Set(try finding(replaced, "four").compactMap(\.text)) == ["log.key_replaced", "log.rewound"])

    let note = try lines("four")
    for (text, code) in [
      ("", "note.malformed"), ("hello\n", "note.malformed"), (note.joined(separator: "\n") + "x", "note.malformed"),
      (note.joined(separator: "\n").replacingOccurrences(of: "\n4\n", with: "\n3\n"), "note.signature_bad"),
      (String(repeating: "a", count: 1_000_000), "note.malformed"),
    ] {
      _ = try session.folder.write(text: text, "bad")
      #expect(try session.failure(["verify", "--since", "bad"]).code == code)
    }
    let elsewhere = try Session()
    try elsewhere.json(["init", "--origin", "example.com/elsewhere"])
    try keep("other", elsewhere)
    #expect(try session.failure(["verify", "--since", "other"]).code == "note.other_log")
    #expect(try session.failure(["verify", "--since", "nowhere"]).code == "file.unreadable")
    for store in [session, earlier, replaced, elsewhere] { try store.expectValid() }
  }
}
