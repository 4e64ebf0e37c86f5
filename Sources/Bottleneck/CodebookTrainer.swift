import CKernels

/// Places the keys of one codebook by the moving average; owned by one worker and reused for the next codebook.
///
/// Per batch (Method §1): n_j queries whose nearest key is j and their sum s_j; N_j ← gN_j + (1−g)n_j, m_j ← gm_j + (1−g)s_j,
/// Ñ_j = (N_j+ε)/(ΣN+Kε)·ΣN, key_j = m_j/Ñ_j; then every key with N_j < deadShare·batch/K becomes a random query of the
/// batch, its m and N untouched. Source: van den Oord et al., arXiv 1711.00937, appendix A.1, as used by arXiv 2207.11240.
final class CodebookTrainer {
  let keys: KeyBlocks
  let shape: BottleneckShape
  private let settings: KeyLearnerSettings
  private let sums: AlignedBuffer<Float>
  private let counts: AlignedBuffer<Float>
  private let batchSums: AlignedBuffer<Float>
  private let batchCounts: AlignedBuffer<Float>
  private let queries: AlignedBuffer<Float>
  private let codes: AlignedBuffer<UInt16>
  private let dead: AlignedBuffer<UInt16>
  private let scratch: AlignedBuffer<Float>

  init(_ shape: BottleneckShape, _ settings: KeyLearnerSettings) {
    self.shape = shape
    self.settings = settings
    keys = KeyBlocks(count: shape.keys, dimension: shape.keyDimension)
    let padded = (shape.keys + 15) / 16 * 16
    sums = AlignedBuffer(padded * shape.keyDimension)
    batchSums = AlignedBuffer(padded * shape.keyDimension)
    counts = AlignedBuffer(padded)
    batchCounts = AlignedBuffer(padded)
    queries = AlignedBuffer(settings.batch * shape.keyDimension)
    codes = AlignedBuffer(settings.batch)
    dead = AlignedBuffer(padded)
    scratch = AlignedBuffer(KeyBlocks.scratchCount(keys: shape.keys, width: 1))
  }

  /// Learns the keys of one codebook from its queries [N][d], in the given order of each epoch; leaves them in `keys`.
  /// - Parameter reach: the largest absolute number among the queries.
  func average(codebook: Int, queries all: UnsafePointer<Float>, reach: Float, orders: [[UInt32]], seed: UInt64) {
    start(codebook: codebook, seed: seed)
    keys.prepareScreen(reach: reach)
    var generator = SeededGenerator(seed: seed, label: "dead keys", index: codebook)
    let width = shape.keyDimension
    let threshold = settings.deadShare * Float(settings.batch) / Float(shape.keys)
    for order in orders {
      order.withUnsafeBufferPointer { order in
        guard let base = order.baseAddress else { return }
        for start in stride(from: 0, to: order.count, by: settings.batch) {
          let n = min(settings.batch, order.count - start)
          lethe_gather_rows(all, width, base + start, n, queries.pointer)
          keys.search(
            queries.pointer, stride: width, n, width: 1, codes: codes.pointer, codeStride: 1, scratch: scratch.pointer)
          let found = lethe_ema_update(
            queries.pointer, codes.pointer, n, shape.keys, width, settings.decay, settings.epsilon, threshold,
            counts.pointer, sums.pointer, keys.blocks.pointer, batchCounts.pointer, batchSums.pointer, dead.pointer)
          for place in 0..<found {
            let query = queries.pointer + generator.uniform(below: n) * width
            let key = keys.blocks.pointer + slot(Int(dead.pointer[place]))
            for j in 0..<width { key[j * 16] = query[j] }
          }
          keys.refreshHalves()
          keys.prepareScreen(reach: reach)
        }
      }
    }
  }

  /// Keys N(0,1), m = keys, N = 0.
  private func start(codebook: Int, seed: UInt64) {
    var generator = SeededGenerator(seed: seed, label: "keys", index: codebook)
    for key in 0..<shape.keys {
      let base = slot(key)
      for j in 0..<shape.keyDimension {
        let entry = Float(generator.normal())
        keys.blocks.pointer[base + j * 16] = entry
        sums.pointer[base + j * 16] = entry
      }
    }
    for key in 0..<counts.count { counts.pointer[key] = 0 }
    keys.refreshHalves()
  }

  /// Where the first number of a key lies in its blocks.
  func slot(_ key: Int) -> Int {
    key / 16 * shape.keyDimension * 16 + key % 16
  }
}
