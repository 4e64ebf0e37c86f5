import Ledger
import Store

/// What a training leaves out of a data set since its model has forgotten it: classes and single examples.
struct LeftOut: Hashable, Sendable {
  /// Labels.
  var classes: Set<Int> = []
  /// Rows of the training part.
  var rows: Set<Int> = []

  init() {}

  /// What acts of forgetting took out, as it is found in a data set.
  init(_ events: [EventRecord], in dataset: DatasetRecord, _ snapshot: Snapshot) throws {
    classes = Set(events.flatMap { $0.ordinals(in: dataset) })
    guard let split = dataset.split(.train) else { return }
    for event in events where event.exampleCount > 0 { rows.formUnion(try snapshot.forgottenRows(event: event.id, in: split.id)) }
  }

  /// Reads what ``fields`` wrote; nil for anything else.
  init?(_ value: JSONValue) {
    func numbers(_ list: [JSONValue]) -> Set<Int> {
      Set(list.compactMap { if case .integer(let number) = $0 { Int(number) } else { nil } })
    }
    guard case .array(let classes)? = value["left_out"] else { return nil }
    self.classes = numbers(classes)
    if case .array(let rows)? = value["left_out_examples"] { self.rows = numbers(rows) }
  }

  /// As a configuration records it: ascending, and rows only where there are any.
  var fields: [String: JSONValue] {
    func list(_ numbers: Set<Int>) -> JSONValue { .array(numbers.sorted().map { .integer(Int64($0)) }) }
    return rows.isEmpty ? ["left_out": list(classes)] : ["left_out": list(classes), "left_out_examples": list(rows)]
  }

  /// The rows of a training part that stay: those that are not erased, and not left out.
  func members(_ labels: [Int]) -> [Int] {
    labels.indices.filter { labels[$0] >= 0 && !classes.contains(labels[$0]) && !rows.contains($0) }
  }
}
