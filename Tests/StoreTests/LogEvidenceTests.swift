import Ledger
import Tensors
import Testing

@testable import Store

@Suite("Evidence of the log and of storage")
struct LogEvidenceTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func found(after sql: String) throws -> Set<String> {
    let path = try FilledStore.copy(to: folder)
    try SQLite.tamper(sql, on: path)
    return Set(codes(path))
  }

  @Test(
    "a changed log is found, by a finding that says what",
    arguments: [
      ("UPDATE log_entry SET leaf = replace(leaf, 'lethe', 'Lethe') WHERE log_index = 2", "log.node_changed"),
      ("UPDATE log_entry SET leaf = leaf || ' ' WHERE log_index = 6", "log.leaf_malformed"),
      ("UPDATE log_entry SET leaf = leaf || char(0) || 'x' WHERE log_index = 6", "log.leaf_malformed"),
      ("UPDATE log_entry SET leaf = '{}' WHERE log_index = 0", "log.root_mismatch"),
      ("DELETE FROM log_entry WHERE log_index = 6", "log.head_unexpected"),
      ("DELETE FROM log_entry WHERE log_index = 2", "log.gap"),
      ("DELETE FROM log_entry WHERE log_index = 0", "log.gap"),
      ("DELETE FROM log_entry", "log.head_unexpected"),
      ("INSERT INTO log_entry (log_index, leaf) SELECT 7, leaf FROM log_entry WHERE log_index = 6", "log.head_missing"),
      ("INSERT INTO log_entry (log_index, leaf) VALUES (-1, '{}')", "log.gap"),
      ("INSERT INTO log_entry (log_index, leaf) VALUES (9, '{}')", "log.gap"),
      (
        "UPDATE log_entry SET log_index = -1 WHERE log_index = 3; UPDATE log_entry SET log_index = 3 WHERE log_index = 4;"
          + "UPDATE log_entry SET log_index = 4 WHERE log_index = -1", "log.node_changed"
      ),
      ("UPDATE log_node SET hash = zeroblob(32) WHERE level = 0 AND position = 0", "log.node_changed"),
      ("UPDATE log_node SET hash = zeroblob(32) WHERE level = 2", "log.node_changed"),
      ("UPDATE log_node SET hash = zeroblob(31) WHERE level = 2", "log.node_changed"),
      ("UPDATE log_node SET position = 77 WHERE level = 1 AND position = 2", "log.node_added"),
      ("DELETE FROM log_node WHERE level = 1 AND position = 1", "log.node_removed"),
      ("DELETE FROM log_node", "log.node_removed"),
      ("UPDATE log_node SET entry = 6 WHERE level = 1 AND position = 1", "log.node_added"),
      ("UPDATE log_node SET entry = 6 WHERE level = 1 AND position = 1", "log.node_removed"),
      ("INSERT INTO log_node SELECT 7, 1, 3, hash FROM log_node LIMIT 1", "log.node_added"),
      ("INSERT INTO log_node SELECT 4, 1, 1, hash FROM log_node LIMIT 1", "log.node_added"),
      ("INSERT INTO log_node SELECT 0, -1, 0, hash FROM log_node LIMIT 1", "log.node_added"),
      ("INSERT INTO log_node SELECT 0, 9223372036854775807, -9223372036854775807, hash FROM log_node LIMIT 1", "log.node_added"),
      ("UPDATE log_checkpoint SET root = zeroblob(32) WHERE size = 3", "log.root_mismatch"),
      ("UPDATE log_checkpoint SET note = replace(note, 'example.com', 'example.org') WHERE size = 3", "log.signature_bad"),
      ("UPDATE log_checkpoint SET note = note || char(0) || 'x' WHERE size = 3", "log.head_malformed"),
      ("UPDATE log_checkpoint SET note = note || x'e28094' || ' other AAAAAAAA' || char(10) WHERE size = 3", "log.signature_bad"),
      ("UPDATE log_checkpoint SET note = '' WHERE size = 3", "log.head_malformed"),
      ("UPDATE log_checkpoint SET note = (SELECT note FROM log_checkpoint WHERE size = 4) WHERE size = 3", "log.root_mismatch"),
      ("UPDATE log_checkpoint SET size = 100 WHERE size = 7", "log.head_unexpected"),
      ("DELETE FROM log_checkpoint WHERE size = 7", "log.head_missing"),
      ("DELETE FROM log_checkpoint WHERE size = 1", "log.head_unexpected"),
      ("DELETE FROM log_checkpoint", "log.head_missing"),
      ("INSERT INTO log_checkpoint SELECT 8, root, note FROM log_checkpoint WHERE size = 7", "log.head_unexpected"),
      ("INSERT INTO log_checkpoint SELECT -1, root, note FROM log_checkpoint WHERE size = 7", "log.head_unexpected"),
      ("UPDATE sealed_field SET value = 'Eve' WHERE entry = 3 AND name = 'actor'", "log.field_changed"),
      ("UPDATE sealed_field SET value = value || char(0) WHERE entry = 3 AND name = 'actor'", "log.field_changed"),
      ("UPDATE sealed_field SET value = NULL WHERE entry = 3", "log.field_changed"),
      ("UPDATE sealed_field SET salt = NULL WHERE entry = 3", "log.field_changed"),
      ("UPDATE sealed_field SET name = 'author' WHERE entry = 3 AND name = 'actor'", "log.field_added"),
      ("DELETE FROM sealed_field WHERE entry = 3 AND name = 'reason'", "log.field_removed"),
      ("INSERT INTO sealed_field VALUES (4, 'note', NULL, NULL)", "log.field_added"),
      ("INSERT INTO sealed_field VALUES (40, 'actor', NULL, NULL)", "database.dangling_reference"),
      ("UPDATE store SET verifier_key = 'x'", "log.key_malformed"),
      ("DELETE FROM store", "record.corrupt"),
    ])
  func log(sql: String, code: String) throws {
    let found = try found(after: sql)
    #expect(found.contains(code), "\(found)")
  }

  @Test("a text may be blanked with its salt, and the tree still verifies")
  func blanking() throws {
    #expect(try found(after: "UPDATE sealed_field SET value = NULL, salt = NULL WHERE entry = 3") == [])
    #expect(try found(after: "UPDATE sealed_field SET value = NULL, salt = NULL") == [])
  }

  @Test(
    "changed keys and cosignatures are found, by a finding that says what",
    arguments: [
      ("UPDATE log_key SET entry = entry - 1", "record.corrupt"), ("DELETE FROM log_key", "record.corrupt"),
      ("UPDATE log_key SET verifier_key = (SELECT verifier_key FROM store)", "record.corrupt"),
      ("UPDATE store SET verifier_key = (SELECT verifier_key FROM log_key)", "log.key_malformed"),
      (
        "UPDATE log_entry SET leaf = replace(leaf, 'rotate-key', 'train') WHERE log_index = (SELECT entry FROM log_key)",
        "log.signature_bad"
      ),
      (
        // The old key's signature of the hand-over is gone.
        """
        UPDATE log_checkpoint SET note = substr(note, 1, instr(note, char(10, 10)) + 1)
          || substr(note, instr(note, char(10, 10)) + 2 + instr(substr(note, instr(note, char(10, 10)) + 2), char(10)))
        WHERE size = (SELECT entry + 1 FROM log_key)
        """, "log.signature_bad"
      ),
      (
        // The first key goes on signing.
        "UPDATE log_checkpoint SET note = (SELECT note FROM log_checkpoint WHERE size = 3) WHERE size = (SELECT entry + 2 FROM log_key)",
        "log.key_retired"
      ),
      ("UPDATE cosignature SET signature = zeroblob(64)", "log.cosignature_bad"),
      ("UPDATE cosignature SET unix_time = -1", "log.cosignature_bad"), ("UPDATE cosignature SET size = 3", "log.cosignature_bad"),
      ("UPDATE cosignature SET verifier_key = (SELECT verifier_key FROM store)", "record.corrupt"),
      ("UPDATE cosignature SET size = 9223372036854775807", "database.dangling_reference"),
    ])
  func keys(sql: String, code: String) throws {
    let path = try FilledStore.copy(to: folder, erased: true)
    try SQLite.tamper(sql, on: path)
    #expect(codes(path).contains(code), "\(codes(path))")
    // Questions throw at most.
    let store = try Store.open(at: path)
    defer { try? store.close() }
    _ = try? store.read { try $0.provedKeyChain() }
    _ = try? store.read { try $0.verifiedTreeHead() }
    _ = try? store.read { try $0.proof(of: 1) }
  }

  @Test("a salt that a writer used twice is found, though every commitment holds")
  func salts() throws {
    let (store, key) = try newStore(folder)
    defer { try? store.close() }
    let (first, salt) = Commitment.make("tape 1")
    var second = DigestBuilder()
    second.update(Array("lethe-commitment/v1\n".utf8) + salt + Array("tape 2".utf8))
    try store.write(.sample(.copyAdd), key: key) { transaction in
      _ = try transaction.insert(.copyLocation, ["backup", "tape 1", salt.data, first.digest.data, 1, nil])
      _ = try transaction.insert(.copyLocation, ["backup", "tape 2", salt.data, second.finalize().data, 1, nil])
    }
    let result = store.verify()
    #expect(result.findings.map(\.code) == [.saltReused])
    #expect(result.findings.first?.subject == "table copy_location, row 1")
    #expect(result.findings.first?.message.contains("row 2") == true)
  }

  @Test(
    "changed storage is found, and a hostile row crashes nothing",
    arguments: [
      ("UPDATE chunk SET bytes = zeroblob(length(bytes)) WHERE id = 1", "chunk.stored_bytes_changed"),
      ("UPDATE chunk SET bytes = zeroblob(0) WHERE encoding = 'lz4'", "chunk.corrupt"),
      ("UPDATE chunk SET bytes = CAST(bytes || x'00' AS BLOB) WHERE encoding = 'lz4'", "chunk.corrupt"),
      ("UPDATE chunk SET stored_digest = zeroblob(32) WHERE id = 1", "chunk.stored_bytes_changed"),
      ("UPDATE chunk SET digest = zeroblob(32) WHERE id = 1", "chunk.corrupt"),
      ("UPDATE chunk SET digest = zeroblob(32) WHERE id = (SELECT zeroed_rows FROM derived_tensor)", "chunk.corrupt"),
      ("UPDATE chunk SET plain_size = 0", "chunk.corrupt"),
      ("UPDATE chunk SET plain_size = plain_size - 1", "chunk.corrupt"),
      ("UPDATE chunk SET plain_size = plain_size + 1", "chunk.corrupt"),
      ("UPDATE chunk SET plain_size = -1", "chunk.corrupt"),
      ("UPDATE chunk SET plain_size = 67108864", "chunk.corrupt"),
      ("UPDATE chunk SET plain_size = 9223372036854775807", "chunk.corrupt"),
      ("UPDATE chunk SET filter = 'shuffle4' WHERE id = 1", "chunk.corrupt"),
      ("UPDATE chunk SET filter = 'bitshuffle2' WHERE id = 1", "chunk.corrupt"),
      ("UPDATE chunk SET filter = 'none' WHERE filter = 'bitshuffle4'", "chunk.corrupt"),
      ("UPDATE chunk SET filter = 'shuffle4' WHERE filter = 'bitshuffle4'", "chunk.corrupt"),
      ("UPDATE chunk SET filter = 'bitshuffle1' WHERE filter = 'bitshuffle2'", "chunk.corrupt"),
      ("UPDATE chunk SET filter = 'bitshuffle8' WHERE filter = 'bitshuffle2'", "chunk.corrupt"),
      ("UPDATE chunk SET encoding = 'lz4' WHERE encoding = 'stored'", "chunk.corrupt"),
      ("UPDATE chunk SET encoding = 'stored' WHERE encoding = 'lz4'", "chunk.corrupt"),
      ("UPDATE chunk SET encoding = 'zip' WHERE id = 1", "chunk.corrupt"),
      ("DELETE FROM chunk WHERE id = 1", "database.dangling_reference"),
      (
        """
        INSERT INTO chunk (digest, plain_size, filter, encoding, stored_digest, bytes)
        VALUES (zeroblob(32), 0, 'none', 'stored', zeroblob(32), x'')
        """, "chunk.unreferenced"
      ),
      ("DELETE FROM tensor_chunk WHERE tensor = 1", "tensor.corrupt"),
      ("UPDATE tensor_chunk SET chunk = 2 WHERE tensor = 1", "tensor.corrupt"),
      ("UPDATE tensor_chunk SET ordinal = 5 WHERE ordinal = 1", "tensor.chunks_misnumbered"),
      ("UPDATE tensor_chunk SET ordinal = -1 WHERE ordinal = 1", "tensor.chunks_misnumbered"),
      ("INSERT INTO tensor_chunk VALUES (1, 1, 1)", "tensor.corrupt"),
      ("INSERT INTO tensor_chunk SELECT tensor, 0, 1 FROM derived_tensor LIMIT 1", "tensor.derived_with_chunks"),
      ("DELETE FROM derived_tensor WHERE tensor = (SELECT min(tensor) FROM derived_tensor)", "tensor.corrupt"),
      ("UPDATE derived_tensor SET base = tensor", "tensor.base_derived"),
      ("UPDATE derived_tensor SET base = (SELECT min(tensor) FROM derived_tensor)", "tensor.base_derived"),
      ("UPDATE derived_tensor SET base = 1", "tensor.corrupt"),
      ("UPDATE derived_tensor SET row_count = row_count * 2", "tensor.corrupt"),
      ("UPDATE derived_tensor SET row_count = 0", "row_list.corrupt"),
      ("UPDATE derived_tensor SET row_count = -1", "row_list.corrupt"),
      ("UPDATE derived_tensor SET row_count = 9223372036854775807", "row_list.corrupt"),
      ("UPDATE derived_tensor SET row_count = 4294967295", "tensor.corrupt"),
      ("UPDATE derived_tensor SET zeroed_rows = 1", "row_list.corrupt"),
      (
        "UPDATE tensor SET shape = '[4611686018427387903]', byte_count = 4611686018427387903 WHERE dtype = 'uint8'",
        "tensor.corrupt"
      ),
      ("UPDATE tensor SET shape = '[-1]'", "record.corrupt"),
      ("UPDATE tensor SET dtype = 'bfloat16'", "record.corrupt"),
      ("UPDATE class SET ordinal = 70000 + id", "rows.changed"),
      ("UPDATE class SET ordinal = -id", "rows.changed"),
      ("UPDATE split SET part = 'test', dataset = 5 WHERE id = 1", "rows.changed"),
      ("UPDATE split SET count = -1 WHERE event IS NULL", "split.digest_mismatch"),
      ("UPDATE checkpoint SET number = 9223372036854775807 WHERE id = 1", "rows.changed"),
      ("UPDATE checkpoint SET digest = zeroblob(32) WHERE id = 2", "checkpoint.digest_mismatch"),
      ("UPDATE head_move SET to_checkpoint = 2", "head.broken"),
    ])
  func storage(sql: String, code: String) throws {
    let found = try found(after: sql)
    #expect(found.contains(code) || (code == "row_list.corrupt" && found.contains("tensor.corrupt")), "\(found)")
  }

  @Test("values of the wrong type, which only a rewritten schema lets in, are findings and crash nothing")
  func wrongTypes() throws {
    var generator = Seeded(10)
    for (table, column) in RecordTable.all.flatMap({ table in (["id", "entry"] + table.columns).map { (table.name, $0) } })
      + [("log_entry", "leaf"), ("log_checkpoint", "note"), ("chunk", "bytes"), ("chunk", "plain_size"), ("sealed_field", "value")]
    {
      let values = column == "id" ? ["NULL"] : ["NULL", "'text'", "x'00ff'", "1.5"]
      for value in LongTests.areWanted ? values : [values.randomElement(using: &generator) ?? ""] {
        let path = try FilledStore.copy(to: folder)
        // STRICT and NOT NULL go, the value comes, and the schema's text is put back as it was.
        try SQLite.run(
          """
          PRAGMA writable_schema = ON; CREATE TEMP TABLE kept AS SELECT name, sql FROM sqlite_schema;
          UPDATE sqlite_schema SET sql = replace(replace(sql, 'STRICT', ''), 'NOT NULL', '') WHERE type = 'table';
          DELETE FROM sqlite_schema WHERE type = 'trigger';
          """, on: path)
        try SQLite.run("PRAGMA ignore_check_constraints = ON; UPDATE \(table) SET \(column) = \(value)", on: path)
        let store = try Store.open(at: path)
        defer { try? store.close() }
        #expect(!store.verify().ok)
        // Questions throw at most; that they return is what is tested.
        _ = try? store.read { try $0.statistics() }
        _ = try? store.read { try $0.datasets() }
        _ = try? store.read { try $0.events() }
        _ = try? store.read { try $0.checkpoints() }
        _ = try? store.read { try $0.logEntries() }
        _ = try? store.read { try $0.measurements(checkpoint: 1) }
      }
    }
  }
}
