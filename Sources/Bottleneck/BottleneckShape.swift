/// The six numbers that fix a discrete key-value bottleneck (Method §1), and what is done to an embedding before it.
///
/// Memory, with 4-byte floats: projection 4·C·D·d, keys 4·C·K·d, values 4·C·K·V, usable C·K; codes of N examples 2·N·C·k
/// bytes. With the defaults C 256, K 4096, d 14 and D 512, V 10: 7.3 MB, 58.7 MB, 41.9 MB, 1.0 MB, and 20.5 MB for 40,000
/// examples.
package struct BottleneckShape: Hashable, Sendable, Codable {
  /// Length D of an embedding, at least 1.
  package let inputDimension: Int
  /// Number of codebooks C, at least 1.
  package let codebooks: Int
  /// Key-value pairs K a codebook, 1 to 65,535: a code is 16 bits and 65,535 means none.
  package let keys: Int
  /// Length d of a key, at least 1.
  package let keyDimension: Int
  /// Number of classes V, at least 2.
  package let classes: Int
  /// Keys k selected a codebook, 1 to K.
  package let topK: Int
  /// How embeddings are normalised before they are projected.
  package let normalization: Normalization

  /// Largest number of elements of any one table, 2³⁶: beyond it a shape is a mistake, not a model.
  static let largestTable = 1 << 36

  /// Checks the six numbers; throws ``BottleneckError/badShape(_:)``.
  package init(
    inputDimension: Int, codebooks: Int, keys: Int, keyDimension: Int, classes: Int, topK: Int = 1,
    normalization: Normalization = .none
  ) throws(BottleneckError) {
    func require(_ holds: Bool, _ why: String) throws(BottleneckError) {
      if !holds { throw .badShape(why) }
    }
    try require(inputDimension >= 1, "input dimension \(inputDimension), at least 1 is needed")
    try require(codebooks >= 1, "\(codebooks) codebooks, at least 1 is needed")
    try require((1...65_535).contains(keys), "\(keys) keys a codebook, 1 to 65535 are possible")
    try require(keyDimension >= 1, "key dimension \(keyDimension), at least 1 is needed")
    try require(classes >= 2, "\(classes) classes, at least 2 are needed")
    try require((1...keys).contains(topK), "top-\(topK) of \(keys) keys, 1 to \(keys) is possible")
    for (name, sizes) in [
      ("projection", [codebooks, inputDimension, keyDimension]), ("keys", [codebooks, keys, keyDimension]),
      ("values", [codebooks, keys, classes]),
    ] {
      var product = 1
      for size in sizes {
        let (next, overflow) = product.multipliedReportingOverflow(by: size)
        try require(!overflow && next <= Self.largestTable, "\(name) \(sizes) would have more than 2^36 numbers")
        product = next
      }
    }
    try require(codebooks * keys <= Int(UInt32.max), "\(codebooks) x \(keys) pairs, more than 32 bits can number")
    self.inputDimension = inputDimension
    self.codebooks = codebooks
    self.keys = keys
    self.keyDimension = keyDimension
    self.classes = classes
    self.topK = topK
    self.normalization = normalization
  }

  /// Decodes and checks as the other initialiser does.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      inputDimension: container.decode(Int.self, forKey: .inputDimension),
      codebooks: container.decode(Int.self, forKey: .codebooks), keys: container.decode(Int.self, forKey: .keys),
      keyDimension: container.decode(Int.self, forKey: .keyDimension),
      classes: container.decode(Int.self, forKey: .classes), topK: container.decode(Int.self, forKey: .topK),
      normalization: container.decodeIfPresent(Normalization.self, forKey: .normalization) ?? .none)
  }

  /// Number of key-value pairs, C·K; pair c·K + j is key j of codebook c.
  package var pairs: Int { codebooks * keys }
  /// Numbers in the projection, C·D·d.
  package var projectionCount: Int { codebooks * inputDimension * keyDimension }
  /// Numbers in the keys, C·K·d.
  package var keyCount: Int { pairs * keyDimension }
  /// Numbers in the values, C·K·V.
  package var valueCount: Int { pairs * classes }
  /// What a sum of votes is multiplied by to give a logit: 1/(C·k).
  package var voteScale: Float { 1 / Float(codebooks * topK) }

  private enum CodingKeys: String, CodingKey {
    case inputDimension, codebooks, keys, keyDimension, classes, topK, normalization
  }
}
