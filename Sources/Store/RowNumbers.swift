/// A set of numbers of rows, for thousands of look-ups: hashing each would cost as much as reading its row.
///
/// Rows are numbered from 1 on, so a bit for each does: 2 MiB at most. What lies beyond, which only a file with other numbers has, is hashed.
struct RowNumbers {
  private static let limit: Int64 = 1 << 24

  private var bits: [UInt64] = []
  private var others: Set<Int64> = []

  init(_ numbers: [Int64]) {
    let last = numbers.lazy.filter { $0 < Self.limit }.max() ?? -1
    bits = Array(repeating: 0, count: Int(max(last, -1) + 64) / 64)
    for number in numbers {
      if (0..<Self.limit).contains(number) { bits[Int(number) / 64] |= 1 << (number % 64) } else { others.insert(number) }
    }
  }

  func contains(_ number: Int64) -> Bool {
    guard (0..<Self.limit).contains(number) else { return others.contains(number) }
    let place = Int(number) / 64
    return place < bits.count && bits[place] & (1 << (number % 64)) != 0
  }
}
