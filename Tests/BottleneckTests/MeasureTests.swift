import Testing

@testable import Bottleneck

@Suite("Measures beside accuracy")
struct MeasureTests {
  /// Membership inference against what can be counted: perfectly told apart, not at all, and by a threshold.
  @Test func anAttackSeesWhatThereIsToSee() throws {
    let low = (0..<200).map { Double($0) / 100 }
    let apart = try #require(MembershipInference.attack(members: low, others: low.map { $0 + 10 }, seed: 1))
    #expect(apart.accuracy == 1 && apart.deviation == 0 && apart.members == 200)
    #expect(MembershipInference.attack(members: low.map { $0 + 10 }, others: low, seed: 1)?.accuracy == 1)
    let same = try #require(
      MembershipInference.attack(
        members: Samples.floats(2000, seed: 1).map(Double.init), others: Samples.floats(2000, seed: 2).map(Double.init), seed: 1))
    #expect(abs(same.accuracy - 0.5) < 0.04 && same.deviation < 0.05)
    let constant = [Double](repeating: 3, count: 50)
    #expect(MembershipInference.attack(members: constant, others: constant, seed: 1)?.accuracy == 0.5)
    // Balanced by drawing; the draw follows from the seed; what is not finite is clipped.
    let few = [Double.infinity, -.infinity, .nan, 1, 2, 3]
    let outcomes = (UInt64(1)...2).map { MembershipInference.attack(members: few, others: low, seed: $0) }
    #expect(outcomes[0]?.members == 6 && outcomes[0] == MembershipInference.attack(members: few, others: low, seed: 1))
    #expect(MembershipInference.attack(members: [1, 2, 3, 4], others: low, seed: 1) == nil)
  }

  /// The fit is where the gradient vanishes, checked in plain double precision.
  @Test func theFitIsAMinimum() {
    let xs = Samples.floats(300, seed: 5).map(Double.init)
    let items = xs.enumerated().map { (x: $1 + ($0 % 2 == 0 ? 0.7 : 0) + 3, isMember: $0 % 2 == 0) }
    let fit = LogisticFit(items)
    var (gw, gb) = (fit.weight, 0.0)
    for item in items {
      let error = 1 / (1 + PlainLinear.exp(-(fit.weight * item.x + fit.bias))) - (item.isMember ? 1 : 0)
      gw += error * item.x
      gb += error
    }
    #expect(abs(gw) < 0.01 && abs(gb) < 0.01 && fit.weight > 0.3)
  }

  @Test func nearestMeansAndPrototypes() throws {
    let vectors = try EmbeddingMatrix(dimension: 2, values: [0, 0, 0, 2, 10, 0, 10, 2, 4, 1, 4, 1])
    let labels = [0, 0, 1, 1, 2, -1]
    let means = ClassMeans(vectors, labels: labels, classes: 4)
    #expect(means.means[0] == [0, 1] && means.means[1] == [10, 1] && means.means[3] == nil)
    #expect(means.nearest(to: 2) == 0 && means.nearest(to: 1) == 2 && means.nearest(to: 3) == nil)
    #expect(means.accuracyByClass(vectors, labels: [0, 1, 1, 2, 2, 2]).map(\.correct) == [1, 1, 2, 0])
    let relearnt = Attacks.prototypes(
      features: vectors, labels: labels, classes: 4, examples: [2], label: 1, test: (vectors, labels))
    #expect(relearnt.forget == Accuracy(correct: 2, of: 2) && relearnt.retain == Accuracy(correct: 3, of: 3))
    // Without the class's mean nothing is taken for it.
    #expect(means.replacing(1, by: nil).accuracyByClass(vectors, labels: labels)[1].correct == 0)
  }

  @Test func relearningCountsSteps() throws {
    let trained = try Samples.trained(shape: Samples.shape(), seed: 3)
    let layer = try ValueLayer(trained.model.values, shape: trained.model.shape)
    func steps(_ layer: ValueLayer, _ target: Double, limit: Int = 30) throws -> Int? {
      try Attacks.relearnSteps(
        layer, inputs: trained.codes, labels: trained.labels, examples: Array(trained.members(of: 2).prefix(5)),
        measured: (trained.codes, trained.members(of: 2)), label: 2, target: target,
        settings: OptimiserSettings(learningRate: 0.5 * layer.stepScale), limit: limit, seed: 1)
    }
    #expect(try steps(layer, 0.5) == 0)
    let empty = try ValueLayer([Float](repeating: 0, count: trained.model.shape.valueCount), shape: trained.model.shape)
    let needed = try #require(try steps(empty, 0.9))
    #expect(needed > 0 && empty.values.allSatisfy { $0 == 0 })
    #expect(try steps(empty, 0.9, limit: needed - 1) == nil && steps(empty, 1.1) == nil)
    // The same by hand.
    let copy = empty.copy()
    let trainer = try Trainer(
      copy, inputs: trained.codes, labels: trained.labels, settings: OptimiserSettings(learningRate: 0.5 * layer.stepScale), seed: 1
    )
    for _ in 0..<needed {
      try trainer.run([LossTerm(Array(trained.members(of: 2).prefix(5)), batch: 5, Objective(crossEntropy: 1))])
    }
    let right = try copy.logits(trained.codes, members: trained.members(of: 2)).predictions().count { $0 == 2 }
    #expect(Double(right) >= 0.9 * Double(trained.members(of: 2).count))
  }

  @Test func attacksOnAModel() throws {
    let trained = try Samples.trained(count: 600, shape: Samples.shape(), seed: 3)
    let layer = try ValueLayer(trained.model.values, shape: trained.model.shape)
    let members = trained.members(of: 1)
    let half = members.count / 2
    let train = try layer.logits(trained.codes, members: Array(members[..<half]))
    let test = try layer.logits(trained.codes, members: Array(members[half...]))
    let control = try #require(Attacks.losses(train: train, test: test, label: 1, seed: 4))
    #expect(abs(control.accuracy - 0.5) < 0.15)
    let sure = try LogitTable(classes: 4, values: train.values.map { $0 * 1e6 })
    #expect(try #require(Attacks.losses(train: sure, test: test, label: 1, seed: 4)).accuracy > 0.75)
    let neighbour = try layer.logits(trained.codes, members: trained.members(of: 2))
    let told = try #require(Attacks.classNeighbour(train: train, neighbourTest: neighbour, label: 1, seed: 4))
    #expect((0.4...1).contains(told.accuracy) && told.members == min(half, neighbour.count))
  }

  @Test func aProbeFindsWhatIsThere() throws {
    let trained = try Samples.trained(shape: Samples.shape(), seed: 6)
    let layer = try ValueLayer(trained.model.values, shape: trained.model.shape)
    let features = try layer.logits(trained.codes).features()
    let found = try LinearProbe.accuracyByClass(
      train: (features, trained.labels), test: (features, trained.labels), classes: 4, seed: 1)
    #expect(Accuracy.total(found).value ?? 0 > 0.8)
    let blank = try EmbeddingMatrix(dimension: 4, values: [Float](repeating: 1, count: features.values.count))
    let none = try LinearProbe.accuracyByClass(
      train: (blank, trained.labels), test: (blank, trained.labels), classes: 4, seed: 1)
    #expect(Accuracy.total(none).value ?? 1 < 0.5)
  }

  @Test func overlapIsAnIntersection() throws {
    let shape = try BottleneckShape(inputDimension: 2, codebooks: 2, keys: 3, keyDimension: 1, classes: 4)
    // Classes 0 and 1 share the first codebook's pair in half of their examples; 2 is alone; 3 has none.
    let codes = try CodeTable(count: 5, codebooks: 2, width: 1, codes: [0, 0, 1, 0, 0, 1, 0, 2, 2, CodeTable.none])
    let matrix = try KeyOverlap.matrix(codes: codes, labels: [0, 0, 1, 1, 2], shape: shape)
    #expect(matrix[0] == [1, 0.25, 0, 0] && matrix[1] == [0.25, 1, 0, 0] && matrix[2] == [0, 0, 1, 0])
    #expect(matrix[3] == [0, 0, 0, 0])
  }

  @Test func costsAreCountedAsFvcoreDoes() throws {
    // A linear layer 512 → 10: 5,120 a forward pass; twice that backward.
    var passes = Trainer<LinearLayer>.Passes()
    (passes.forward, passes.teacher, passes.backward) = (100, 40, 100)
    let linear = ComputeCost.linear(passes, dimension: 512, classes: 10)
    #expect(linear == ComputeCost(forward: 140 * 5_120, backward: 200 * 5_120) && linear.total == 340 * 5_120)
    let shape = try BottleneckShape(inputDimension: 512, codebooks: 256, keys: 4096, keyDimension: 14, classes: 10)
    #expect(ComputeCost.coding(3, shape: shape).total == 3 * (256 * 14 * 512 + 256 * 14 * 4096))
    #expect((ComputeCost.encoding(2, by: .vitB32) + ComputeCost.values).total == 8_726_000_000)
  }

  @Test func theGapToAReference() {
    let gap = ReferenceGap(
      unlearned: [Accuracy(correct: 1, of: 10), Accuracy(correct: 9, of: 10)],
      reference: [Accuracy(correct: 0, of: 10), Accuracy(correct: 7, of: 10)], answers: ([1, 2, 3, 0], [1, 2, 0, -1]))
    #expect(abs(gap.accuracy - 0.15) < 1e-12 && gap.disagreement == 0.5)
  }
}
