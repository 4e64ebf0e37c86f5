import Store

extension Engine {
  /// The texts that can be redacted.
  package static let redactableFields = ["actor", "approved_by", "owner", "reason", "recipient", "subject"]

  /// Destroys the texts of a log entry and their salts: who, why, and who approved.
  ///
  /// - Parameter fields: which of them, of `redactableFields`.
  /// - Throws: `EngineError.nothingToDo` when the entry has none of them; what `Store.redact` throws.
  package func redact(
    _ entry: Int64, fields: Set<String>, reason: String
  ) throws -> (redaction: Redaction, state: Redaction.State) {
    let done = try store.redact(entry, fields: fields, entry: NewEntry(.redact, actor: actor, reason: reason), key: signingKey())
    guard let done else { throw EngineError.nothingToDo(message: "log entry \(entry) has no such text") }
    return done
  }
}
