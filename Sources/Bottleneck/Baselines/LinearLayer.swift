import CKernels

/// A linear classifier on embeddings, logits = xW + b: what the paper compares the bottleneck with (Method §6).
///
/// 2·n·D·V flop forward and the same backward; embeddings are held in memory, 4·N·D bytes.
package final class LinearLayer: Layer {
  package let classes: Int
  package let stride: Int
  package let dimension: Int
  /// 1 over the mean squared length of the embeddings that the layer was made for.
  package let stepScale: Float
  /// Weights as panels [V/16][D][16], as the projection kernel reads them, then the biases [V/16][16].
  private let table: AlignedBuffer<Float>

  package func withParameters<Result>(_ body: (UnsafeMutableBufferPointer<Float>) throws -> Result) rethrows -> Result {
    try body(UnsafeMutableBufferPointer(start: table.pointer, count: table.count))
  }

  /// A layer of zeros.
  package init(dimension: Int, classes: Int, stepScale: Float = 1) {
    (self.dimension, self.classes, self.stepScale) = (dimension, classes, stepScale)
    stride = (classes + 15) / 16 * 16
    table = AlignedBuffer((dimension + 1) * stride)
  }

  /// A layer of zeros whose steps suit these embeddings.
  package convenience init(for embeddings: EmbeddingMatrix, classes: Int) {
    let length = embeddings.values.withUnsafeBufferPointer { lethe_sum_of_squares($0.baseAddress, $0.count) }
    let mean = length / Double(max(embeddings.count, 1))
    self.init(dimension: embeddings.dimension, classes: classes, stepScale: mean > 0 ? Float(1 / mean) : 1)
  }

  /// The weight of one input for one class.
  package subscript(input: Int, label: Int) -> Float {
    get { table.pointer[place(input, label)] }
    set { table.pointer[place(input, label)] = newValue }
  }

  /// What is added to the logit of a class whatever the input.
  package subscript(bias label: Int) -> Float {
    get { table.pointer[dimension * stride + label] }
    set { table.pointer[dimension * stride + label] = newValue }
  }

  private func place(_ input: Int, _ label: Int) -> Int { label / 16 * dimension * 16 + input * 16 + label % 16 }

  package static func count(_ inputs: EmbeddingMatrix) -> Int { inputs.count }

  package func check(_ inputs: EmbeddingMatrix) throws(BottleneckError) {
    if inputs.dimension != dimension {
      throw .sizeMismatch(what: "embedding dimension", expected: dimension, found: inputs.dimension)
    }
  }

  package func logits(
    _ inputs: EmbeddingMatrix, _ examples: ArraySlice<UInt32>, into out: UnsafeMutablePointer<Float>, threads: Int
  ) {
    let chunk = 32
    let bias = table.pointer + dimension * stride
    withRows(inputs, examples) { rows in
      Parallel.run((examples.count + chunk - 1) / chunk, threads: threads) { _, part in
        let (first, n) = (part * chunk, min(chunk, examples.count - part * chunk))
        lethe_project(rows + first, n, dimension, table.pointer, stride / 16, out + first * stride, stride)
        for i in first..<first + n {
          for v in 0..<stride { out[i * stride + v] += bias[v] }
        }
      }
    }
  }

  package func addGradient(
    _ inputs: EmbeddingMatrix, _ examples: ArraySlice<UInt32>, _ gradients: UnsafePointer<Float>, scale: Float,
    to target: UnsafeMutablePointer<Float>, threads: Int
  ) {
    let chunk = 64
    let (panels, n) = (stride / 16, examples.count)
    withRows(inputs, examples) { rows in
      Parallel.run((dimension + chunk - 1) / chunk, threads: threads) { _, part in
        for panel in 0..<panels {
          for input in part * chunk..<min((part + 1) * chunk, dimension) {
            let place = UnsafeMutableRawPointer(target + (panel * dimension + input) * 16)
            var sum = SIMD16<Float>.zero
            for i in 0..<n {
              guard let row = rows[i] else { continue }
              let gradient = UnsafeRawPointer(gradients + i * stride + panel * 16).load(as: SIMD16<Float>.self)
              sum += gradient * row[input]
            }
            place.storeBytes(of: place.load(as: SIMD16<Float>.self) + sum * scale, as: SIMD16<Float>.self)
          }
        }
      }
    }
    let bias = target + dimension * stride
    for i in 0..<n {
      for v in 0..<stride { bias[v] += scale * gradients[i * stride + v] }
    }
  }

  package func copy() -> LinearLayer {
    let copy = LinearLayer(dimension: dimension, classes: classes, stepScale: stepScale)
    copy.table.pointer.update(from: table.pointer, count: table.count)
    return copy
  }

  /// Runs `body` with a pointer to each example's row.
  private func withRows(
    _ inputs: EmbeddingMatrix, _ examples: ArraySlice<UInt32>, _ body: (UnsafeMutablePointer<UnsafePointer<Float>?>) -> Void
  ) {
    inputs.values.withUnsafeBufferPointer { values in
      withUnsafeTemporaryAllocation(of: UnsafePointer<Float>?.self, capacity: max(examples.count, 1)) { rows in
        guard let base = values.baseAddress, let pointers = rows.baseAddress else { return }
        for (i, example) in examples.enumerated() { (pointers + i).initialize(to: base + Int(example) * dimension) }
        body(pointers)
      }
    }
  }
}
