/// What a log entry of a store says of what was done, read out of its leaf.
///
/// Source: schema/FORMAT.md, "Leaf".
package struct EntryFacts: Sendable, Hashable {
  /// What was done: `forget`.
  package var action: String
  /// When, by the writer's clock.
  package var time: String
  package var model: String?
  package var dataset: String?
  package var parent: NamedCheckpoint?
  package var child: NamedCheckpoint?
  /// Commitments to texts, by their names.
  package var sealed: [String: Digest]
  /// Evidence for each table that was written to, by its name.
  package var rows: [String: (count: Int64, digest: Digest)] {
    members["rows"]?.members?.compactMapValues { evidence in
      guard case .integer(let count)? = evidence["count"], let text = evidence["digest"]?.text,
        let digest = try? Digest(text: text)
      else { return nil }
      return (count, digest)
    } ?? [:]
  }

  /// The key that the entry hands the log over to.
  package var verifierKey: String? { members[KeyChain.keyMember]?.text }

  private let members: JSONValue

  /// Takes a leaf apart; nil if it is none of the form `lethe/entry/v1`.
  package init?(leaf: some Collection<UInt8>) {
    guard let members = try? CanonicalJSON.parse(leaf), members["format"]?.text == "lethe/entry/v1",
      let action = members["action"]?.text, let time = members["time"]?.text
    else { return nil }
    func checkpoint(_ name: String) -> NamedCheckpoint? {
      guard let text = members[name]?.text, let digest = members["\(name)_digest"]?.text.flatMap({ try? Digest(text: $0) }) else {
        return nil
      }
      return NamedCheckpoint(name: text, digest: digest)
    }
    (self.action, self.time, self.members) = (action, time, members)
    (model, dataset) = (members["model"]?.text, members["dataset"]?.text)
    (parent, child) = (checkpoint("parent"), checkpoint("child"))
    sealed = members["sealed"]?.members?.compactMapValues { $0.text.flatMap { try? Digest(text: $0) } } ?? [:]
  }
}
