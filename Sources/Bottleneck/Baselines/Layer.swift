/// The trained part of a classifier: from inputs that never change to logits, linear in its parameters.
///
/// What baselines (Method §6) need of a model, and all they need: ``Trainer`` and the losses know neither embeddings nor codes. Results
/// do not depend on the number of threads: each logit is one chain of additions, and each parameter is changed by one thread in the
/// order of the batch.
package protocol Layer: AnyObject {
  /// What an example is to this layer: a row of embeddings, or of codes.
  associatedtype Inputs: Sendable

  /// Number of classes V.
  var classes: Int { get }
  /// Floats between the logits of two examples: V rounded up to whole vectors of 16.
  var stride: Int { get }
  /// Runs `body` on all trained numbers, in an order of the layer's own, padding included: it is zero and stays so.
  func withParameters<Result>(_ body: (UnsafeMutableBufferPointer<Float>) throws -> Result) rethrows -> Result
  /// What a step of plain gradient descent must be multiplied by so that one example moves what it touches by about its error.
  var stepScale: Float { get }

  /// Throws unless inputs can be used with this layer.
  func check(_ inputs: Inputs) throws(BottleneckError)
  /// How many examples there are.
  static func count(_ inputs: Inputs) -> Int
  /// Writes the logits [examples][stride] of some rows.
  func logits(_ inputs: Inputs, _ examples: ArraySlice<UInt32>, into out: UnsafeMutablePointer<Float>, threads: Int)
  /// target += scale · the gradient of Σ over examples of gradient·logits, by the parameters; `target` is laid out as they are.
  func addGradient(
    _ inputs: Inputs, _ examples: ArraySlice<UInt32>, _ gradients: UnsafePointer<Float>, scale: Float,
    to target: UnsafeMutablePointer<Float>, threads: Int)
  /// The same layer with parameters of its own.
  func copy() -> Self
}

extension Layer {
  /// A copy of all trained numbers.
  package var parameters: [Float] { withParameters { Array($0) } }

  /// Logits of some rows, all unless given, for measuring; O(n·V) memory.
  package func logits(_ inputs: Inputs, members: [Int]? = nil, threads: Int = 1) throws(BottleneckError) -> LogitTable {
    try check(inputs)
    let count = Self.count(inputs)
    if let members { try checkMembers(members, count: count) }
    let rows = members.map { $0.map(UInt32.init) } ?? (0..<UInt32(count)).map { $0 }
    var table = LogitTable(classes: classes, count: rows.count)
    let block = 1_024
    let buffer = AlignedBuffer<Float>(block * stride)
    for start in Swift.stride(from: 0, to: rows.count, by: block) {
      let part = rows[start..<min(start + block, rows.count)]
      logits(inputs, part, into: buffer.pointer, threads: threads)
      for i in 0..<part.count {
        for v in 0..<classes { table.values[(start + i) * classes + v] = buffer.pointer[i * stride + v] }
      }
    }
    return table
  }
}
