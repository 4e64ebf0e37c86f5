import GRDB

/// Goes through the ids of a table in ascending order, and around what cannot be read.
struct IDWalk {
  let snapshot: Snapshot
  let table: String

  /// Calls `body` with each id. An unreadable stretch is one finding, and one entry of what was not checked.
  ///
  /// Each id costs one search of the tree. Behind an unreadable page the next readable id is found by doubling steps and then
  /// bisection, so a hole costs some hundred searches, whatever its size.
  func run(_ result: inout Verification, _ body: (Int64, inout Verification) -> Void) {
    var start = Int64.min
    while true {
      switch next(from: start) {
      case .end: return
      case .id(let id):
        body(id, &result)
        guard id < .max else { return }
        start = id + 1
      case .failed:
        next(from: start, reportingTo: &result)
        guard let behind = firstReadable(after: start) else {
          result.passOver("\(table)s from \(max(start, 1)) on", "the pages that hold them cannot be read")
          return
        }
        result.passOver(
          "\(table)s from \(max(start, 1)) to \(behind - 1), if there are any", "the page that holds them cannot be read")
        start = behind
      }
    }
  }

  private enum Step { case id(Int64), end, failed }

  private func next(from start: Int64) -> Step {
    var ignored = Verification()
    return next(from: start, reportingTo: &ignored)
  }

  @discardableResult
  private func next(from start: Int64, reportingTo result: inout Verification) -> Step {
    var step = Step.failed
    snapshot.attempt("table \(table)", &result) { _ in
      // Not by an index: that is what the rows are compared with elsewhere.
      let row = try snapshot.row("SELECT id FROM \(table) NOT INDEXED WHERE id >= ? ORDER BY id LIMIT 1", [start])
      guard let id: Int64 = try row?.value("id") else { return step = .end }
      // Pages in another order than their ids would lead back.
      if id >= start { step = .id(id) }
    }
    return step
  }

  /// The least number from which on an id is found, or the table is seen to end.
  private func firstReadable(after start: Int64) -> Int64? {
    func isReadable(_ number: Int64) -> Bool { if case .failed = next(from: number) { false } else { true } }
    // Ids count up from 1.
    var (bad, step) = (max(start, 1), Int64(1))
    while true {
      let (candidate, overflow) = bad.addingReportingOverflow(step)
      guard !overflow else { return nil }
      if isReadable(candidate) { break }
      (bad, step) = (candidate, step * 2)
    }
    var good = bad + step
    while good - bad > 1 {
      let middle = bad + (good - bad) / 2
      if isReadable(middle) { good = middle } else { bad = middle }
    }
    return good
  }
}
