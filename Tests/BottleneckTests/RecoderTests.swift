import Testing

@testable import Bottleneck

@Suite("Recoder: codes under a mask equal codes from scratch")
struct RecoderTests {
  @Test(arguments: [(1, 1), (1, 4), (3, 3), (3, 6), (2, 30)])
  func recodedEqualsAssigned(_ topK: Int, _ width: Int) throws {
    let shape = try Samples.shape(keys: 30, topK: topK)
    let trained = try Samples.trained(count: 700, shape: shape, seed: 21)
    let candidates = try CodeAssigner.assign(source: trained.source, model: trained.model, width: width)
    var generator = SeededGenerator(seed: 2, label: "mask")
    var model = trained.model
    for share in [0, 0.05, 0.3, 0.5, 0.9, 1] {
      let pairs = (0..<UInt32(shape.pairs)).filter { _ in generator.uniform() < share }
      try Unlearning.mask(PairSet(pairs), in: &model)
      let expected = try CodeAssigner.assign(source: trained.source, model: model)
      for threads in [1, 3] {
        let recoded = try Recoder.recode(
          candidates: candidates, source: trained.source, model: model, threads: threads)
        #expect(recoded == expected)
      }
    }
  }

  /// A source that fails when it is read: nothing needs reading where candidates suffice.
  struct Unreadable: EmbeddingSource {
    struct Read: Error {}
    let count: Int
    let dimension: Int
    func read(_ rows: Range<Int>, into buffer: UnsafeMutableBufferPointer<Float>) throws { throw Read() }
  }

  @Test func embeddingsAreReadOnlyWhereNeeded() throws {
    let shape = try Samples.shape()
    let trained = try Samples.trained(shape: shape, seed: 22)
    let source = Unreadable(count: trained.codes.count, dimension: shape.inputDimension)
    #expect(try Recoder.recode(candidates: trained.codes, source: source, model: trained.model) == trained.codes)
    var model = trained.model
    try Unlearning.mask(PairSet([UInt32(trained.codes.codes[0])]), in: &model)
    #expect(throws: Unreadable.Read.self) {
      try Recoder.recode(candidates: trained.codes, source: source, model: model)
    }
    // Candidates that name every usable key answer for any mask.
    let all = try CodeAssigner.assign(source: trained.source, model: trained.model, width: shape.keys)
    #expect(all.codes.contains(CodeTable.none))
    try Unlearning.mask(PairSet(flags: model.usable), in: &model)
    #expect(
      try Recoder.recode(candidates: all, source: source, model: model).codes.allSatisfy { $0 == CodeTable.none })
  }
}
