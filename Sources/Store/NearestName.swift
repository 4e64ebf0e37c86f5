/// The name that a mistyped one was most likely meant to be.
package enum NearestName {
  /// Names beyond this many are not looked at, nor are names longer than `longest`: an error message is not worth more time.
  private static let most = 20_000
  private static let longest = 200
  private static let named: Set = ["model", "dataset", "class"]

  /// The nearest name by edits (a letter put in, left out, replaced, or two beside each other swapped; upper and lower case are the
  /// same), if it is at most a third of the typed name's length away; of several the first.
  ///
  /// O(names × length²).
  package static func of(_ typed: String, among names: some Sequence<String>) -> String? {
    let word = Array(typed.lowercased())
    guard !word.isEmpty, word.count <= longest else { return nil }
    var best: (name: String, distance: Int)?
    var limit = max(1, word.count / 3)
    for name in names.prefix(most) where limit >= 0 && name != typed {
      let other = Array(name.lowercased())
      guard abs(other.count - word.count) <= limit, other.count <= longest else { continue }
      let distance = distance(word, other)
      if distance <= limit, distance < other.count {
        best = (name, distance)
        limit = distance - 1
      }
    }
    return best?.name
  }

  /// What an error says after naming the unknown one: the nearest if there is one, else some that there are.
  /// Only of models, data sets and classes: numbers that are near each other mean nothing.
  package static func hint(_ typed: String, among names: [String], showing count: Int, kind: String) -> String {
    if named.contains(kind), let nearest = of(typed, among: names) { return "; did you mean \(nearest)?" }
    if names.isEmpty { return "" }
    return " (there is \(names.prefix(count).joined(separator: ", "))\(names.count > count ? ", …" : ""))"
  }

  /// The restricted Damerau-Levenshtein distance, by three rows of its table.
  private static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var before = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1] + last.dropFirst()
      for j in b.indices {
        row[j + 1] = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { row[j + 1] = min(row[j + 1], before[j - 1] + 1) }
      }
      (before, last) = (last, row)
    }
    return last[b.count]
  }
}
