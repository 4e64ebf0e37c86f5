import GRDB

/// The statements behind the questions that are asked most, which must stay quick however much a store holds.
package enum HotStatements {
  /// What is asked, and the statement.
  package static let all: [(question: String, sql: String)] =
    histories.map { ("history \($0)", $1.statement.sql) } + [
      ("history: sealed texts", Snapshot.sealedSQL),
      ("history: names of classes", Snapshot.classNamesSQL),
      ("explain MODEL: classes forgotten", Snapshot.eventNamesSQL),
      ("explain MODEL: the checkpoint", Snapshot.summarySQL),
      ("explain MODEL: acts that hold", Snapshot.appliedSQL),
      ("explain MODEL: lineage", Snapshot.stepsSQL(Snapshot.lineageSQL)),
      ("explain MODEL: classes in the lineage", Snapshot.changesSQL(Snapshot.lineageSQL)),
      ("explain MODEL: figures", Snapshot.measurementSQL),
      ("explain --class: parts of a data set", Snapshot.importedSplitSQL),
      ("explain --class: events", Snapshot.eventsOfClassSQL),
      ("explain --class: models", Snapshot.headsSQL),
      ("explain --class: checkpoints", Snapshot.trainedSQL),
      ("explain --class: checkpoints that do not know it", Snapshot.notKnowingSQL),
      ("explain --class: what they did", Snapshot.briefSQL),
      ("explain --example: place", Snapshot.exampleSQL),
      ("explain --example: checkpoints", Snapshot.trainedSQL),
      ("explain --example: checkpoints that forgot it", Snapshot.forgettingExampleSQL),
      ("explain --example: models", Snapshot.namesSQL),
      ("forgotten_classes of a model", Snapshot.forgottenOfModelSQL),
      ("forgotten_classes of a class", Snapshot.forgottenOfClassSQL),
      ("checkpoint list", Snapshot.stepsSQL(Snapshot.statesSQL)),
      ("checkpoint list: classes", Snapshot.changesSQL(Snapshot.statesSQL)),
      ("report: events of a model", Snapshot.eventSQL + " WHERE u.model = ?"),
      ("report: splits of an event", Snapshot.eventSplitSQL),
    ]

  private static let histories: [(String, HistoryFilter)] = [
    ("MODEL", HistoryFilter(model: "m", limit: 9)), ("--class", HistoryFilter(className: "c", limit: 9)),
    ("--kind", HistoryFilter(action: "train", limit: 9)), ("--since", HistoryFilter(since: "2026", limit: 9)),
    ("--until --kind", HistoryFilter(until: "2027", action: "train", limit: 9)),
    ("MODEL --class --since", HistoryFilter(model: "m", className: "c", since: "2026", limit: 9)),
  ]
}

extension Snapshot {
  /// What SQLite means to do for a statement: the lines of `EXPLAIN QUERY PLAN`.
  package func plan(of sql: String) throws -> [String] {
    let statement = try db.makeStatement(sql: "EXPLAIN QUERY PLAN " + sql)
    statement.setUncheckedArguments([])
    return try Row.fetchAll(statement).map { try $0.value("detail") }
  }
}
