import Bottleneck
import Store
import Testing

@testable import Engine

@Suite struct SampleTests {
  /// Ascending rows in which neighbours are as likely as gaps.
  private static func rows(of count: Int, _ generator: inout SeededGenerator) -> [Int] {
    let share = generator.uniform()
    return (0..<count).filter { _ in generator.uniform() < share }
  }

  @Test(arguments: 0..<20) func readsWhatADirectGatherReads(_ seed: Int) throws {
    let bench = try Workbench()
    let parts = Workbench.examples()
    let dataset = try bench.engine.importDataset(bench.request("animals", parts))
    var generator = SeededGenerator(seed: UInt64(seed), label: "rows")
    let order: [Part] = seed.isMultiple(of: 2) ? [.train, .test] : [.validation]
    var (pieces, expected) = ([(source: EmbeddingStream, rows: [Int])](), [Float]())
    for part in order {
      let (split, examples) = (try #require(dataset.split(part)), try #require(parts[part]))
      let rows = Self.rows(of: examples.count, &generator)
      pieces.append((try EmbeddingStream(split, of: dataset, in: bench.store), rows))
      for row in rows { expected += examples[row] }
    }
    let sample = EmbeddingSample(pieces: pieces)
    #expect(sample.dimension == Examples.dimension && sample.count == expected.count / Examples.dimension)
    for block in [1, 7, 1000] { #expect(try readAll(sample, block: block) == expected) }
  }

  @Test func spreadTakesAllOrEightRuns() {
    let members = (0..<1000).map { $0 * 3 }
    #expect(Engine.spread(1000, of: members) == members)
    let some = Engine.spread(256, of: members)
    #expect(some.count == 256 && some == Set(some).sorted() && Set(some).isSubset(of: members))
    #expect(some.prefix(32) == members.prefix(32) && some.suffix(32) == members[875..<907])
    #expect(zip(some, some.dropFirst()).count { $1 - $0 != 3 } == 7)
  }

  @Test func cutLeavesAtMostTheGoal() {
    let lost: [Int?] = [0, 5, nil, 9, 5]
    #expect(Engine.cut(lost[...], goal: 0) == nil)
    #expect(Engine.cut(lost[...], goal: 0.2) == 9)
    #expect(Engine.cut(lost[...], goal: 0.39) == 9)
    #expect(Engine.cut(lost[...], goal: 0.4) == 5)
    #expect(Engine.cut(lost[...], goal: 0.8) == 0)
    #expect(Engine.cut(lost[...], goal: 1) == 0)
    #expect(Engine.cut([nil][...], goal: 0.99) == nil)
  }
}
