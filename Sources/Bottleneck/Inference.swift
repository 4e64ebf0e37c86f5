import CKernels

/// What a bottleneck answers for stored codes: the mean of the selected values, and the class with the highest (Method §1).
package enum Inference {
  /// The prediction for an example all of whose codebooks are masked: no vote, no class.
  package static let none = -1

  /// Logits [examples][V]: the sum of the selected values divided by C·k; a codebook without a key adds nothing.
  ///
  /// The sum runs codebook by codebook, so an example none of whose pairs is masked keeps its logits bit for bit.
  /// Dividing by C·k, not by the votes that are left, keeps a logit comparable between checkpoints. O(examples·C·k·V).
  /// - Parameter members: the examples to answer for, in this order; all unless given.
  package static func logits(
    model: Bottleneck, codes: CodeTable, members: [Int]? = nil, threads: Int = 1
  ) throws -> [Float] {
    let shape = model.shape
    try model.checkSizes()
    try codes.check(against: shape)
    if let members { try checkMembers(members, count: codes.count) }
    let count = members?.count ?? codes.count
    return [Float](unsafeUninitializedCapacity: count * shape.classes) { logits, initialized in
      initialized = count * shape.classes
      guard let out = logits.baseAddress else { return }
      let chunk = 64
      let rowLength = codes.codebooks * codes.width
      codes.codes.withUnsafeBufferPointer { rows in
        model.values.withUnsafeBufferPointer { values in
          guard let row = rows.baseAddress, let table = values.baseAddress else { return }
          Parallel.run((count + chunk - 1) / chunk, threads: threads) { _, part in
            for i in part * chunk..<min((part + 1) * chunk, count) {
              lethe_gather_sum(
                table, values.count, shape.classes, shape.codebooks, shape.keys, shape.classes,
                row + (members?[i] ?? i) * rowLength, codes.width, shape.topK, shape.voteScale,
                out + i * shape.classes)
            }
          }
        }
      }
    }
  }

  /// The class with the highest logit of each example, ties to the lowest; ``none`` where no codebook votes.
  package static func predictions(
    model: Bottleneck, codes: CodeTable, members: [Int]? = nil, threads: Int = 1
  ) throws -> [Int] {
    let logits = try logits(model: model, codes: codes, members: members, threads: threads)
    let classes = model.shape.classes
    let rowLength = codes.codebooks * codes.width
    return logits.withUnsafeBufferPointer { logits in
      codes.codes.withUnsafeBufferPointer { rows in
        (0..<logits.count / classes).map { i in
          var best = 0
          for v in 1..<classes where logits[i * classes + v] > logits[i * classes + best] { best = v }
          // Only an all-zero row can be a row without votes.
          if logits[i * classes + best] != 0 { return best }
          let start = (members?[i] ?? i) * rowLength
          let votes = (0..<codes.codebooks).contains { c in
            (0..<model.shape.topK).contains { s in rows[start + c * codes.width + s] != CodeTable.none }
          }
          return votes ? best : none
        }
      }
    }
  }

  /// Accuracy over examples, for each class [V].
  /// - Parameter labels: one of 0..<V for each row of `codes`.
  package static func accuracyByClass(
    model: Bottleneck, codes: CodeTable, labels: [Int], members: [Int]? = nil, threads: Int = 1
  ) throws -> [Accuracy] {
    try ValueTrainer.checkLabels(labels, codes: codes, shape: model.shape)
    let predictions = try predictions(model: model, codes: codes, members: members, threads: threads)
    var correct = [Int](repeating: 0, count: model.shape.classes)
    var total = correct
    for (i, prediction) in predictions.enumerated() {
      let label = labels[members?[i] ?? i]
      total[label] += 1
      if prediction == label { correct[label] += 1 }
    }
    return zip(correct, total).map { Accuracy(correct: $0, of: $1) }
  }
}
