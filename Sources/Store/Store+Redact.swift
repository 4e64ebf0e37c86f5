import Foundation
import GRDB
import Ledger

/// What redacting an entry did.
package struct Redaction: Sendable {
  /// How far it came.
  package enum State: String, Sendable, Codable {
    /// The texts are gone from every file of the store.
    case redacted
    /// A reader keeps the write-ahead log alive, so that old pages may still be in it.
    case pending
    /// The scan saw a salt that should be gone.
    case found
  }

  /// The entry whose texts went.
  package var entry: Int64
  /// The texts that went, ascending.
  package var fields: [String]
  /// When it was first done, and the log entry that says so last.
  package var time: String
  package var logIndex: Int64
}

extension Snapshot {
  /// The entries of which texts were destroyed, with what their redactions say.
  package func redactions() throws -> [Int64: Redaction] {
    let sql = """
      SELECT log_index, time, json_extract(leaf, '$.entry') AS target, f.value AS field
      FROM log_entry, json_each(leaf, '$.fields') f WHERE action = 'redact' ORDER BY log_index, f.value
      """
    return try rows(sql).reduce(into: [:]) { found, row in
      let target: Int64 = try row.value("target")
      var redaction = try found[target] ?? Redaction(entry: target, fields: [], time: row.value("time"), logIndex: 0)
      redaction.fields.append(try row.value("field"))
      redaction.logIndex = try row.value("log_index")
      found[target] = redaction
    }
  }

  /// Which entry each redaction destroyed texts of, by the redaction's own entry.
  package func redactionTargets() throws -> [Int64: Int64] {
    let sql = "SELECT log_index, json_extract(leaf, '$.entry') AS target FROM log_entry WHERE action = 'redact'"
    return Dictionary(uniqueKeysWithValues: try rows(sql).map { (try $0.value("log_index"), try $0.value("target")) })
  }

  /// The sealed texts of an entry that are still there, with their salts.
  fileprivate func unredacted(_ entry: Int64, _ fields: Set<String>) throws -> [(name: String, salt: [UInt8])] {
    let sql = "SELECT name, salt FROM sealed_field WHERE entry = ? AND (salt IS NOT NULL OR value IS NOT NULL) ORDER BY name"
    return try rows(sql, [entry]).map { (try $0.value("name"), Array(try $0.value("salt") as Data? ?? Data())) }
      .filter { fields.contains($0.name) }
  }
}

extension Transaction {
  fileprivate func redact(_ target: Int64, _ fields: Set<String>) throws {
    let names = try unredacted(target, fields).map(\.name)
    for name in names {
      try db.cachedStatement(sql: "UPDATE sealed_field SET salt = NULL, value = NULL WHERE entry = ? AND name = ?")
        .execute(arguments: [target, name])
    }
    facts["entry"] = .integer(target)
    facts["fields"] = .array(names.map(JSONValue.string))
  }
}

extension Store {
  /// Destroys the texts of an entry and their salts, and gets their bytes out of the file.
  ///
  /// The entry's commitments stay, so that the tree still verifies; without the salts nobody can find the texts by trying. The new
  /// entry names the old one and which of its texts went. With `secure_delete` SQLite overwrites the old row, but in the write-ahead
  /// log: it is truncated, as after an erasure, and the files are searched for the salts. Called again when nothing is left to
  /// destroy, it only does the second half.
  /// - Parameters:
  ///   - fields: which of its texts, as `actor` and `reason`; those that it hasn't are passed over.
  ///   - entry: the redaction's own log entry.
  /// - Returns: nil when there was nothing to destroy, now or before.
  /// - Throws: `StoreError.unknown` when there is no such entry.
  package func redact(
    _ target: Int64, fields: Set<String>, entry: NewEntry, key: SigningKey
  ) throws -> (redaction: Redaction, state: Redaction.State)? {
    let salts = try read { snapshot in
      _ = try snapshot.leaf(target)
      return try snapshot.unredacted(target, fields).map(\.salt)
    }
    if !salts.isEmpty { try write(entry, key: key) { try $0.redact(target, fields) } }
    guard let redaction = try read({ try $0.redactions()[target] }) else { return nil }
    let needles = salts.filter { $0.count == Needle.length }.map { salt in salt.withUnsafeBytes { Needle($0, form: .plain) } }
    for vacuum in [false, true] {
      guard try StoreError.translating(path, { try truncateLog(vacuum: vacuum) }) else { return (redaction, .pending) }
      // What is left in free space goes when the file is rebuilt.
      if try FileScan(store: path, needles: needles).hits.isEmpty { return (redaction, .redacted) }
    }
    return (redaction, .found)
  }
}
