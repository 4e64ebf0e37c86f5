import Foundation
import GRDB

/// Whether every commitment has a salt of its own.
///
/// With a salt that is used twice, whoever learns one of the texts can try which of the other commitments hold the same: what redaction
/// destroys could be found out again. Random salts never meet; a writer that reuses them is at fault, or means to.
final class SaltCheck {
  /// The first half of each salt: 128 bits that are random don't meet by chance. 16 bytes for each text of the store.
  private struct Half: Hashable, Comparable {
    var high: UInt64
    var low: UInt64

    static func < (left: Half, right: Half) -> Bool { (left.high, left.low) < (right.high, right.low) }

    var data: Data { withUnsafeBytes(of: (high, low)) { Data($0) } }
  }

  private var halves: [Half] = []

  /// Takes note of a salt; one that is shorter than it should be is told of by its commitment.
  func add(_ salt: Data?) {
    guard let salt, salt.count >= 16 else { return }
    salt.withUnsafeBytes {
      halves.append(Half(high: $0.loadUnaligned(as: UInt64.self), low: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
  }

  /// Tells of each salt that was noted more than once, and where it stands. O(n log n).
  func finish(_ snapshot: Snapshot, _ result: inout Verification) throws {
    halves.sort()
    var last: Half?
    for (half, next) in zip(halves, halves.dropFirst()) where half == next && half != last {
      last = half
      let places = try Self.places(of: half, snapshot)
      result.add(
        .saltReused, places.first ?? "commitments", "its salt is that of \(places.dropFirst().joined(separator: ", ")) too")
    }
  }

  private static func places(of half: Half, _ snapshot: Snapshot) throws -> [String] {
    let sealed = try snapshot.rows("SELECT entry, name FROM sealed_field WHERE substr(salt, 1, 16) = ?", [half.data]).map {
      "\(try $0.value("name") as String) of log entry \(try $0.value("entry") as Int64)"
    }
    return try sealed
      + RecordTable.all.filter { $0.erasable.contains("salt") }.flatMap { table in
        try snapshot.rows("SELECT id FROM \(table.name) WHERE substr(salt, 1, 16) = ? LIMIT 10", [half.data]).map {
          "table \(table.name), row \(try $0.value("id") as Int64)"
        }
      }
  }
}
