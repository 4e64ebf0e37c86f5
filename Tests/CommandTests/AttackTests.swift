import Foundation
import Testing

/// What somebody with the file, other tools and time can do to it: each is found, by a finding that says what it is.
@Suite("Attacks", .enabled(if: Machine.hasSQLite))
struct AttackTests {
  private let session: Session

  /// Four entries, the last of which forgets frog.
  init() throws {
    session = try Session.trained()
    try session.json(["forget", "m", "--class", "frog", "--reason", "licence ended"])
  }

  /// Changes a copy of the store past its triggers, which are there again afterwards, and returns the codes of what `verify` finds.
  private func found(_ sql: String) throws -> Set<String> {
    let copy = try Session(copy: session.folder)
    let triggers = try sqlite(copy.store, "SELECT sql || ';' FROM sqlite_schema WHERE type = 'trigger'", in: copy.folder)
    let names = try sqlite(
      copy.store, "SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_schema WHERE type = 'trigger'", in: copy.folder)
    let script = "PRAGMA foreign_keys = OFF;\n\(names)\(sql);\n\(triggers)"
    _ = try sqlite(copy.store, ".read '\(try copy.folder.write(text: script, "attack.sql"))'", in: copy.folder)
    let codes = try copy.json(["verify"], code: 20)["findings"].all("code").compactMap(\.text)
    try copy.expectValid()
    return Set(codes)
  }

  @Test(
    "entries, rows, arrays and keys",
    arguments: [
      // An entry changed, removed, in another's place, put between two, or twice.
      ("UPDATE log_entry SET leaf = replace(leaf, 'm@2', 'm@1') WHERE log_index = 3", "log.node_changed"),
      ("DELETE FROM log_entry WHERE log_index = 2", "log.gap"),
      (
        """
        UPDATE log_entry SET log_index = 9 WHERE log_index = 2; UPDATE log_entry SET log_index = 2 WHERE log_index = 3;
        UPDATE log_entry SET log_index = 3 WHERE log_index = 9
        """, "log.node_changed"
      ),
      (
        """
        UPDATE log_entry SET log_index = 4 WHERE log_index = 3;
        INSERT INTO log_entry (log_index, leaf) SELECT 3, replace(leaf, 'train', 'forget') FROM log_entry WHERE log_index = 2
        """, "log.node_changed"
      ),
      ("INSERT INTO log_entry (log_index, leaf) SELECT 4, leaf FROM log_entry WHERE log_index = 3", "log.head_missing"),
      // The same with the tree made to fit: the signed tree heads do not.
      (
        """
        DELETE FROM log_entry WHERE log_index = 3; DELETE FROM log_node WHERE level = 0 AND position = 3;
        DELETE FROM log_node WHERE (level, position) IN ((1, 1), (2, 0)); DELETE FROM log_checkpoint WHERE size = 4
        """, "rows.changed"
      ),
      // Better figures than were measured.
      ("UPDATE measurement SET value = 0, low = 0, high = 0.01 WHERE id = (SELECT max(id) FROM measurement)", "rows.changed"),
      ("DELETE FROM measurement WHERE id = (SELECT max(id) FROM measurement)", "rows.changed"),
      // The array of one checkpoint for that of another, by its record and by its bytes.
      (
        """
        UPDATE checkpoint_tensor SET tensor = (SELECT tensor FROM checkpoint_tensor WHERE checkpoint = 1 AND name = 'values')
        WHERE checkpoint = 2 AND name = 'values'
        """, "checkpoint.digest_mismatch"
      ),
      (
        """
        UPDATE derived_tensor SET zeroed_rows = (SELECT zeroed_rows FROM derived_tensor ORDER BY tensor DESC LIMIT 1), base = (SELECT tensor
        FROM checkpoint_tensor WHERE checkpoint = 1 AND name = 'keys') WHERE tensor = (SELECT tensor FROM checkpoint_tensor WHERE
        checkpoint = 2 AND name = 'values')
        """, "tensor.corrupt"
      ),
      // The embeddings of one part for those of another.
      (
        "UPDATE tensor_chunk SET chunk = (SELECT chunk FROM tensor_chunk WHERE tensor = 3 AND ordinal = 0) WHERE tensor = 1 AND ordinal = 0",
        "tensor.corrupt"
      ),
      // Another key in the place of the log's.
      (
        "UPDATE store SET verifier_key = 'example.com/test+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'",
        "log.key_malformed"
      ),
      ("INSERT INTO log_key SELECT 1, verifier_key, 3 FROM store", "record.corrupt"),
      // A salt of another text, to tell whether it is the same.
      (
        """
        UPDATE sealed_field SET salt = (SELECT salt FROM sealed_field WHERE entry = 2 AND name = 'actor') WHERE entry = 3 AND name = 'actor'
        """, "rows.salt_reused"
      ),
    ])
  func change(sql: String, code: String) throws {
    let found = try found(sql)
    #expect(found.contains(code), "\(found)")
  }

  @Test("a whole file of yesterday, and a whole log signed anew, are named when a tree head was kept")
  func replaced() throws {
    let yesterday = try Session(copy: session.folder)
    try session.json(["forget", "m", "--class", "cat", "--reason", "r"])
    _ = try session.folder.write(text: session.run(["log", "checkpoint"]).out, "five.note")
    let note = session.folder.file("five.note")
    #expect(try yesterday.json(["verify", "--since", note], code: 20)["findings"].all("code") == ["log.rewound"])
    // The same log by another key: everything in it is sound.
    let forged = try Session.trained()
    unlink(forged.store)
    forged.environment["LETHE_KEY"] = forged.folder.file("own-key")
    try forged.json(["init", "--origin", "example.com/test"])
    for place in 0..<5 { try forged.json(["copy", "add", "\(place)", "--kind", "other"]) }
    try forged.expectSound()
    let found = Set(try forged.json(["verify", "--since", note], code: 20)["findings"].all("code").compactMap(\.text))
    #expect(found == ["log.key_replaced", "log.forked"])
    for store in [session, yesterday, forged] { try store.expectValid() }
  }

  /// Whatever is killed or put back: each tree head that was ever seen is of one line of growth, unless the file was put back, and then
  /// who kept one can tell.
  @Test("every tree head that was to be seen is in the log that follows; a file put back is found by the heads it has not")
  func heads() throws {
    var generator = SeededGenerator(5)
    var seen: [String: String] = [:]
    func look() throws {
      let head = try session.json(["log", "checkpoint"])
      let (size, note) = (try #require(head["size"].count), try #require(head["note"].text))
      #expect(seen.updateValue(note, forKey: "\(size)").map { $0 == note } ?? true, "two heads of one size")
    }
    let file = try bytes(of: session.store)
    for round in 0..<(Machine.longTests ? 100 : 8) {
      let process = try session.start(["copy", "add", "place \(round)", "--kind", "other"])
      let (start, delay) = (clock_gettime_nsec(), UInt64.random(in: 0...120_000_000, using: &generator))
      // Looked at while it is being written to, and after it was killed.
      try look()
      while clock_gettime_nsec() - start < delay { sched_yield() }
      process.kill()
      _ = try process.wait()
      try look()
    }
    try session.expectSound()
    for note in seen.values {
      _ = try session.folder.write(text: note, "seen.note")
      #expect(try session.json(["verify", "--since", "seen.note"])["ok"] == true)
    }
    let largest = try #require(seen.keys.compactMap { Int($0) }.max())
    for suffix in ["-wal", "-shm"] { unlink(session.store + suffix) }
    _ = try session.folder.write(file, "lethe.db")
    for (size, note) in seen where Int(size) ?? 0 > 4 {
      _ = try session.folder.write(text: note, "seen.note")
      #expect(try session.json(["verify", "--since", "seen.note"], code: 20)["findings"].all("code") == ["log.rewound"])
    }
    while try session.json(["log", "list"])["size"].count ?? 0 < largest {
      try session.json(["copy", "add", "otherwise", "--kind", "other"])
    }
    for (size, note) in seen where Int(size) ?? 0 > 4 {
      _ = try session.folder.write(text: note, "seen.note")
      #expect(try session.json(["verify", "--since", "seen.note"], code: 20)["findings"].all("code") == ["log.forked"])
    }
    try session.expectValid()
  }
}
