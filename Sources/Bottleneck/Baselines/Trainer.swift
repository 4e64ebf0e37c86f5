import CKernels

/// The one loop over losses by which every baseline trains (Method §6).
///
/// Data flow of a step: a batch of each term → logits → loss, and its gradient by the logits → gradient by the parameters, summed over
/// the terms → one step of the optimiser. The order of examples follows from the seed, never from the number of threads.
package final class Trainer<Model: Layer> {
  package let layer: Model
  private let inputs: Model.Inputs
  private let labels: [Int]
  private let teacher: Model?
  private let optimiser: Optimiser
  private let seed: UInt64
  private let threads: Int
  private var phases = 0
  /// Steps taken so far.
  package private(set) var steps = 0
  /// Examples sent forward through the layer and through its teacher, and backward, so far: what the compute account counts.
  package private(set) var passes = Passes()

  /// How many examples went through a layer.
  package struct Passes: Hashable, Sendable, Codable {
    package var forward = 0
    package var teacher = 0
    package var backward = 0

    package init() {}
  }

  /// Trains `layer` in place.
  /// - Parameters:
  ///   - labels: one of 0..<V for each row of `inputs`; others only where no term has the example.
  ///   - teacher: needed by terms with a divergence.
  package init(
    _ layer: Model, inputs: Model.Inputs, labels: [Int], teacher: Model? = nil, settings: OptimiserSettings, seed: UInt64,
    threads: Int = 1
  ) throws(BottleneckError) {
    try settings.check()
    try layer.check(inputs)
    if labels.count != Model.count(inputs) {
      throw .sizeMismatch(what: "labels", expected: Model.count(inputs), found: labels.count)
    }
    (self.layer, self.inputs, self.labels, self.teacher) = (layer, inputs, labels, teacher)
    (self.seed, self.threads) = (seed, threads)
    optimiser = Optimiser(settings, parameters: layer.withParameters(\.count), threads: threads)
  }

  /// One pass over the members of the first term; the others' are gone through in turn beside it, and again from the start.
  /// - Parameter stop: asked after each step; true ends the pass.
  /// - Returns: the mean loss of the steps, each before it was taken.
  @discardableResult
  package func run(_ terms: [LossTerm], until stop: () throws -> Bool = { false }) throws -> Double {
    let orders = try terms.enumerated().map { index, term in try order(of: term, index) }
    phases += 1
    guard let first = terms.first, !first.members.isEmpty else { return 0 }
    var starts = [Int](repeating: 0, count: terms.count)
    var (loss, count) = (0.0, 0)
    while starts[0] < first.members.count {
      var batches: [ArraySlice<UInt32>] = []
      for (index, term) in terms.enumerated() {
        if starts[index] >= orders[index].count { starts[index] = 0 }
        let end = min(starts[index] + term.batch, orders[index].count)
        batches.append(orders[index][starts[index]..<end])
        starts[index] = end
      }
      loss += step(zip(terms, batches).map { ($0.objective, $1) })
      count += 1
      if try stop() { break }
    }
    let mean = loss / Double(count)
    if !mean.isFinite || layer.withParameters({ lethe_all_finite($0.baseAddress, $0.count) }) == 0 {
      throw BottleneckError.nonFinite(what: "the trained parameters (a smaller learningRate helps)")
    }
    return mean
  }

  private func order(of term: LossTerm, _ index: Int) throws(BottleneckError) -> [UInt32] {
    let objective = term.objective
    if term.batch < 1 { throw .badSetting(name: "batch", value: "\(term.batch)", allowed: "1 or more") }
    if term.members.isEmpty { throw .tooFewExamples(found: 0, needed: 1, purpose: "training") }
    if !(objective.temperature > 0) {
      throw .badSetting(name: "temperature", value: "\(objective.temperature)", allowed: "above 0")
    }
    if objective.divergence != 0, teacher == nil {
      throw .badSetting(name: "divergence", value: "\(objective.divergence)", allowed: "0 without a teacher")
    }
    try checkMembers(term.members, count: labels.count)
    for member in term.members where labels[member] < 0 || labels[member] >= layer.classes {
      throw .labelOutOfRange(example: member, label: labels[member], classes: layer.classes)
    }
    var order = term.members.map(UInt32.init)
    var generator = SeededGenerator(seed: seed, label: "baseline order \(index)", index: phases)
    generator.shuffle(&order)
    return order
  }

  /// Takes one step and returns the loss before it.
  private func step(_ batches: [(objective: Objective, examples: ArraySlice<UInt32>)]) -> Double {
    var loss = 0.0
    let gradients = batches.map { objective, examples in
      let gradient = AlignedBuffer<Float>(examples.count * layer.stride)
      loss += differentiate(objective, examples, gradient) / Double(examples.count)
      return gradient
    }
    layer.withParameters { parameters in
      optimiser.step(parameters) { target, scale in
        for (batch, gradient) in zip(batches, gradients) {
          layer.addGradient(
            inputs, batch.examples, gradient.pointer, scale: scale / Float(batch.examples.count), to: target, threads: threads)
        }
      }
    }
    steps += 1
    return loss
  }

  /// The gradient of a loss by the logits of a batch; returns the sum of the losses, added in the order of the batch.
  private func differentiate(
    _ objective: Objective, _ examples: ArraySlice<UInt32>, _ gradient: AlignedBuffer<Float>
  ) -> Double {
    let (n, classes, stride) = (examples.count, layer.classes, layer.stride)
    layer.logits(inputs, examples, into: gradient.pointer, threads: threads)
    passes.forward += n
    passes.backward += n
    var taught: AlignedBuffer<Float>?
    if objective.divergence != 0, let teacher {
      let buffer = AlignedBuffer<Float>(n * stride)
      teacher.logits(inputs, examples, into: buffer.pointer, threads: threads)
      passes.teacher += n
      taught = buffer
    }
    let losses = AlignedBuffer<Double>(n)
    let scratch = (0..<max(threads, 1)).map { _ in AlignedBuffer<Float>(3 * classes) }
    let chunk = 32
    Parallel.run((n + chunk - 1) / chunk, threads: threads) { worker, part in
      for i in part * chunk..<min((part + 1) * chunk, n) {
        let row = gradient.pointer + i * stride
        losses.pointer[i] = objective.gradient(
          row, classes: classes, label: labels[Int(examples[examples.startIndex + i])],
          teacher: taught.map { UnsafePointer($0.pointer + i * stride) }, scratch: scratch[worker].pointer)
        for v in classes..<stride { row[v] = 0 }
      }
    }
    return (0..<n).reduce(0) { $0 + losses.pointer[$1] }
  }
}
