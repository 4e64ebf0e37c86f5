import GRDB
import Ledger
import Tensors

@testable import Store

/// The questions about the past, answered by reading every row of every table and walking through all of them: what the quick answers are
/// compared with. Nothing here uses an index, a view or a query of the store's own.
struct PlainAnswers {
  private let tables: [String: [Row]]
  private let leaves: [Int64: [String: JSONValue]]

  init(_ snapshot: Snapshot) throws {
    let names = RecordTable.all.map(\.name) + ["log_entry", "sealed_field"]
    tables = try Dictionary(uniqueKeysWithValues: names.map { ($0, try Row.fetchAll(snapshot.db, sql: "SELECT * FROM \($0)")) })
    leaves = try Dictionary(
      uniqueKeysWithValues: (tables["log_entry"] ?? []).map { row in
        guard case .object(let fields) = try CanonicalJSON.parse(Array((row["leaf"] as String).utf8)) else {
          return (row["log_index"], [:])
        }
        return (row["log_index"], fields)
      })
  }

  func all(_ table: String, where matches: (Row) -> Bool = { _ in true }) -> [Row] { (tables[table] ?? []).filter(matches) }

  private func one(_ table: String, _ id: Int64) -> Row { all(table) { $0["id"] == id }[0] }

  private func fact(_ entry: Int64, _ name: String) -> String? {
    if case .string(let text)? = leaves[entry]?[name] { text } else { nil }
  }

  private func sealed(_ entry: Int64, _ name: String) -> String? {
    all("sealed_field") { $0["entry"] == entry && ($0["name"] as String?) == name }.first.flatMap { $0["value"] as String? }
  }

  private func shown(_ item: Row) -> String { (item["name"] as String?) ?? "class \(item["ordinal"] as Int)" }

  /// Names of an event's classes by label.
  func classes(ofEvent event: Int64) -> [String] {
    all("forgotten_class") { $0["event"] == event }.map { one("class", $0["class"]) }
      .sorted { ($0["ordinal"] as Int) < ($1["ordinal"] as Int) }.map(shown)
  }

  /// Names of the classes that an entry erased, or of whose erasure it is the certificate; nil if it is neither.
  private func erasedClasses(_ entry: Int64) -> [String]? {
    let erasure = all("erasure") { $0["entry"] == entry }.first.map { $0["id"] as Int64 }
    let certified = all("erasure_certificate") { $0["entry"] == entry }.first.map { $0["erasure"] as Int64 }
    return (erasure ?? certified).map { id in all("erased_class") { $0["erasure"] == id }.map { shown(one("class", $0["class"])) } }
  }

  func name(_ checkpoint: Int64) -> String {
    let row = one("checkpoint", checkpoint)
    return "\(one("model", row["model"])["name"] as String)@\(row["number"] as Int)"
  }

  func head(_ model: Int64) -> Int64 { all("head_move") { $0["model"] == model }.last?["to_checkpoint"] ?? 0 }

  /// Lines of text, newest first, as `describe` makes them of a record.
  func history(_ filter: HistoryFilter) -> [String] {
    let lines = all("log_entry").map { $0["log_index"] as Int64 }.sorted(by: >).compactMap { entry -> String? in
      let event = all("unlearning_event") { $0["entry"] == entry }.first
      let names =
        event.map { classes(ofEvent: $0["id"]) } ?? erasedClasses(entry)
        ?? all("reinstatement") { $0["entry"] == entry }.flatMap { classes(ofEvent: $0["event"]) }
      let (time, action, model) = (fact(entry, "time") ?? "", fact(entry, "action") ?? "", fact(entry, "model"))
      guard filter.model ?? model == model, filter.action ?? action == action, filter.className.map(names.contains) ?? true,
        filter.since.map({ time >= $0 }) ?? true, filter.until.map({ time <= $0 || time.hasPrefix($0) }) ?? true
      else { return nil }
      let examples = event.map { event in all("forgotten_example") { $0["event"] == (event["id"] as Int64) }.count } ?? 0
      let dataset = fact(entry, "dataset") ?? event.map { one("dataset", $0["dataset"])["name"] as String }
      return Self.describe(
        HistoryRecord(
          logIndex: entry, time: time, action: action, model: model, dataset: dataset, parent: fact(entry, "parent"),
          child: fact(entry, "child"), classes: names, examples: examples, event: event.map { $0["id"] },
          actor: sealed(entry, "actor"),
          reason: sealed(entry, "reason"), approvedBy: sealed(entry, "approved_by")))
    }
    return Array(lines.prefix(filter.limit ?? .max))
  }

  static func describe(_ record: HistoryRecord) -> String { "\(record)" }

  /// Labels of the classes that are forgotten in a checkpoint.
  private func forgotten(_ checkpoint: Int64) -> [(event: Int64, how: String)] {
    all("applied_event") { $0["checkpoint"] == checkpoint }.map { ($0["event"], $0["how"]) }.sorted { $0.0 < $1.0 }
  }

  private func forgets(_ checkpoint: Int64, _ name: String) -> Bool {
    forgotten(checkpoint).contains { classes(ofEvent: $0.event).contains(name) }
  }

  /// Who knows a class, model by model, as lines of text.
  func standings(_ name: String, dataset: Int64) -> [String] {
    all("model").compactMap { model in
      let trained = all("checkpoint") { state in
        state["model"] == (model["id"] as Int64)
          && !all("class") { $0["dataset"] == (state["dataset"] as Int64) && ($0["name"] as String?) == name }.isEmpty
      }
      guard trained.contains(where: { $0["dataset"] == dataset }) else { return nil }
      let (id, head): (Int64, Int64) = (model["id"], head(model["id"]))
      // A blanked class has no name any more, so nothing is known of it.
      let named = Set(all("class") { ($0["name"] as String?) == name }.map { $0["id"] as Int64 })
      let about = Set(all("forgotten_class") { named.contains($0["class"]) }.map { $0["event"] as Int64 })
      let knowing = trained.map { $0["id"] as Int64 }.filter { state in !forgotten(state).contains { about.contains($0.event) } }
      let events = all("unlearning_event") { $0["model"] == id }.map { $0["id"] as Int64 }
        .filter { classes(ofEvent: $0).contains(name) }
      let inForce = events.last { event in all("reinstatement") { $0["event"] == event }.isEmpty }
      let event = knowing.contains(head) ? nil : inForce ?? events.last
      return "\(model["name"] as String) \(self.name(head)) \(knowing.contains(head)) \(event ?? 0) \(knowing.map(self.name))"
    }
  }

  /// Names of the checkpoints that were trained on a data set: knowing a class, and not.
  func trained(on dataset: Int64, _ name: String) -> (knowing: [String], forgetting: [String]) {
    let states = all("checkpoint") { $0["dataset"] == dataset }.map { $0["id"] as Int64 }
    return (states.filter { !forgets($0, name) }.map(self.name), states.filter { forgets($0, name) }.map(self.name))
  }

  /// A checkpoint as a line of text.
  func summary(_ checkpoint: Int64, forgotten isWanted: Bool = true) -> String {
    let row = one("checkpoint", checkpoint)
    let gone =
      !isWanted
      ? [] : forgotten(checkpoint).flatMap { item in classes(ofEvent: item.event).map { "\($0) \(item.event) \(item.how)" } }
    let test = all("split") { $0["dataset"] == (row["dataset"] as Int64) && $0["part"] == "test" && ($0["event"] as Int64?) == nil }
      .first
    let figure = all("measurement") {
      $0["checkpoint"] == checkpoint && $0["split"] == (test?["id"] as Int64?) && ($0["class"] as Int64?) == nil
        && $0["metric"] == "accuracy"
    }.last
    let time = fact(row["entry"], "time") ?? ""
    return """
      \(name(checkpoint)) \(row["kind"] as String) \((row["parent"] as Int64?).map(name) ?? "-") \
      \(one("dataset", row["dataset"])["name"] as String) \(time) \(head(row["model"]) == checkpoint) \(gone) \
      \(figure.map { $0["value"] as Double } ?? -1)
      """
  }

  /// A checkpoint as a step from its parent, as a line of text.
  func step(_ checkpoint: Int64) -> String {
    let row = one("checkpoint", checkpoint)
    let (now, before) = (forgotten(checkpoint), (row["parent"] as Int64?).map(forgotten) ?? [])
    var changes: [(event: Int64, how: String)] = []
    for item in now where !before.contains(where: { $0.event == item.event }) {
      let act = one("unlearning_event", item.event)
      changes.append((item.event, act["child"] == checkpoint ? "forgot" : item.how))
    }
    for item in before where !now.contains(where: { $0.event == item.event }) { changes.append((item.event, "known again")) }
    let lines = changes.sorted { $0.event < $1.event }.flatMap { item in
      classes(ofEvent: item.event).map { "\($0) \(item.event) \(item.how)" }
    }
    let count = now.map { classes(ofEvent: $0.event).count }.reduce(0, +)
    return "\(summary(checkpoint, forgotten: false)) \(lines) \(count)"
  }

  /// From a checkpoint back to the first training.
  func lineage(_ checkpoint: Int64) -> [Int64] {
    var line = [checkpoint]
    while let parent: Int64 = one("checkpoint", line[line.count - 1])["parent"] { line.append(parent) }
    return line
  }

  /// The view `forgotten_classes` as lines of text, in its order.
  func forgottenClasses(where matches: (ForgottenClassLine) -> Bool) -> [String] {
    all("unlearning_event").flatMap { event in
      all("forgotten_class") { $0["event"] == (event["id"] as Int64) }.map { one("class", $0["class"]) }
        .sorted { ($0["ordinal"] as Int) < ($1["ordinal"] as Int) }
        .map { item in
          ForgottenClassLine(
            model: one("model", event["model"])["name"], className: item["name"] as String?, event: event["id"],
            child: name(event["child"]),
            time: fact(event["entry"], "time"), actor: sealed(event["entry"], "actor"), reason: sealed(event["entry"], "reason"),
            inForce: all("reinstatement") { $0["event"] == (event["id"] as Int64) }.isEmpty)
        }
    }.filter(matches).map { "\($0)" }
  }
}
