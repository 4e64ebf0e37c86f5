import Foundation
import Glibc
import Testing

/// The log goes from one key to the next, and nothing that was signed before loses its worth.
@Suite("Change of keys")
struct RotateKeyTests {
  private let session: Session

  /// Four entries of key A; kept are its public key, its last tree head and a receipt.
  init() throws {
    session = try Session.trained()
    try session.json(["forget", "m", "--class", "frog", "--reason", "licence ended"])
    try keep(["log", "key"], "a.pub")
    try keep(["log", "checkpoint"], "four.note")
    try keep(["log", "prove", "3"], "three.tlog-proof")
  }

  private func keep(_ command: [String], _ name: String) throws {
    let outcome = try session.run(command)
    #expect(outcome.code == 0, "\(outcome.err)")
    _ = try session.folder.write(text: outcome.out, name)
  }

  /// Entry 4 hands over to the key in `second`, which writes entry 5.
  private func rotate() throws {
    let answer = try session.json(["log", "rotate-key", "second", "--reason", "yearly"])
    #expect(answer["log_index"] == 4 && answer["key_file"] == "second" && answer["old_key"] != answer["new_key"])
    session.environment["LETHE_KEY"] = session.folder.file("second")
    try session.json(["copy", "add", "x", "--kind", "other"])
  }

  @Test("the new key writes and the old one does not; the store verifies and says which key signed since when")
  func rotates() throws {
    try rotate()
    var status = stat()
    #expect(stat(session.folder.file("second"), &status) == 0 && status.st_mode & 0o777 == 0o600)
    let keys = try session.json(["log", "key"])
    #expect(keys["keys"].all("since_entry") == [0, 4] && keys["keys"][1]["verifier_key"] == keys["verifier_key"])
    #expect(
      try keys["keys"][0]["verifier_key"].text.map { $0 + "\n" }
        == String(contentsOfFile: session.folder.file("a.pub"), encoding: .utf8))
    let verified = try session.json(["verify"])
    #expect(verified["ok"] == true && verified["keys"] == keys["keys"] && verified["log_size"] == 6)
    #expect(try session.json(["history", "--limit", "2"])["entries"].all("action") == ["copy-add", "rotate-key"])
    #expect(try session.json(["history", "--limit", "2"])["entries"][1]["reason"] == "yearly")
    #expect(try (4...6).map { try session.json(["log", "checkpoint", "--size", "\($0)"])["signers"].items.count } == [1, 2, 1])
    session.environment["LETHE_KEY"] = session.folder.file("key")
    let refused = try session.failure(["copy", "add", "y", "--kind", "other"])
    #expect(refused.code == "key.wrong" && refused.remedy.contains("handed over"))
    #expect(try session.failure(["log", "rotate-key", "third", "--reason", "r"]).code == "key.wrong")
    #expect(!exists(session.folder.file("third")), "no key is made for a store that cannot be written to")
    // A key that was the log's does not come back; neither does the present one.
    session.environment["LETHE_KEY"] = session.folder.file("second")
    for used in ["key", "second"] {
      #expect(try session.failure(["log", "rotate-key", used, "--reason", "r"]).code == "key.refused")
    }
    _ = try session.folder.write(text: "nonsense", "third")
    #expect(try session.failure(["log", "rotate-key", "third", "--reason", "r"]).code == "key.unusable")
    try session.json(["log", "rotate-key", "fourth", "--reason", "r"])
    #expect(try session.json(["verify"])["keys"].all("since_entry") == [0, 4, 6])
    try session.expectValid()
  }

  @Test("who holds an old tree head, an old receipt and the first key can still use them, and is told of the hand-over")
  func holders() throws {
    try rotate()
    let verified = try session.json(["verify", "--since", "four.note"])
    #expect(verified["ok"] == true && verified["since"]["size"] == 4 && verified["since"]["handed_over_at"] == 4)
    let text = try session.run(["verify", "--since", "four.note"]).out
    #expect(text.contains("which handed the log over at entry 4") && text.contains("signed by example.com/test+"))
    try keep(["log", "checkpoint"], "six.note")
    #expect(try session.json(["verify", "--since", "six.note"])["since"]["handed_over_at"] == .null)

    try keep(["log", "prove", "4", "--size", "5"], "handover.tlog-proof")
    try keep(["log", "prove", "5"], "five.tlog-proof")
    try FileManager.default.moveItem(atPath: session.store, toPath: session.folder.file("gone"))
    let check = ["verify-receipt", "three.tlog-proof", "--key", "a.pub"]
    #expect(try session.json(check)["handed_over_at"] == .null)
    let followed = try session.json(check + ["--handover", "handover.tlog-proof"])
    #expect(followed["handed_over_at"] == 4 && followed["action"] == "forget")
    #expect(try session.run(check + ["--handover", "handover.tlog-proof"]).out.contains("handed the log over"))
    // What the new key signed says nothing to who knows the old one, until the hand-over is shown.
    let later = ["verify-receipt", "five.tlog-proof", "--key", "a.pub"]
    let stranger = try session.failure(later, code: 20)
    #expect(stranger.code == "receipt.other_key" && stranger.remedy.contains("--handover"))
    #expect(try session.json(later + ["--handover", "handover.tlog-proof"])["action"] == "copy-add")
    let handover = try session.json(["verify-receipt", "handover.tlog-proof", "--key", "a.pub"])
    #expect(handover["action"] == "rotate-key" && handover["verifier_key"].text?.hasPrefix("example.com/test+") == true)
    // Receipts that are no hand-over, or of another place, are refused.
    for (wrong, code, name) in [("five.tlog-proof", 1, "handover.refused"), ("a.pub", 1, "receipt.malformed")]
      as [(String, Int32, String)]
    {
      #expect(try session.failure(later + ["--handover", wrong], code: code).code == name)
    }
    #expect(
      try session.failure(later + ["--handover", "handover.tlog-proof", "--handover", "handover.tlog-proof"], code: 20).code
        == "handover.refused")
    try session.expectValid()
  }

  @Test(
    "a rewound file, a log signed anew and a tree head by the old key after its time are told apart",
    .enabled(if: Machine.hasSQLite))
  func attacks() throws {
    let before = try Session(copy: session.folder)
    try rotate()
    try keep(["log", "checkpoint"], "six.note")
    // Yesterday's file knows nothing of the new key.
    let rewound = try before.json(["verify", "--since", session.folder.file("six.note")], code: 20)["findings"]
    #expect(Set(rewound.all("code").compactMap(\.text)) == ["log.rewound", "log.key_replaced"])
    // It goes on with the old key, as a thief's copy would: the head is of this log and not by the key in force.
    for place in ["y", "z"] { try before.json(["copy", "add", place, "--kind", "other"]) }
    let note = try before.run(["log", "checkpoint"]).out
    _ = try session.folder.write(text: note, "thief.note")
    let found = try session.json(["verify", "--since", "thief.note"], code: 20)["findings"]
    #expect(Set(found.all("code").compactMap(\.text)) == ["log.key_retired", "log.forked"])
    // The same head put into the store in the place of its own.
    let thief = try before.folder.write(text: note, "note")
    _ = try sqlite(
      session.store,
      """
      DROP TRIGGER log_checkpoint_refuses_update;
      UPDATE log_checkpoint SET note = CAST(readfile('\(thief)') AS TEXT) WHERE size = 6;
      CREATE TRIGGER log_checkpoint_refuses_update BEFORE UPDATE ON log_checkpoint BEGIN SELECT RAISE(ABORT, 'rows of log_checkpoint are never changed'); END
      """, in: session.folder)
    #expect(try session.json(["verify"], code: 20)["findings"].all("code") == ["log.key_retired"])
    for store in [session, before] { try store.expectValid() }
  }

  @Test("restore follows the keys: a backup of the old key's time, and damage after the hand-over", .enabled(if: Machine.hasSQLite))
  func restores() throws {
    try session.json(["backup", "old.db"])
    let answer = try session.json(["log", "rotate-key", "second", "--reason", "yearly"])
    #expect(answer["log_index"] == 5)
    session.environment["LETHE_KEY"] = session.folder.file("second")
    try session.json(["backup", "new.db"])
    #expect(try session.json(["restore", "new.db"])["outcome"] == "nothing")
    // The store went on since the old backup, under another key; that is told as such and not as another log.
    let refused = try session.failure(["restore", "old.db", "--yes"])
    #expect(refused.code == "restore.would_lose_entries" && refused.message.contains("rotate-key"))
    // Nothing but bytes of an array is damaged: the content comes back from the new backup.
    _ = try sqlite(session.store, "UPDATE chunk SET bytes = zeroblob(length(bytes)) WHERE id = 1", in: session.folder)
    try session.json(["verify"], code: 20)
    #expect(try session.failure(["restore", "old.db", "--yes"]).code == "restore.would_lose_entries")
    #expect(try session.json(["restore", "new.db", "--yes"])["outcome"] == "replaced")
    try session.expectSound()
    // The store is lost: each backup comes back with the key of its time.
    for (file, key, other) in [("old.db", "key", "second"), ("new.db", "second", "key")] {
      for suffix in ["", "-wal", "-shm"] { unlink(session.store + suffix) }
      session.environment["LETHE_KEY"] = session.folder.file(other)
      #expect(try session.failure(["restore", file]).code == "key.wrong")
      session.environment["LETHE_KEY"] = session.folder.file(key)
      try session.json(["restore", file])
      try session.expectSound()
    }
    try session.expectValid()
  }

  @Test("kill -9 at any moment: one of the two keys writes, and the command can be run again")
  func killed() throws {
    let store = try bytes(of: session.store)
    var generator = SeededGenerator(12)
    func now() -> UInt64 { clock_gettime_nsec() }
    let started = now()
    try session.json(["log", "rotate-key", "second", "--reason", "r"])
    let longest = now() - started
    var happened = 0
    for round in 0..<(Machine.longTests ? 100 : 10) {
      for name in ["second", "lethe.db-wal", "lethe.db-shm"] { unlink(session.folder.file(name)) }
      _ = try session.folder.write(store, "lethe.db")
      session.environment["LETHE_KEY"] = session.folder.file("key")
      let process = try session.start(["log", "rotate-key", "second", "--reason", "r"])
      let (start, delay) = (now(), UInt64.random(in: 0...longest, using: &generator))
      while now() - start < delay { sched_yield() }
      process.kill()
      _ = try process.wait()
      let keys = try session.json(["log", "key"])["keys"].items.count
      happened += keys - 1
      if keys == 2 {
        session.environment["LETHE_KEY"] = session.folder.file("second")
      } else {
        // The file may be there and the store not know of it; it is taken then.
        try session.json(["copy", "add", "between", "--kind", "other"])
        try session.json(["log", "rotate-key", "second", "--reason", "r"])
        session.environment["LETHE_KEY"] = session.folder.file("second")
      }
      try session.json(["copy", "add", "round \(round)", "--kind", "other"])
      try session.expectSound()
    }
    print("killed log rotate-key: \(happened) of the rounds had happened")
    try session.expectValid()
  }
}

/// Nanoseconds of a clock that never goes back.
func clock_gettime_nsec() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
