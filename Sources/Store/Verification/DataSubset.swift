/// Which share of the stored bytes a verification reads: subset `number` of `count`, chosen by id. 1 of n to n of n together read all.
package struct DataSubset: Sendable, Hashable {
  package let number: Int
  package let count: Int

  package static let all = DataSubset(uncheckedNumber: 1, of: 1)

  private init(uncheckedNumber number: Int, of count: Int) { (self.number, self.count) = (number, count) }

  /// - Returns: nil unless 1 ≤ number ≤ count ≤ 1,000,000.
  package init?(_ number: Int, of count: Int) {
    guard (1...1_000_000).contains(count), (1...count).contains(number) else { return nil }
    self.init(uncheckedNumber: number, of: count)
  }

  /// Reads `2/5`.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]) else { return nil }
    self.init(number, of: count)
  }

  package var isAll: Bool { count == 1 }

  func contains(_ id: Int64) -> Bool { id.magnitude % UInt64(count) == UInt64(number - 1) }
}

extension DataSubset: CustomStringConvertible {
  package var description: String { "\(number)/\(count)" }
}
