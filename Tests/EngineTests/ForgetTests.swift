import Bottleneck
import Ledger
import Store
import Testing

@testable import Engine

/// What forgetting does to a model.
@Suite struct ForgetTests {
  @Test(arguments: [ForgetMethod.activations, .examples], [1, 2])
  func rowsOfTheChosenPairsAreZeroAndTheOthersAsTheyWere(_ method: ForgetMethod, topK: Int) throws {
    let bench = try Workbench.trained(topK: topK)
    let event = try bench.forget("bee", amount: .count(9), method: method)
    let (parent, child) = (try bench.model("pets@1"), try bench.model("pets@2"))
    let chosen = try bench.store.read { snapshot in
      try bench.engine.chooseMask(
        1, of: parent, codes: parent.codes(.train), labels: snapshot.labels(.train, of: parent.dataset), method: method,
        amount: .count(9), seed: 0, snapshot: snapshot)
    }
    #expect(child.masked(since: parent) == chosen.pairs.pairs.map(Int.init) && event.maskedPairs == chosen.pairs.count)
    let (before, after) = (parent.bottleneck, child.bottleneck)
    for pair in 0..<before.shape.pairs {
      let (key, value) = ((pair * 4)..<(pair * 4 + 4), (pair * 4)..<(pair * 4 + 4))
      if chosen.pairs.pairs.contains(UInt32(pair)) {
        #expect(after.keys[key].allSatisfy { $0.bitPattern == 0 } && after.values[value].allSatisfy { $0.bitPattern == 0 })
        #expect(after.usable[pair] == 0 && before.usable[pair] == 1)
      } else {
        #expect(after.keys[key].map(\.bitPattern) == before.keys[key].map(\.bitPattern))
        #expect(after.values[value].map(\.bitPattern) == before.values[value].map(\.bitPattern))
        #expect(after.usable[pair] == before.usable[pair])
      }
    }
    #expect(after.projection == before.projection)
    #expect(bench.findings() == [])
  }

  /// Algorithm 1 by its definition: pairs by how often training examples of the class select them.
  @Test func activationsMasksTheMostFrequentPairs() throws {
    let bench = try Workbench.trained()
    let parent = try bench.model("pets@1")
    let train = try #require(Workbench.examples()[.train])
    var counts: [UInt32: Int] = [:]
    for row in train.rows(of: 2) {
      for codebook in 0..<8 {
        let code = try parent.codes(.train).codes[row * 8 + codebook]
        counts[UInt32(codebook * 10) + UInt32(code), default: 0] += 1
      }
    }
    let ranking = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { Int($0.key) }
    let event = try bench.forget("cat", amount: .count(12))
    #expect(try bench.model("pets@2").masked(since: parent) == ranking.prefix(12).sorted())
    #expect(event.activePairs == counts.count && event.classes.map(\.amount) == [12] && event.forwardPasses == 0)
  }

  @Test func figuresAfterAreThoseOfAPassThroughAllKeys() throws {
    let parts = Workbench.examples()
    let bench = try Workbench.trained(parts)
    let test = try #require(parts[.test])
    let event = try bench.forget("bee")
    let (before, after) = (try bench.model("pets@1").accuracies(on: test), try bench.model("pets@2").accuracies(on: test))
    #expect(before[1].correct > 0)
    try bench.store.read { snapshot in
      let splits = try snapshot.splits(event: event.id).filter { $0.part == .test }
      for (checkpoint, expected) in [(event.parent, before), (event.child, after)] {
        let figures = try snapshot.measurements(checkpoint: checkpoint)
        for split in splits {
          let over = expected.indices.filter { ($0 == 1) == (split.role == .forget) }.map { expected[$0] }
          let figure = try #require(figures.first { $0.split == split.id })
          #expect(figure.value == Accuracy.total(over).value && figure.n == Accuracy.total(over).count)
        }
      }
    }
    let evaluated = try bench.engine.evaluate("pets@2", part: .test).measured
    #expect(evaluated.first { $0.role == .all }?.record.value == Accuracy.total(after).value)
    #expect(evaluated.filter { $0.record.classID != nil }.map(\.record.value) == after.compactMap(\.value))
    #expect(evaluated.filter { $0.role == .forget }.map(\.record.value) == [0, 0])
  }

  @Test func anExampleWithoutAMaskedPairKeepsItsLogitsBitForBit() throws {
    let bench = try Workbench.trained()
    try bench.forget("bee", amount: .count(4))
    let (parent, child) = (try bench.model("pets@1"), try bench.model("pets@2"))
    let masked = Set(child.masked(since: parent))
    let source = try #require(Workbench.examples()[.test]).matrix()
    let codes = try [parent, child].map { try CodeAssigner.assign(source: source, model: $0.bottleneck) }
    let logits = try zip([parent, child], codes).map { try Inference.logits(model: $0.bottleneck, codes: $1) }
    var (untouched, moved) = (0, 0)
    for row in 0..<source.count {
      let pairs = (0..<8).map { $0 * 10 + Int(codes[0].codes[row * 8 + $0]) }
      let own = logits.map { $0[(row * 4)..<(row * 4 + 4)].map(\.bitPattern) }
      if masked.isDisjoint(with: pairs) {
        untouched += 1
        #expect(own[0] == own[1], "row \(row)")
      } else if own[0] != own[1] {
        moved += 1
      }
    }
    #expect(untouched > 5 && moved > 5)
  }

  @Test(arguments: [ForgetAmount.until(0), .until(0.1), .count(7)])
  func severalClassesAtOnceEqualOneAfterTheOther(_ amount: ForgetAmount) throws {
    let (together, apart) = (try Workbench.trained(), try Workbench.trained())
    let event = try together.forget("dog", "bee", "dog", amount: amount)
    let first = try apart.forget("bee", amount: amount)
    let second = try apart.forget("dog", amount: amount)
    #expect(try together.checkpoint("pets@2").digest == apart.checkpoint("pets@3").digest)
    #expect(event.classes.map(\.name) == ["bee", "dog"])
    #expect(event.classes.map(\.amount) == [first.classes[0].amount, second.classes[0].amount])
    #expect(event.maskedPairs == first.maskedPairs + second.maskedPairs)
  }

  @Test func withFixedNumbersTheOrderDoesNotMatter() throws {
    let digests = try [["ant", "bee", "cat"], ["cat", "ant", "bee"]].map { order in
      let bench = try Workbench.trained()
      for name in order { try bench.forget(name, amount: .count(6)) }
      return try bench.checkpoint("pets").digest
    }
    #expect(digests[0] == digests[1])
  }

  @Test func allActivePairsAreThePairsOfAllExamples() throws {
    let digests = try [ForgetMethod.activations, .examples].map { method in
      let bench = try Workbench.trained()
      let everything = method == .activations ? 80 : try #require(Workbench.examples()[.train]).rows(of: 1).count
      let event = try bench.forget("bee", amount: .count(everything), method: method)
      #expect(event.maskedPairs == event.activePairs)
      return try bench.checkpoint("pets@2").digest
    }
    #expect(digests[0] == digests[1])
  }

  @Test(arguments: [ForgetMethod.activations, .examples]) func masksOfGrowingAmountsNest(_ method: ForgetMethod) throws {
    let bench = try Workbench.trained()
    let model = try bench.model("pets@1")
    try bench.store.read { snapshot in
      let labels = try snapshot.labels(.train, of: model.dataset)
      var last = PairSet()
      for amount in 1...20 {
        let mask = try bench.engine.chooseMask(
          1, of: model, codes: model.codes(.train), labels: labels, method: method, amount: .count(amount), seed: 3,
          snapshot: snapshot)
        #expect(last.isSubset(of: mask.pairs))
        switch method {
        case .activations, .counting: #expect(mask.pairs.count == amount)
        case .examples: #expect((8...(8 * amount)).contains(mask.pairs.count))
        }
        last = mask.pairs
      }
    }
  }

  @Test(arguments: [ForgetAmount.until(0), .until(0.2), .count(5)], [ForgetMethod.activations, .examples])
  func aPreviewSaysWhatForgettingThenDoes(_ amount: ForgetAmount, _ method: ForgetMethod) throws {
    let bench = try Workbench.trained()
    let before = try tableCounts(bench.store)
    let preview = try bench.engine.previewForget(Workbench.forgetting(["cat", "ant"], amount: amount, method: method))
    #expect(try tableCounts(bench.store) == before)
    let event = try bench.forget("cat", "ant", amount: amount, method: method)
    #expect(preview.parent.id == event.parent && preview.maskedPairs == event.maskedPairs)
    #expect(preview.activePairs == event.activePairs)
    #expect(preview.classes.map(\.name) == event.classes.map(\.name))
    #expect(preview.classes.map(\.amount) == event.classes.map(\.amount))
    #expect(preview.classes.map(\.activePairs) == event.classes.map(\.activePairs))
    let usable = try ["pets@1", "pets@2"].map { try bench.model($0).bottleneck.usableCount }
    #expect(preview.usablePairs == usable[0] && usable[0] - usable[1] == preview.maskedPairs)
  }

  /// The curve of a preview, against masking each of its amounts and passing all keys.
  @Test(arguments: [ForgetMethod.activations, .examples], PairOrder.allCases)
  func aPreviewsCurveIsWhatEachAmountDoes(_ method: ForgetMethod, _ order: PairOrder) throws {
    let parts = Workbench.examples()
    let bench = try Workbench.trained(parts)
    var request = Workbench.forgetting(["cat"], method: method, seed: 3)
    request.choice.order = order
    let preview = try bench.engine.previewForget(request)
    let curve = try #require(preview.classes[0].curve)
    let parent = try bench.model("pets@1")
    #expect(curve.points.contains { $0.amount == preview.classes[0].amount } && curve.points[0].amount == 0)
    #expect(curve.points.map(\.amount) == Set(curve.points.map(\.amount)).sorted() && curve.points.count > 15)
    for point in curve.points {
      var model = parent
      if point.amount > 0 {
        request.amount = .count(point.amount)
        #expect(try bench.engine.previewForget(request).maskedPairs == point.pairs)
      }
      let ranked = try bench.store.read { snapshot in
        try bench.engine.ranking(
          2, codes: parent.codes(.train), labels: snapshot.labels(.train, of: parent.dataset), method: method, order: order,
          seed: 3,
          shape: parent.bottleneck.shape)
      }
      try Unlearning.mask(PairSet(ranked.ranking.prefix(point.pairs)), in: &model.bottleneck)
      let (train, validation) = (
        try model.accuracies(on: #require(parts[.train])), try model.accuracies(on: #require(parts[.validation]))
      )
      #expect(point.train == train[2].value && point.validation == validation[2].value)
      let others = [0, 1, 3].flatMap { [train[$0], validation[$0]] }
      #expect(point.retain == Accuracy.total(others).value)
    }
  }

  @Test func enrichmentIsRecordedAndRepeated() throws {
    let bench = try Workbench.trained()
    var request = Workbench.forgetting(["bee"])
    request.choice = PairChoice(order: .enrichment, retainBudget: 0.5)
    let event = try bench.engine.forget(request)
    #expect(event.parameters == #"{"rank":"enrichment","retain_budget":"0.5","until":"0.0"}"#)
    #expect(try event.choice() == request.choice)
    let byFrequency = try Workbench.trained()
    try byFrequency.forget("bee")
    #expect(try bench.tensorDigests("pets@2") != byFrequency.tensorDigests("pets@2"))
    // Going back and forgetting again masks the same pairs; other keys get a choice of their own by the same ranking.
    try bench.forget("dog", amount: .count(3))
    try bench.rollback(to: 1)
    #expect(try bench.model("pets").accuracies(on: #require(Workbench.examples()[.validation]))[1].correct == 0)
    for name in ["pets@2", "pets@3", "pets@4"] {
      let result = try bench.engine.recompute(name)
      #expect(result.verification.findings.isEmpty && result.verification.notChecked.isEmpty && result.arrays == 4, "\(name)")
    }
    #expect(bench.findings() == [])
  }

  /// A budget is kept by masking less, down to what the goal needs, and refused below: by trying every amount.
  @Test func theBudgetOfWhatStaysIsKept() throws {
    let bench = try Workbench()
    _ = try bench.engine.importDataset(bench.request("animals", Workbench.examples(train: 160, validation: 80, test: 0, seed: 3)))
    var training = Workbench.training()
    (training.codebooks, training.keys, training.epochs) = (4, 4, 8)
    _ = try bench.engine.train(training)
    var (refused, kept) = (0, 0)
    for name in Workbench.classes {
      var request = Workbench.forgetting([name], method: .examples, seed: 5)
      // A class that is not recognised to begin with leaves nothing to do.
      guard let free = try? bench.engine.previewForget(request).classes[0] else { continue }
      let points = try (1...max(free.amount, 1)).map { amount in
        request.amount = .count(amount)
        let curve = try #require(bench.engine.previewForget(request).classes[0].curve).points
        return try (start: curve[0], point: #require(curve.first { $0.amount == amount }))
      }
      request.amount = .until(0)
      func loss(_ amount: Int) throws -> Double {
        try #require(points[amount - 1].start.retain) - #require(points[amount - 1].point.retain)
      }
      let reached = points.map { $0.point.train == 0 && $0.point.validation == 0 }
      let least = try #require((1...free.amount).first { reached[($0 - 1)...].allSatisfy(\.self) })
      for budget in [0, 0.02, 0.1, 0.4] {
        request.choice.retainBudget = budget
        if let expected = try (least...free.amount).last(where: { try loss($0) <= budget }) {
          kept += 1
          #expect(try bench.engine.previewForget(request).classes[0].amount == expected, "\(name), \(budget)")
        } else {
          refused += 1
          let before = try tableCounts(bench.store)
          let error = #expect(throws: EngineError.self) { try bench.engine.forget(request) }
          #expect(error?.code == "forget.budget_exceeded")
          #expect(try tableCounts(bench.store) == before)
        }
      }
    }
    #expect(refused > 0 && kept > 0)
  }

  @Test func theThreadsDoNotMatter() throws {
    let digests = try [1, 3].map { threads in
      let bench = try Workbench.trained(threads: threads)
      try bench.forget("bee")
      return try bench.checkpoint("pets").digest
    }
    #expect(digests[0] == digests[1])
  }
}
