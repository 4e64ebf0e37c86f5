import Foundation
import GRDB
import Ledger

/// What known witnesses cosigned: the largest tree head that as many of them signed as were asked for.
package struct Witnessed: Sendable {
  /// What was asked for.
  package let policy: WitnessPolicy
  /// Its size; nil if there is none.
  package fileprivate(set) var size: Int64?
  /// Who cosigned it, and when; else who cosigned the tree head with most cosignatures.
  package fileprivate(set) var cosignatures: [Cosignature] = []
}

/// Whether each cosignature is one, and whether known witnesses have cosigned what they should have.
struct CosignatureCheck {
  let snapshot: Snapshot
  /// A tree head that was kept elsewhere, with cosignatures of its own.
  let kept: KeptHead?

  func run(_ policy: WitnessPolicy?, _ result: inout Verification) throws {
    var valid: [Int64: [Cosignature]] = [:]
    for row in try snapshot.rows("SELECT DISTINCT size FROM cosignature") {
      let size: Int64 = try row.value("size")
      snapshot.attempt("cosignatures of tree head \(size)", &result) { result in
        let note = try snapshot.storedNote(size: size)
        for item in try snapshot.cosignatures(size: size) {
          if item.isValid(for: note.text) {
            valid[size, default: []].append(item)
          } else {
            result.add(.cosignatureBad, "signed tree head \(size)", "\(item.key.name) did not cosign it at \(item.time)")
          }
        }
      }
    }
    guard let policy else { return }
    if let kept, !result.findings.contains(where: { $0.code == .rewound || $0.code == .forked || $0.code == .keyReplaced }) {
      do throws(SignedNoteError) {
        valid[Int64(kept.head.size), default: []] += try kept.note.cosignatures(by: policy.keys)
      } catch {
        result.add(.cosignatureBad, "tree head kept elsewhere, of \(kept.head.size) entries", error.description)
      }
    }
    var witnessed = Witnessed(policy: policy)
    for (size, items) in valid.sorted(by: { $0.key > $1.key }) where witnessed.size == nil {
      // By the keys that the reader knows: a name is anybody's.
      let known = policy.keys.compactMap { key in items.filter { $0.key.publicKey == key.publicKey }.max { $0.time < $1.time } }
      if known.count >= policy.threshold { witnessed.size = size }
      if known.count > witnessed.cosignatures.count || witnessed.size != nil { witnessed.cosignatures = known }
    }
    if witnessed.size == nil, policy.threshold > 0 {
      result.add(
        .tooFewWitnesses, "log",
        "\(policy.threshold) of \(policy.keys.count) witnesses were asked for, and no tree head has more than "
          + "\(witnessed.cosignatures.count) cosignatures by them")
    }
    result.witnessed = witnessed
  }
}
