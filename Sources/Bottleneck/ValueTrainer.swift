import CKernels

/// Trains values on stored codes: a gather, a softmax and a scatter a batch, no pass through the keys (Method §1).
///
/// Forward runs over examples in parallel, backward over codebooks; each value is written by one thread in the order of
/// the batch, so the bits do not depend on the number of threads.
package enum ValueTrainer {
  /// Trains `values` [C][K][V] in place, from zero or from what they hold, and returns the mean loss of each epoch.
  ///
  /// 2·N·C·k·V additions an epoch; memory as `ValueTable` and one batch.
  /// - Parameters:
  ///   - labels: one of 0..<V for each row of `codes`.
  ///   - members: the examples to train on; all unless given.
  package static func train(
    values: inout [Float], shape: BottleneckShape, codes: CodeTable, labels: [Int], members: [Int]? = nil,
    settings: ValueTrainerSettings, seed: UInt64, threads: Int = 1, progress: ProgressHandler? = nil
  ) throws -> [Double] {
    try settings.check()
    try codes.check(against: shape)
    if values.count != shape.valueCount {
      throw BottleneckError.sizeMismatch(what: "numbers in values", expected: shape.valueCount, found: values.count)
    }
    try checkLabels(labels, codes: codes, shape: shape)
    if let members { try checkMembers(members, count: codes.count) }
    let members = members.map { $0.map(UInt32.init) } ?? (0..<codes.count).map(UInt32.init)
    if members.isEmpty && settings.epochs > 0 {
      throw BottleneckError.tooFewExamples(found: 0, needed: 1, purpose: "training values")
    }

    var settings = settings
    // A larger batch than there are examples would only take more scratch memory.
    settings.batch = min(settings.batch, max(members.count, 1))
    let table = ValueTable(values, shape: shape, threads: threads)
    let step = BatchStep(table: table, shape: shape, codes: codes, labels: labels, settings: settings, threads: threads)
    let batches = (members.count + settings.batch - 1) / settings.batch
    let counter = ProgressCounter("values", total: batches * settings.epochs, handler: progress)
    var losses: [Double] = []
    var done = 0
    for epoch in 0..<settings.epochs {
      var order = members
      var generator = SeededGenerator(seed: seed, label: "value order", index: epoch)
      generator.shuffle(&order)
      var loss = 0.0
      for start in stride(from: 0, to: order.count, by: settings.batch) {
        let left = 1 - Float(done) / Float(batches * settings.epochs)
        let rate = settings.linearDecay ? settings.learningRate * left : settings.learningRate
        loss += step.run(order[start..<min(start + settings.batch, order.count)], rate: rate)
        done += 1
        counter.advance()
      }
      losses.append(loss / Double(order.count))
    }
    if !losses.allSatisfy(\.isFinite)
      || lethe_all_finite(table.table.pointer, table.table.count) == 0
    {
      throw BottleneckError.nonFinite(what: "the trained values (a smaller learningRate helps)")
    }
    table.copy(to: &values, threads: threads)
    return losses
  }

  static func checkLabels(_ labels: [Int], codes: CodeTable, shape: BottleneckShape) throws(BottleneckError) {
    if labels.count != codes.count {
      throw .sizeMismatch(what: "labels", expected: codes.count, found: labels.count)
    }
    for (example, label) in labels.enumerated() where label < 0 || label >= shape.classes {
      throw .labelOutOfRange(example: example, label: label, classes: shape.classes)
    }
  }
}
