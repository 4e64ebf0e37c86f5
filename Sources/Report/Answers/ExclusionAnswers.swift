import Foundation
import Ledger
import Store

/// What must not come back: what `exclusion list` prints and `exclusion export` writes, and `exclusion import` and `restore` read.
package struct ExclusionListAnswer: Answer, Codable {
  package static let schema = "lethe/exclusion-list/v1"

  package struct Item: Codable, Sendable {
    package var kind: ExclusionKind
    package var digest: String
    /// The act of the store that drew up the list; null where another list said so.
    package var erasure: Nullable<Int64>
  }

  package var origin: String
  /// Entries of the log when the list was drawn up.
  package var logSize: Int64
  package var root: String
  /// By kind and digest.
  package var exclusions: [Item]

  package init(in snapshot: Snapshot) throws {
    let list = try snapshot.exclusionList()
    (origin, logSize, root) = (list.origin, list.logSize, list.root.description)
    exclusions = list.records.map { Item(kind: $0.kind, digest: $0.digest.description, erasure: Nullable($0.erasure)) }
  }
}

/// What `exclusion export` wrote.
package struct ExclusionExportAnswer: Answer {
  package static let schema = "lethe/exclusion-export/v1"

  package var file: String
  package var exclusions: Int
  package var logSize: Int64
  package var root: String

  package init(_ list: ExclusionListAnswer, file: String) {
    (self.file, exclusions, logSize, root) = (file, list.exclusions.count, list.logSize, list.root)
  }
}

/// What `exclusion import` took in.
package struct ExclusionImportAnswer: Answer {
  package static let schema = "lethe/exclusion-import/v1"

  package var file: String
  package var added: Int
  package var known: Int
  package var logIndex: Nullable<Int64>

  package init(file: String, added: Int, known: Int, logIndex: Int64?) {
    (self.file, self.added, self.known, self.logIndex) = (file, added, known, Nullable(logIndex))
  }
}
