import CKernels

/// How a step follows a gradient g of the parameters w: v ← momentum·v + g + weightDecay·w; w ← w − learningRate·v.
///
/// That is PyTorch's SGD (torch.optim.SGD without dampening), clipping before it as its `clip_grad_norm_` does.
package struct OptimiserSettings: Hashable, Sendable, Codable {
  /// Step size, above 0.
  package var learningRate: Float
  /// Share of the last step that is taken again, 0 to below 1.
  package var momentum: Float = 0
  /// Pull to zero, 0 or more.
  package var weightDecay: Float = 0
  /// Largest norm of a gradient, above 0; a longer one is shortened to it. Nil: none.
  package var clip: Float?

  package init(learningRate: Float, momentum: Float = 0, weightDecay: Float = 0, clip: Float? = nil) {
    (self.learningRate, self.momentum, self.weightDecay, self.clip) = (learningRate, momentum, weightDecay, clip)
  }

  /// Throws ``BottleneckError/badSetting(name:value:allowed:)`` for the first setting out of range.
  package func check() throws(BottleneckError) {
    func require(_ holds: Bool, _ name: String, _ value: Float, _ allowed: String) throws(BottleneckError) {
      if !holds { throw .badSetting(name: name, value: "\(value)", allowed: allowed) }
    }
    try require(learningRate > 0 && learningRate.isFinite, "learningRate", learningRate, "above 0")
    try require(momentum >= 0 && momentum < 1, "momentum", momentum, "0 to below 1")
    try require(weightDecay >= 0 && weightDecay.isFinite, "weightDecay", weightDecay, "0 or more")
    if let clip { try require(clip > 0, "clip", clip, "above 0") }
  }

  /// Whether a step touches only what its examples select: then it need not pass over all parameters.
  var isSparse: Bool { momentum == 0 && weightDecay == 0 && clip == nil }
}

/// Stochastic gradient descent on a layer's parameters; the state is the velocity, which a plain step does without.
final class Optimiser {
  private let settings: OptimiserSettings
  private let threads: Int
  private let gradient: AlignedBuffer<Float>
  private let velocity: AlignedBuffer<Float>
  /// Parameters that one thread takes at a time, and whose squares are added in one chain.
  private static let chunk = 1 << 15

  init(_ settings: OptimiserSettings, parameters count: Int, threads: Int) {
    (self.settings, self.threads) = (settings, threads)
    gradient = AlignedBuffer(settings.isSparse ? 0 : count)
    velocity = AlignedBuffer(settings.isSparse ? 0 : count)
  }

  /// Takes one step; `add(target, scale)` adds scale·gradient to `target`, laid out as the parameters are.
  func step(_ parameters: UnsafeMutableBufferPointer<Float>, _ add: (UnsafeMutablePointer<Float>, Float) -> Void) {
    guard let base = parameters.baseAddress else { return }
    let rate = settings.learningRate
    if settings.isSparse { return add(base, -rate) }
    let (gradient, velocity, chunk) = (gradient.pointer, velocity.pointer, Self.chunk)
    let parts = (parameters.count + chunk - 1) / chunk
    func range(_ part: Int) -> Range<Int> { part * chunk..<min((part + 1) * chunk, parameters.count) }
    Parallel.run(parts, threads: threads) { _, part in
      (gradient + part * chunk).update(repeating: 0, count: range(part).count)
    }
    add(gradient, 1)
    let scale = clipFactor(parts, range)
    let (momentum, decay) = (settings.momentum, settings.weightDecay)
    Parallel.run(parts, threads: threads) { _, part in
      for i in range(part) {
        velocity[i] = momentum * velocity[i] + (scale * gradient[i] + decay * base[i])
        base[i] -= rate * velocity[i]
      }
    }
  }

  /// What the gradient must be multiplied by so that its norm is at most `clip`; sums of chunks are added in order.
  private func clipFactor(_ parts: Int, _ range: (Int) -> Range<Int>) -> Float {
    guard let clip = settings.clip else { return 1 }
    let squares = Parallel.map(parts, threads: threads) { part in
      lethe_sum_of_squares(gradient.pointer + range(part).lowerBound, range(part).count)
    }
    let norm = squares.reduce(0, +).squareRoot()
    return norm > Double(clip) ? Float(Double(clip) / norm) : 1
  }
}
