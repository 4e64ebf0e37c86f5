import CKernels

/// The values of a bottleneck as a layer over stored codes: the only part of it that is trained (Method §1).
///
/// The kernels and the padded table are those of ``ValueTrainer``, which is faster for its one loss; here the loss is the caller's.
/// Memory 4·C·K·(V rounded up to 16) bytes.
package final class ValueLayer: Layer {
  package let shape: BottleneckShape
  private let table: ValueTable
  private let threads: Int

  package var classes: Int { shape.classes }
  package var stride: Int { table.stride }
  /// C·k: the mean over as many votes divides each value's gradient by it.
  package var stepScale: Float { Float(shape.codebooks * shape.topK) }

  package func withParameters<Result>(_ body: (UnsafeMutableBufferPointer<Float>) throws -> Result) rethrows -> Result {
    try body(UnsafeMutableBufferPointer(start: table.table.pointer, count: table.table.count))
  }

  /// A layer of given values [C][K][V].
  package init(_ values: [Float], shape: BottleneckShape, threads: Int = 1) throws(BottleneckError) {
    if values.count != shape.valueCount {
      throw .sizeMismatch(what: "numbers in values", expected: shape.valueCount, found: values.count)
    }
    (self.shape, self.threads) = (shape, threads)
    table = ValueTable(values, shape: shape, threads: threads)
  }

  /// The values, [C][K][V].
  package var values: [Float] {
    var values = [Float](repeating: 0, count: shape.valueCount)
    table.copy(to: &values, threads: threads)
    return values
  }

  package static func count(_ inputs: CodeTable) -> Int { inputs.count }

  package func check(_ inputs: CodeTable) throws(BottleneckError) { try inputs.check(against: shape) }

  package func logits(
    _ inputs: CodeTable, _ examples: ArraySlice<UInt32>, into out: UnsafeMutablePointer<Float>, threads: Int
  ) {
    let chunk = 32
    withRows(inputs, examples) { rows in
      Parallel.run((examples.count + chunk - 1) / chunk, threads: threads) { _, part in
        for i in part * chunk..<min((part + 1) * chunk, examples.count) {
          lethe_gather_sum(
            table.table.pointer, table.table.count, stride, shape.codebooks, shape.keys, classes, rows[i], inputs.width, shape.topK,
            shape.voteScale, out + i * stride)
        }
      }
    }
  }

  package func addGradient(
    _ inputs: CodeTable, _ examples: ArraySlice<UInt32>, _ gradients: UnsafePointer<Float>, scale: Float,
    to target: UnsafeMutablePointer<Float>, threads: Int
  ) {
    let (n, width) = (examples.count, inputs.width)
    let transposed = AlignedBuffer<UInt16>(n * inputs.codebooks * width, zeroed: false)
    withRows(inputs, examples) { rows in
      lethe_transpose_codes(rows, n, inputs.codebooks * width, transposed.pointer, n)
    }
    Parallel.run(shape.codebooks, threads: threads) { _, codebook in
      for s in 0..<shape.topK {
        lethe_scatter(
          target + codebook * shape.keys * stride, stride, transposed.pointer + (codebook * width + s) * n, 1, gradients, n,
          -scale * shape.voteScale)
      }
    }
  }

  package func copy() -> ValueLayer {
    ValueLayer(copying: self)
  }

  private init(copying other: ValueLayer) {
    (shape, threads) = (other.shape, other.threads)
    table = ValueTable(copying: other.table)
  }

  private func withRows(
    _ inputs: CodeTable, _ examples: ArraySlice<UInt32>, _ body: (UnsafeMutablePointer<UnsafePointer<UInt16>?>) -> Void
  ) {
    let length = inputs.codebooks * inputs.width
    inputs.codes.withUnsafeBufferPointer { codes in
      withUnsafeTemporaryAllocation(of: UnsafePointer<UInt16>?.self, capacity: max(examples.count, 1)) { rows in
        guard let base = codes.baseAddress, let pointers = rows.baseAddress else { return }
        for (i, example) in examples.enumerated() { (pointers + i).initialize(to: base + Int(example) * length) }
        body(pointers)
      }
    }
  }
}
