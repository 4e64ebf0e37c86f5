/// A discrete key-value bottleneck: frozen projection and keys, trained values, and which pairs may be selected.
///
/// Source: Träuble et al., *Discrete Key-Value Bottleneck* (arXiv 2207.11240, section 3); Method §1.
package struct Bottleneck: Sendable {
  /// The numbers that fix the sizes below.
  package let shape: BottleneckShape
  /// Projection [C][D][d], each column of unit L2 norm over D.
  package var projection: [Float]
  /// Keys [C][K][d]; zeros where masked.
  package var keys: [Float]
  /// Values [C][K][V]; zeros where masked and where never trained.
  package var values: [Float]
  /// One byte a pair [C][K]: 1 where it may be selected, 0 where it is masked or no training example ever selected it.
  package var usable: [UInt8]

  /// Takes the four tables and checks their sizes, in constant time.
  package init(
    shape: BottleneckShape, projection: [Float], keys: [Float], values: [Float], usable: [UInt8]
  ) throws(BottleneckError) {
    self.shape = shape
    self.projection = projection
    self.keys = keys
    self.values = values
    self.usable = usable
    try checkSizes()
  }

  /// A bottleneck with given projection and keys, values zero and every pair usable.
  package init(shape: BottleneckShape, projection: [Float], keys: [Float]) throws(BottleneckError) {
    try self.init(
      shape: shape, projection: projection, keys: keys, values: [Float](repeating: 0, count: shape.valueCount),
      usable: [UInt8](repeating: 1, count: shape.pairs))
  }

  /// Number of pairs that may be selected; O(C·K).
  package var usableCount: Int {
    usable.reduce(0) { $0 + ($1 == 0 ? 0 : 1) }
  }

  /// Zeros the keys of pairs that may not be selected, so that nothing is left of what they were learnt from; O(C·K·d).
  package mutating func clearUnusableKeys() {
    for (pair, flag) in usable.enumerated() where flag == 0 {
      for index in pair * shape.keyDimension..<(pair + 1) * shape.keyDimension { keys[index] = 0 }
    }
  }

  /// Throws where a table has been given another length, which the kernels would not notice.
  func checkSizes() throws(BottleneckError) {
    for (name, expected, found) in [
      ("projection", shape.projectionCount, projection.count), ("keys", shape.keyCount, keys.count),
      ("values", shape.valueCount, values.count), ("usable", shape.pairs, usable.count),
    ] where expected != found {
      throw .sizeMismatch(what: "numbers in \(name)", expected: expected, found: found)
    }
  }
}
