import Store

/// What taking in a list changed.
package struct ExclusionImport: Sendable {
  /// Entries that the store did not have.
  package var added: Int
  /// Entries that it had.
  package var known: Int
  /// Nil when there was nothing to add, and so nothing was written.
  package var logIndex: Int64?
}

extension Engine {
  /// Takes in a list from elsewhere: what stands on it cannot be imported here from now on. What is on the list already is passed
  /// over, so that taking in the same list again writes nothing.
  package func importExclusions(_ list: ExclusionList) throws -> ExclusionImport {
    let key = try signingKey()
    func missing(in snapshot: Snapshot) throws -> [ExclusionRecord] {
      try list.records.filter { try !snapshot.isExcluded($0.kind, $0.digest) }
    }
    let new = try store.read { try missing(in: $0) }
    guard !new.isEmpty else { return ExclusionImport(added: 0, known: list.records.count, logIndex: nil) }
    let (added, index) = try store.write(NewEntry(.exclude, actor: actor), key: key) { transaction in
      let added = try ExclusionKind.allCases.reduce(0) { try $0 + transaction.exclude($1, list.digests($1)) }
      // Another process may have taken it in meanwhile, and an entry has to say something.
      if added == 0 { throw EngineError.nothingToDo(message: "all of the list is known here already") }
      return (added, transaction.entryIndex)
    }
    return ExclusionImport(added: added, known: list.records.count - added, logIndex: index)
  }
}
