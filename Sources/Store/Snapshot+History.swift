import GRDB
import Ledger

/// One entry of the log as people ask for it: what was done to what, by whom and why.
public struct HistoryRecord: Sendable {
  /// The log entry that says so.
  public var logIndex: Int64
  /// RFC 3339, UTC.
  public var time: String
  /// As ``NewEntry/Action`` spells it.
  public var action: String
  /// The model that it was done to.
  public var model: String?
  /// The data set that it concerns.
  public var dataset: String?
  /// Checkpoints that it went from and to.
  public var parent: String?
  /// The checkpoint that came of it.
  public var child: String?
  /// Names of the classes that it forgot, reinstated or erased.
  public var classes: [String] = []
  /// How many single examples it forgot or erased, instead of classes.
  public var examples: Int
  /// The act of forgetting that it recorded.
  public var event: Int64?
  /// Nil once it was redacted, as are the two below.
  public var actor: String?
  /// Why.
  public var reason: String?
  /// Who approved it, where somebody did.
  public var approvedBy: String?
}

extension Snapshot {
  /// Whether a class `k` is shown under the name `:class`: it has that name, or it was blanked and its label is `:label`.
  static let isShownAs = "(k.name = :class OR (k.name IS NULL AND k.ordinal = :label))"

  /// The arguments of `isShownAs`: blanked classes are shown as `class 3`.
  static func shownAs(_ name: String) -> StatementArguments {
    let label = name.hasPrefix("class ") ? Int(name.dropFirst(6)) : nil
    return ["class": name, "label": label.flatMap { "class \($0)" == name ? $0 : nil }]
  }

  /// What was done, newest first.
  public func history(_ filter: HistoryFilter = HistoryFilter()) throws -> [HistoryRecord] {
    let statement = filter.statement
    var (records, places, classes) = ([HistoryRecord](), [Int64: Int](), [(place: Int, ids: [Int64])]())
    records.reserveCapacity(min(filter.limit ?? 0, 1_000))
    try forEach(statement.sql, statement.arguments) { row in
      let index: Int64 = try row.value(at: 0)
      guard try !row.value(at: 10) else {
        throw StoreError.recordCorrupt(table: "model_entry", id: index, reason: "the entry names a model, and its line is missing")
      }
      if let list: String = try row.value(at: 9) { classes.append((records.count, try Self.numbers(list, entry: index))) }
      places[index] = records.count
      records.append(
        try HistoryRecord(
          logIndex: index, time: row.value(at: 1) ?? "", action: row.value(at: 2) ?? "", model: row.value(at: 3),
          dataset: row.value(at: 4), parent: row.value(at: 5), child: row.value(at: 6), examples: row.value(at: 8),
          event: row.value(at: 7)))
    }
    // A look-up for each text and entry would cost as much as the entries themselves.
    try forEach(Self.sealedSQL, [Self.list(records.map(\.logIndex))]) { row in
      guard let place = places[try row.value(at: 0)] else { return }
      let text: String? = try row.value(at: 2)
      switch try row.value(at: 1) as String {
      case "actor": records[place].actor = text
      case "reason": records[place].reason = text
      case "approved_by": records[place].approvedBy = text
      default: break
      }
    }
    let names = try classNames(of: classes)
    for (place, ids) in classes {
      records[place].classes = try ids.map { id in
        guard let name = names[id] else {
          throw StoreError.recordCorrupt(
            table: "model_entry", id: records[place].logIndex, reason: "there is no class number \(id)")
        }
        return name
      }
    }
    return records
  }

  /// Names of the classes of some lists, as they are shown, by the numbers of their rows.
  private func classNames(of lists: [(place: Int, ids: [Int64])]) throws -> [Int64: String] {
    // A list is about one data set, whose classes are neighbours: passing a few over costs less than looking each up by itself.
    var ranges: [ClosedRange<Int64>] = []
    for (_, ids) in lists {
      guard let first = ids.min(), let last = ids.max() else { continue }
      if last - first < 4 * Int64(ids.count) { ranges.append(first...last) } else { ranges += ids.map { $0...$0 } }
    }
    ranges.sort { $0.lowerBound < $1.lowerBound }
    var runs: [ClosedRange<Int64>] = []
    for range in ranges {
      if let last = runs.last, range.lowerBound - last.upperBound <= 4 {
        runs[runs.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        runs.append(range)
      }
    }
    var names: [Int64: String] = [:]
    if runs.isEmpty { return names }
    names.reserveCapacity(runs.reduce(0) { $0 + $1.count })
    let text = runs.map { "[\($0.lowerBound),\($0.upperBound)]" }.joined(separator: ",")
    try forEach(Self.classNamesSQL, ["[\(text)]"]) { names[try $0.value(at: 0)] = try $0.value(at: 1) }
    return names
  }

  /// The numbers of a list with a space between them, as a line of `model_entry` has them.
  private static func numbers(_ list: String, entry: Int64) throws -> [Int64] {
    var list = list
    let numbers: [Int64]? = list.withUTF8 { text in
      var (numbers, number, digits) = ([Int64](), Int64(0), 0)
      numbers.reserveCapacity(text.count / 2 + 1)
      for character in text {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9") where digits < 18:
          (number, digits) = (number * 10 + Int64(character - UInt8(ascii: "0")), digits + 1)
        case UInt8(ascii: " ") where digits > 0:
          numbers.append(number)
          (number, digits) = (0, 0)
        default: return nil
        }
      }
      if digits > 0 { numbers.append(number) }
      return text.isEmpty || digits > 0 ? numbers : nil
    }
    guard let numbers else {
      throw StoreError.recordCorrupt(table: "model_entry", id: entry, reason: "its classes are no list of numbers")
    }
    return numbers
  }

  /// Numbers as a JSON list.
  static func list(_ numbers: some Collection<Int64>) -> String { "[\(numbers.lazy.map { String($0) }.joined(separator: ","))]" }

  /// Texts about persons that the log entries of a JSON list sealed.
  static let sealedSQL = """
    SELECT s.entry, s.name, s.value FROM json_each(?) j CROSS JOIN sealed_field s ON s.entry = j.value
    """

  /// Names of the classes whose rows have numbers from one to another, for each pair of a JSON list.
  static let classNamesSQL = """
    SELECT k.id, ifnull(k.name, 'class ' || k.ordinal)
    FROM json_each(?) j CROSS JOIN class k ON k.id BETWEEN j.value ->> 0 AND j.value ->> 1
    """
}
