extension Store {
  /// Rebuilds everything that the store claims from its raw rows, and returns every finding rather than stopping at the first.
  ///
  /// In this order: the schema's text and SQLite's own structure; the log, whose tree is recomputed from RFC 9162's definition and
  /// shares no code with the writer's; the rows that each entry wrote; every chunk and tensor; checkpoints, splits and heads. When
  /// the schema is another one or SQLite itself reports damage, the rest is skipped, since nothing read from the file means anything
  /// then. Reads only.
  /// - Parameter progress: called with what is being checked and the share that is done, 0…1.
  package func verify(progress: (String, Double) -> Void = { _, _ in }) -> Verification {
    var result = Verification()
    // One snapshot for all of it: a writer may go on meanwhile.
    run("database", &result) { result in
      try read { snapshot in
        progress("structure", 0)
        var readable = false
        run("database", &result) { readable = try DatabaseCheck(snapshot: snapshot).run(&$0) }
        guard readable else { return }
        progress("log", 0.05)
        var log = VerifiedLog()
        run("log", &result) { log = try LogCheck(snapshot: snapshot).run(&$0) }
        progress("rows", 0.1)
        run("rows", &result) { try RowCheck(snapshot: snapshot, log: log).run(&$0) }
        run("tensors", &result) { try TensorCheck(snapshot: snapshot).run(&$0) { progress("tensors", 0.15 + 0.8 * $0) } }
        progress("lineage", 0.97)
        run("lineage", &result) { try LineageCheck(snapshot: snapshot).run(&$0) }
        progress("done", 1)
      }
    }
    return result
  }

  /// Runs one check; whatever it throws is a finding too.
  private func run(_ name: String, _ result: inout Verification, _ check: (inout Verification) throws -> Void) {
    do {
      try StoreError.translating(path) { try check(&result) }
    } catch let error as StoreError {
      result.add(error.code, name, error.message)
    } catch {
      result.add("check.failed", name, "\(error)")
    }
  }
}
