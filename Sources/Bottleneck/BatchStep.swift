import CKernels

/// One step of value training with its scratch memory.
///
/// The gradient of the loss by value row (c, j) is the sum of δ_i/(B·C·k) over the examples i of the batch that select it,
/// with δ_i = softmax − target.
final class BatchStep {
  /// Examples that one thread takes at a time in the forward half.
  private static let chunk = 32

  private let table: ValueTable
  private let shape: BottleneckShape
  private let codes: CodeTable
  private let labels: [Int]
  private let settings: ValueTrainerSettings
  private let threads: Int
  private let gradients: AlignedBuffer<Float>
  private let losses: AlignedBuffer<Double>
  private let rows: AlignedBuffer<UnsafePointer<UInt16>?>
  private let transposed: AlignedBuffer<UInt16>

  init(
    table: ValueTable, shape: BottleneckShape, codes: CodeTable, labels: [Int], settings: ValueTrainerSettings,
    threads: Int
  ) {
    self.table = table
    self.shape = shape
    self.codes = codes
    self.labels = labels
    self.settings = settings
    self.threads = threads
    gradients = AlignedBuffer(settings.batch * table.stride)
    losses = AlignedBuffer(settings.batch)
    rows = AlignedBuffer(settings.batch)
    transposed = AlignedBuffer(settings.batch * codes.codebooks * codes.width)
  }

  /// Takes one step for a batch of examples and returns the sum of their losses before it.
  func run(_ examples: ArraySlice<UInt32>, rate: Float) -> Double {
    let n = examples.count
    forward(examples)
    let scale = shape.voteScale / Float(n) * clipFactor(n)
    scatter(into: table.table, n, step: rate * scale)
    // In order, one after the other: a sum of partial sums would depend on the number of threads.
    var sum = 0.0
    for i in 0..<n { sum += losses.pointer[i] }
    return sum
  }

  private func forward(_ examples: ArraySlice<UInt32>) {
    let n = examples.count
    let rowLength = codes.codebooks * codes.width
    codes.codes.withUnsafeBufferPointer { codes in
      examples.withUnsafeBufferPointer { examples in
        labels.withUnsafeBufferPointer { labels in
          guard let base = codes.baseAddress else { return }
          Parallel.run((n + Self.chunk - 1) / Self.chunk, threads: threads) { _, part in
            let start = part * Self.chunk
            let end = min(start + Self.chunk, n)
            for i in start..<end {
              let example = Int(examples[i])
              let row = base + example * rowLength
              rows.pointer[i] = row
              let gradient = gradients.pointer + i * table.stride
              lethe_gather_sum(
                table.table.pointer, table.table.count, table.stride, shape.codebooks, shape.keys, shape.classes, row,
                self.codes.width, shape.topK, shape.voteScale, gradient)
              losses.pointer[i] = lethe_softmax_gradient(
                gradient, shape.classes, UInt32(labels[example]), settings.labelSmoothing)
            }
            lethe_transpose_codes(
              rows.pointer + start, end - start, rowLength, transposed.pointer + start, settings.batch)
          }
        }
      }
    }
  }

  private func scatter(into target: AlignedBuffer<Float>, _ n: Int, step: Float) {
    Parallel.run(shape.codebooks, threads: threads) { _, codebook in
      let base = target.pointer + codebook * shape.keys * table.stride
      for s in 0..<shape.topK {
        lethe_scatter(
          base, table.stride, transposed.pointer + (codebook * codes.width + s) * settings.batch, 1,
          gradients.pointer, n, step)
      }
    }
  }

  /// What the gradient must be multiplied by so that its norm is at most `clip`.
  ///
  /// The batch gradient is the mean of per-example gradients, each C·k copies of δ_i/(C·k), so its norm is at most the mean
  /// of ‖δ_i‖/√(C·k); and ‖δ_i‖ ≤ √2, the diameter of the probability simplex. Hence norm ≤ √(2/(C·k)), and a clip of 1 can
  /// act only where C·k = 1. The bounds are tried in that order; only where both exceed the clip is the norm computed.
  private func clipFactor(_ n: Int) -> Float {
    let clip = Double(settings.clip)
    let votes = Double(shape.codebooks * shape.topK)
    // A little above √(2/(C·k)), for the rounding of softmax.
    if (2.0001 / votes).squareRoot() <= clip { return 1 }
    var lengths = 0.0
    for i in 0..<n {
      lengths += lethe_sum_of_squares(gradients.pointer + i * table.stride, shape.classes).squareRoot()
    }
    if lengths / Double(n) / votes.squareRoot() * 1.0001 <= clip { return 1 }
    let exact = AlignedBuffer<Float>(table.table.count)
    scatter(into: exact, n, step: -shape.voteScale / Float(n))
    let norm = lethe_sum_of_squares(exact.pointer, exact.count).squareRoot()
    return norm > clip ? Float(clip / norm) : 1
  }
}
