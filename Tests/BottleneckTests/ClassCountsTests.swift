import Foundation
import Testing

@testable import Bottleneck

/// Counted values: what is subtracted was never there (Method §8).
@Suite("Class counts")
struct ClassCountsTests {
  /// Random codes, some of them none, and labels.
  private func sample(_ count: Int, _ shape: BottleneckShape, seed: UInt64) throws -> (codes: CodeTable, labels: [Int]) {
    var generator = SeededGenerator(seed: seed, label: "codes")
    let width = shape.topK + 1
    let codes = (0..<count * shape.codebooks * width).map { _ in
      generator.uniform(below: 9) == 0 ? CodeTable.none : UInt16(generator.uniform(below: shape.keys))
    }
    let labels = (0..<count).map { _ in generator.uniform(below: shape.classes) }
    return (try CodeTable(count: count, codebooks: shape.codebooks, width: width, codes: codes), labels)
  }

  private func count(_ codes: CodeTable, _ labels: [Int], _ members: [Int], _ shape: BottleneckShape) throws -> ClassCounts {
    let some = try CodeTable(
      count: members.count, codebooks: codes.codebooks, width: codes.width,
      codes: members.flatMap { member in
        codes.codes[(member * codes.codebooks * codes.width)..<((member + 1) * codes.codebooks * codes.width)]
      })
    return try ClassCounts(shape: shape, codes: some, labels: members.map { labels[$0] })
  }

  @Test(arguments: [(1, 1), (2, 1), (1, 2)])
  func countsAndValuesAreThoseOfTheDefinition(topK: Int, threads: Int) throws {
    let shape = try Samples.shape(codebooks: 5, keys: 7, classes: 3, topK: topK)
    let (codes, labels) = try sample(60, shape, seed: 3)
    let counts = try ClassCounts(shape: shape, codes: codes, labels: labels, threads: threads)
    var expected = [UInt32](repeating: 0, count: shape.valueCount)
    for example in 0..<60 {
      for codebook in 0..<5 {
        for place in 0..<topK {
          let code = codes.codes[(example * 5 + codebook) * codes.width + place]
          if code != CodeTable.none { expected[(labels[example] * 5 + codebook) * 7 + Int(code)] += 1 }
        }
      }
    }
    #expect(counts.counts == expected)
    let values = counts.values(smoothing: 0.25, threads: threads)
    for pair in 0..<shape.pairs {
      let own = (0..<3).map { Double(expected[$0 * shape.pairs + pair]) }
      let total = own.reduce(0, +)
      for label in 0..<3 {
        let value = total == 0 ? 0 : log((own[label] + 0.25) * 3 / (total + 0.75))
        #expect(abs(Double(values[pair * 3 + label]) - value) < 1e-6)
      }
      #expect(counts.usablePairs()[pair] == (total == 0 ? 0 : 1))
    }
    for label in 0..<3 {
      let row = expected[(label * shape.pairs)..<((label + 1) * shape.pairs)]
      #expect(counts.selections(of: label) == row.reduce(0) { $0 + Int($1) })
      #expect(counts.activePairs(of: label) == row.count { $0 > 0 })
    }
  }

  @Test func everySubsetOfASmallSetIsAsIfItHadNeverBeenThere() throws {
    let shape = try Samples.shape(codebooks: 3, keys: 4, classes: 3, topK: 2)
    let (codes, labels) = try sample(9, shape, seed: 5)
    let all = try ClassCounts(shape: shape, codes: codes, labels: labels)
    for subset in 0..<(1 << 9) {
      let gone = (0..<9).filter { subset >> $0 & 1 == 1 }
      var left = all
      try left.subtract(codes: codes, labels: labels, members: gone)
      let never = try count(codes, labels, (0..<9).filter { subset >> $0 & 1 == 0 }, shape)
      #expect(left == never)
      #expect(left.usablePairs() == never.usablePairs())
      #expect(left.values(smoothing: 0.1).map(\.bitPattern) == never.values(smoothing: 0.1).map(\.bitPattern))
    }
  }

  @Test(arguments: 0..<6) func randomSubsetsOfALargeSetAreAsIfTheyHadNeverBeenThere(_ seed: UInt64) throws {
    let shape = try Samples.shape(codebooks: 16, keys: 50, classes: 7)
    let (codes, labels) = try sample(2_000, shape, seed: seed)
    var left = try ClassCounts(shape: shape, codes: codes, labels: labels, threads: 2)
    var generator = SeededGenerator(seed: seed, label: "subset")
    let gone = (0..<2_000).filter { _ in generator.uniform(below: 3) == 0 }
    // In two acts, on different numbers of threads.
    try left.subtract(codes: codes, labels: labels, members: Array(gone.prefix(100)), threads: 1)
    try left.subtract(codes: codes, labels: labels, members: Array(gone.dropFirst(100)), threads: 2)
    let never = try count(codes, labels, Array(Set(0..<2_000).subtracting(gone)).sorted(), shape)
    #expect(left == never)
    // And a class as a whole, one way and the other.
    var (byClass, byExamples) = (left, left)
    byClass.forget(4)
    let members = Set(0..<2_000).subtracting(gone).filter { labels[$0] == 4 }
    try byExamples.subtract(codes: codes, labels: labels, members: members.sorted())
    #expect(byClass == byExamples && byClass.selections(of: 4) == 0)
  }

  @Test func whatWasNeverCountedCannotBeTakenOut() throws {
    let shape = try Samples.shape(codebooks: 3, keys: 4, classes: 3)
    let (codes, labels) = try sample(40, shape, seed: 8)
    var counts = try count(codes, labels, Array(0..<20), shape)
    let before = counts
    #expect(throws: BottleneckError.notCounted) { try counts.subtract(codes: codes, labels: labels, members: Array(0..<40)) }
    #expect(counts == before)
    #expect(throws: BottleneckError.exampleOutOfRange(example: 40, count: 40)) {
      try counts.subtract(codes: codes, labels: labels, members: [40])
    }
    #expect(throws: BottleneckError.sizeMismatch(what: "class counts", expected: 36, found: 35)) {
      try ClassCounts(shape: shape, counts: [UInt32](repeating: 0, count: 35))
    }
  }
}
