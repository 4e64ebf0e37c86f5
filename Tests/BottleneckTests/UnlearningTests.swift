import Testing

@testable import Bottleneck

@Suite("Unlearning: the facts of Method §4")
struct UnlearningTests {
  @Test(arguments: [1, 3])
  func masksNestAndBothAlgorithmsMeet(_ topK: Int) throws {
    let shape = try Samples.shape(topK: topK)
    let trained = try Samples.trained(shape: shape, seed: 5)
    let members = trained.members(of: 2)
    let counts = try Unlearning.activationCounts(codes: trained.codes, members: members, shape: shape)
    let ranking = Unlearning.ranking(counts)
    #expect(counts.reduce(0) { $0 + Int($1) } == members.count * shape.codebooks * topK)
    #expect(
      ranking
        == counts.indices.filter { counts[$0] > 0 }.sorted { (counts[$1], $0) < (counts[$0], $1) }.map(UInt32.init))
    var smaller = PairSet()
    for pairs in 0...ranking.count {
      let mask = Unlearning.viaActivations(ranking, pairs: pairs)
      #expect(mask.count == pairs && smaller.isSubset(of: mask))
      smaller = mask
    }
    let all = try Unlearning.viaExamples(codes: trained.codes, examples: members, shape: shape)
    #expect(all == smaller)
    for count in [0, 1, 2, 7, members.count] {
      let drawn = Unlearning.exampleOrder(members, seed: 9).prefix(count).sorted()
      let mask = try Unlearning.viaExamples(codes: trained.codes, examples: drawn, shape: shape)
      #expect(Set(drawn).count == count && Set(drawn).isSubset(of: members))
      let votes = shape.codebooks * topK
      #expect(count == 0 ? mask.isEmpty : (votes...count * votes).contains(mask.count))
      #expect(mask.isSubset(of: all))
    }
  }

  /// What few others select comes first; a pair that one example selects by chance does not.
  @Test func enrichmentPutsAClassesOwnPairsFirst() throws {
    #expect(Unlearning.enrichmentRanking(forget: [0, 1, 100, 100, 100, 40], retain: [5, 0, 1, 50, 50, 0]) == [2, 5, 3, 4, 1])
    let trained = try Samples.trained(shape: Samples.shape(), seed: 5)
    func counts(_ members: [Int]) throws -> [UInt32] {
      try Unlearning.activationCounts(codes: trained.codes, members: members, shape: trained.model.shape)
    }
    let forget = try counts(trained.members(of: 2))
    let retain = try counts(trained.labels.indices.filter { trained.labels[$0] != 2 })
    let ranking = Unlearning.enrichmentRanking(forget: forget, retain: retain)
    // By fractions of integers, in plain lines.
    let plain = forget.indices.filter { forget[$0] > 0 }.sorted { a, b in
      let (left, right) = (UInt64(forget[a]) * UInt64(retain[b] + 8), UInt64(forget[b]) * UInt64(retain[a] + 8))
      return (right, forget[b], UInt32(a)) < (left, forget[a], UInt32(b))
    }
    #expect(ranking == plain.map(UInt32.init))
    #expect(PairSet(ranking) == PairSet(Unlearning.ranking(forget)) && ranking != Unlearning.ranking(forget))
  }

  @Test(arguments: [1, 2])
  func untouchedExamplesKeepTheirBits(_ topK: Int) throws {
    let shape = try Samples.shape(keys: 60, topK: topK)
    let trained = try Samples.trained(shape: shape, seed: 6)
    let before = try Inference.logits(model: trained.model, codes: trained.codes)
    let counts = try Unlearning.activationCounts(codes: trained.codes, members: trained.members(of: 1), shape: shape)
    let ranking = Unlearning.ranking(counts)
    var untouched = 0
    for pairs in [1, 5, 20, ranking.count] {
      var model = trained.model
      let mask = Unlearning.viaActivations(ranking, pairs: pairs)
      #expect(try Unlearning.mask(mask, in: &model) == pairs)
      #expect(try Unlearning.mask(mask, in: &model) == 0)
      for pair in mask.pairs.map(Int.init) {
        #expect(model.keys[pair * shape.keyDimension..<(pair + 1) * shape.keyDimension].allSatisfy { $0 == 0 })
        #expect(model.values[pair * shape.classes..<(pair + 1) * shape.classes].allSatisfy { $0 == 0 })
      }
      let codes = try Recoder.recode(candidates: trained.codes, source: trained.source, model: model)
      let after = try Inference.logits(model: model, codes: codes)
      let row = shape.codebooks * topK
      for example in 0..<codes.count {
        let range = example * row..<(example + 1) * row
        if codes.codes[range] != trained.codes.codes[range] { continue }
        untouched += 1
        let logits = example * shape.classes..<(example + 1) * shape.classes
        #expect(before[logits].map(\.bitPattern) == after[logits].map(\.bitPattern))
      }
    }
    #expect(untouched > 0)
  }

  @Test func severalClassesGiveTheUnion() throws {
    let shape = try Samples.shape(keys: 40)
    let trained = try Samples.trained(shape: shape, seed: 7)
    let sets = try [0, 3].map {
      try Unlearning.viaExamples(codes: trained.codes, examples: trained.members(of: $0), shape: shape)
    }
    let both = try Unlearning.viaExamples(
      codes: trained.codes, examples: (trained.members(of: 0) + trained.members(of: 3)).sorted(), shape: shape)
    #expect(sets[0].union(sets[1]) == both)
    var oneByOne = trained.model
    var together = trained.model
    try Unlearning.mask(sets[1], in: &oneByOne)
    try Unlearning.mask(sets[0], in: &oneByOne)
    try Unlearning.mask(both, in: &together)
    #expect(oneByOne.usable == together.usable)
    #expect(oneByOne.keys == together.keys)
    #expect(oneByOne.values == together.values)
  }

  @Test func aMaskedCodebookCastsNoVote() throws {
    let shape = try Samples.shape()
    let trained = try Samples.trained(shape: shape, seed: 8)
    var model = trained.model
    try Unlearning.mask(PairSet((0..<UInt32(shape.keys)).map { $0 }), in: &model)
    var codes = try Recoder.recode(candidates: trained.codes, source: trained.source, model: model)
    #expect((0..<codes.count).allSatisfy { codes.codes[$0 * shape.codebooks] == CodeTable.none })
    #expect(codes.codes.contains { $0 != CodeTable.none })
    try Unlearning.mask(PairSet((0..<UInt32(shape.pairs)).map { $0 }), in: &model)
    codes = try Recoder.recode(candidates: trained.codes, source: trained.source, model: model)
    #expect(codes.codes.allSatisfy { $0 == CodeTable.none })
    #expect(try Inference.predictions(model: model, codes: codes).allSatisfy { $0 == Inference.none })
    let accuracy = try Inference.accuracyByClass(model: model, codes: codes, labels: trained.labels)
    #expect(Accuracy.total(accuracy) == Accuracy(correct: 0, of: codes.count))
  }

  @Test func theOrderOfExamplesFollowsTheSeed() throws {
    let members = [3, 5, 8, 13, 21, 34]
    let order = Unlearning.exampleOrder(members, seed: 4)
    #expect(order.sorted() == members)
    #expect(Unlearning.exampleOrder([Int](0..<50), seed: 1) != Unlearning.exampleOrder([Int](0..<50), seed: 2))
  }

  @Test func wrongInputIsNamed() throws {
    let shape = try Samples.shape()
    var model = try Samples.trained(shape: shape, seed: 9).model
    #expect(throws: BottleneckError.pairOutOfRange(pair: 999_999, count: shape.pairs)) {
      try Unlearning.mask(PairSet([999_999]), in: &model)
    }
    let codes = try CodeTable(count: 1, codebooks: 9, width: 1, codes: [UInt16](repeating: 21, count: 9))
    #expect(throws: BottleneckError.codeOutOfRange(keys: 21)) {
      try Unlearning.activationCounts(codes: codes, members: [0], shape: shape)
    }
    #expect(throws: BottleneckError.codeOutOfRange(keys: 21)) { try Inference.logits(model: model, codes: codes) }
    #expect(throws: BottleneckError.exampleOutOfRange(example: 1, count: 1)) {
      try Unlearning.viaExamples(codes: codes, examples: [1], shape: shape)
    }
  }
}
