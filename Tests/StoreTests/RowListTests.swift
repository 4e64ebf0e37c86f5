import Testing

@testable import Store

@Suite("Row lists")
struct RowListTests {
  @Test("any set of rows comes back, in whichever form is the shorter", arguments: 0..<60)
  func roundTrip(seed: UInt64) throws {
    var generator = Seeded(seed)
    let total = Int.random(in: 0...3_000, using: &generator)
    let share: Double = [0, 0.001, 0.02, 0.3, 0.6, 1].randomElement(using: &generator) ?? 0
    let rows = (0..<total).filter { _ in Double.random(in: 0..<1, using: &generator) < share }.map { UInt32($0) }
    let bytes = RowList.encode(rows, total: total)
    #expect(try RowList.decode(bytes, total: total) == rows)
    #expect(bytes.count <= 1 + (total + 7) / 8 || rows.isEmpty)
    // By the definition, written another way.
    let before: [Int] = [-1] + rows.map { Int($0) }
    let gaps: [Int] = zip(rows, before).map { Int($0) - $1 - 1 }
    let gapForm: [UInt8] = [1] + gaps.flatMap(leb128)
    #expect(bytes == (gapForm.count < 1 + (total + 7) / 8 ? gapForm : bitmap(rows, total)))
  }

  @Test("the union of two lists holds the rows of both, once", arguments: 0..<20)
  func union(seed: UInt64) {
    var generator = Seeded(seed)
    func some() -> [UInt32] { (0..<200).filter { _ in Bool.random(using: &generator) }.map { UInt32($0) } }
    let (a, b) = (some(), seed == 0 ? [] : some())
    #expect(RowList.union(a, b) == Set(a).union(b).sorted())
  }

  @Test("both forms are read whichever is shorter")
  func bothForms() throws {
    let rows: [UInt32] = [0, 3, 200, 1_999]
    #expect(try RowList.decode([1] + [0, 2] + leb128(196) + leb128(1_798), total: 2_000) == rows)
    #expect(try RowList.decode(bitmap(rows, 2_000), total: 2_000) == rows)
    #expect(try RowList.decode([1], total: 0) == [])
    #expect(try RowList.decode([2], total: 0) == [])
    #expect(try RowList.decode([1] + leb128(Int(UInt32.max) - 1), total: Int(UInt32.max)) == [UInt32.max - 1])
  }

  @Test("the sizes that the documentation states")
  func sizes() {
    var generator = Seeded(3)
    let total = 1_048_576
    func size(_ share: Double) -> Int {
      RowList.encode(
        (0..<total).filter { _ in Double.random(in: 0..<1, using: &generator) < share }.map { UInt32($0) }, total: total
      ).count
    }
    #expect((20_000...29_000).contains(size(0.02)))
    #expect(size(0.4) == 1 + total / 8)
  }

  @Test(
    "a malformed list is refused with its reason",
    arguments: [
      ([], 8, "neither 1 nor 2"), ([0], 8, "neither 1 nor 2"), ([3, 0], 8, "neither 1 nor 2"), ([1, 0x80], 8, "ends within"),
      ([1, 5, 0xFF], 800, "ends within"), ([1, 0x80, 0], 8, "shortest form"), ([1, 0x81, 0x80, 0], 8, "shortest form"),
      ([1, 8], 8, "beyond"), ([1, 7, 0], 8, "beyond"), ([1, 0], 0, "beyond"),
      ([1, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], 8, "beyond"), ([1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1], 8, "too long"),
      ([1] + [UInt8](repeating: 0xFF, count: 40), 8, "too long"), ([2], 8, "wrong length"), ([2, 0, 0], 8, "wrong length"),
      ([2, 0x80], 7, "beyond"), ([2, 0, 0x02], 9, "beyond"),
    ] as [([UInt8], Int, String)])
  func malformed(bytes: [UInt8], total: Int, reason: String) {
    #expect {
      try RowList.decode(bytes, total: total)
    } throws: {
      guard case .rowListCorrupt(let given)? = $0 as? StoreError else { return false }
      return given.contains(reason)
    }
  }

  @Test("random bytes either are a list that ascends below the total or are refused")
  func random() {
    var generator = Seeded(4)
    for _ in 0..<5_000 {
      let total = Int.random(in: 0...200, using: &generator)
      let bytes = [UInt8.random(in: 1...2, using: &generator)] + generator.bytes(Int.random(in: 0...26, using: &generator))
      guard let rows = try? RowList.decode(bytes, total: total) else { continue }
      #expect(zip(rows, rows.dropFirst()).allSatisfy { $0 < $1 } && rows.allSatisfy { $0 < total })
    }
  }

  private func leb128(_ number: Int) -> [UInt8] {
    number < 128 ? [UInt8(number)] : [UInt8(number % 128) + 128] + leb128(number / 128)
  }

  private func bitmap(_ rows: [UInt32], _ total: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 1 + (total + 7) / 8)
    bytes[0] = 2
    for row in rows { bytes[1 + Int(row) / 8] |= 1 << (row % 8) }
    return bytes
  }
}
