import Store

extension Engine {
  /// The longest text that names the place of a copy, in bytes.
  static let longestLocation = 4_096

  /// Registers a place where a copy of the store lies: what is erased here is still there until it is said to be clear.
  /// - Throws: `EngineError.emptyText`, `.outOfRange` for a location that is too long.
  package func addCopy(_ kind: CopyKind, at location: String, clearBy: CalendarDate?) throws -> CopyRecord {
    try Self.refuseEmpty(location, option: "the location")
    guard location.utf8.count <= Self.longestLocation else {
      throw EngineError.outOfRange(
        option: "the location's length", value: String(location.utf8.count), allowed: "at most \(Self.longestLocation) bytes")
    }
    let id = try store.write(NewEntry(.copyAdd, actor: actor), key: key()) {
      try $0.insertCopy(kind: kind, location: location, logSize: nil, clearBy: clearBy)
    }
    return try store.read { try $0.copy(id) }
  }

  /// Records that a copy is gone, or holds nothing any more that was erased here.
  /// - Throws: `StoreError.unknown`, `EngineError.alreadyClear`.
  package func clearCopy(_ id: Int64, reason: String?) throws -> CopyRecord {
    try store.write(NewEntry(.copyClear, actor: actor, reason: reason), key: key()) { transaction in
      if let clearing = try transaction.copy(id).clearing { throw EngineError.alreadyClear(copy: id, time: clearing.time) }
      try transaction.insertCopyClearing(id)
    }
    return try store.read { try $0.copy(id) }
  }
}
