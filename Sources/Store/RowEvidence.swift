import GRDB
import Ledger

/// The digest of the rows that one log entry wrote to one table; the entry's leaf names it, so the rows are bound to the tree.
///
/// SHA-256 over the text `lethe rows v1\n`, the table's name, `\n`, and then for each row in ascending id, the id and each
/// covered column (`RecordTable.evidenceColumns`) as: `n` for NULL; `i` and 8 bytes big-endian; `r` and the 8 bytes of the IEEE 754
/// double, big-endian; `t` or `b`, the length as 8 bytes big-endian, and the bytes. Unambiguous, hence collision-free if SHA-256 is.
struct RowEvidence {
  private var builder = DigestBuilder()
  private(set) var count: Int64 = 0

  init(table: RecordTable) {
    builder.update(Array("lethe rows v1\n\(table.name)\n".utf8))
  }

  /// Adds a row: its id, then the covered columns.
  mutating func add(id: Int64, values: some Sequence<DatabaseValue>) {
    add(id: id, cells: values.lazy.map { ($0, false) })
  }

  /// Adds a row as it is read back: texts come as blobs marked as text, because GRDB ends a text at its first NUL and mends what is
  /// not UTF-8, and neither may hide a change.
  mutating func add(id: Int64, cells: some Sequence<(value: DatabaseValue, isText: Bool)>) {
    count += 1
    var bytes: [UInt8] = []
    append(id.databaseValue, isText: false, to: &bytes)
    for (value, isText) in cells { append(value, isText: isText, to: &bytes) }
    builder.update(bytes)
  }

  func digest() -> Digest { builder.finalize() }

  private func append(_ value: DatabaseValue, isText: Bool, to bytes: inout [UInt8]) {
    func number(_ pattern: UInt64) { withUnsafeBytes(of: pattern.bigEndian) { bytes.append(contentsOf: $0) } }
    func tag(_ letter: Character) { bytes.append(letter.asciiValue ?? 0) }
    switch value.storage {
    case .null:
      tag("n")
    case .int64(let integer):
      tag("i")
      number(UInt64(bitPattern: integer))
    case .double(let real):
      tag("r")
      number(real.bitPattern)
    case .string(let text):
      tag("t")
      number(UInt64(text.utf8.count))
      bytes.append(contentsOf: text.utf8)
    case .blob(let data):
      tag(isText ? "t" : "b")
      number(UInt64(data.count))
      bytes.append(contentsOf: data)
    }
  }
}
