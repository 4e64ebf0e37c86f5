import Foundation
import Ledger
import Store

/// What an erasure did, or would do: `erase`.
package struct EraseAnswer: Answer {
  package static let schema = "lethe/erase/v1"

  /// One thing in the store that held it: `ErasureItem`.
  package struct Item: Codable, Sendable {
    package var kind: String
    package var name: String
    package var digest: Nullable<String>
    package var chunks: Int
    package var storedBytes: Int64
    package var fate: String
  }

  /// Something that holds what should go, and stays.
  package struct Kept: Codable, Sendable {
    package var what: String
    package var why: String
    package var hold: Nullable<Int64>

    package init(what: String, why: String, hold: Int64?) {
      (self.what, self.why, self.hold) = (what, why, Nullable(hold))
    }
  }

  /// Where removed bytes were seen after all.
  package struct Hit: Codable, Sendable {
    package var file: String
    package var offset: Int64
    package var form: String
  }

  package var model: String
  /// `planned`, `nothing`, `certified`, `pending` or `found`.
  package var state: String
  /// Whether nothing that should have gone is left in this store.
  package var complete: Bool
  package var erasure: Nullable<Int64>
  package var classes: [String]
  package var items: [Item]
  package var held: [Kept]
  package var kept: [Kept]
  package var removedBytes: Int64
  package var scannedBytes: Int64
  package var needles: Int
  /// Needles that were dropped, since the same bytes stand in what stays.
  package var sharedNeedles: Int
  package var hits: Int
  package var hitPlaces: [Hit]
  /// Digest of the certificate; null until there is one.
  package var certificate: Nullable<String>
  package var logIndex: Nullable<Int64>
  /// Copies elsewhere that are not known to be clear.
  package var copies: [String]

  /// What a plan would do.
  package init(model: String, classes: [String], items: [ErasureItem], kept: [Kept], copies: [String], isEmpty: Bool) {
    (self.model, self.classes) = (model, classes)
    self.items = items.map {
      Item(
        kind: $0.kind, name: $0.name, digest: Nullable($0.digest), chunks: $0.chunks, storedBytes: $0.storedBytes, fate: $0.fate)
    }
    state = isEmpty ? "nothing" : "planned"
    complete = isEmpty && kept.isEmpty
    self.kept = kept
    held = kept.filter { $0.hold.value != nil }
    (erasure, certificate, logIndex) = (Nullable(nil), Nullable(nil), Nullable(nil))
    (removedBytes, scannedBytes, needles, sharedNeedles, hits, hitPlaces) = (0, 0, 0, 0, 0, [])
    self.copies = copies
  }

  /// Adds what was done.
  package mutating func add(
    _ record: ErasureRecord, outcome: ErasureOutcome, sharedNeedles: Int, certificate: ErasureCertificate?
  ) throws {
    (erasure, removedBytes, logIndex) = (Nullable(record.id), record.removedBytes, Nullable(record.logIndex))
    self.sharedNeedles = sharedNeedles
    switch outcome {
    case .certified(let seen):
      state = "certified"
      complete = kept.isEmpty
      (scannedBytes, needles) = (seen.scannedBytes, seen.needles)
    case .pending:
      (state, complete) = ("pending", false)
    case .found(let places):
      (state, complete, hits) = ("found", false, places.count)
      hitPlaces = places.map { Hit(file: $0.file, offset: $0.offset, form: $0.form.rawValue) }
    }
    self.certificate = Nullable(try certificate.map { try $0.digest() })
  }
}
