extension Unlearning {
  /// The control of Algorithm 1 (Method §6): as many pairs, drawn at random from all that may be selected; the same for the same seed.
  package static func randomPairs(_ count: Int, of model: Bottleneck, seed: UInt64) -> PairSet {
    var generator = SeededGenerator(seed: seed, label: "random pairs")
    let usable = model.usable.indices.filter { model.usable[$0] != 0 }.map(UInt32.init)
    return PairSet(generator.choose(count, of: usable))
  }
}
