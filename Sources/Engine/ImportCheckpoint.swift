import Bottleneck
import Ledger
import Store
import Tensors

/// Which file to take in, under which model's name, for which data set.
package struct CheckpointImportRequest: Sendable {
  package var model: String
  package var path: String
  package var dataset: String
  /// Keys that a query selects in each codebook, for a file that doesn't say.
  package var topK = 1

  package init(model: String, path: String, dataset: String) {
    (self.model, self.path, self.dataset) = (model, path, dataset)
  }
}

/// A checkpoint that came in.
package struct CheckpointImportResult: Sendable {
  package var checkpoint: CheckpointRecord
  /// Where the model's head was; nil for a new model.
  package var previousHead: CheckpointRecord?
  package var logIndex: Int64
}

extension Engine {
  /// Takes a checkpoint in from a safetensors file as the model's next one, and moves the head to it.
  ///
  /// Under its keys the codes of each part of the data set are found as after a training, so that it can be measured, and forgets by what
  /// the data set's examples select. Nothing is written unless all of it is sound, in one transaction.
  ///
  /// What was forgotten stays forgotten: `AdmissionCheck` says what may come in. It is asked before the long work, and again in the
  /// transaction, which others may have overtaken.
  /// - Throws: `StoreError.excluded`, `EngineError.knowsForgotten`, `EngineError.notShownForgotten`, `EngineError.fileAltered`,
  ///   `EngineError.notACheckpoint`, `EngineError.changedMeanwhile`, `SafetensorsError`, `StoreError.unknown`.
  package func importCheckpoint(_ request: CheckpointImportRequest) throws -> CheckpointImportResult {
    try Names.check(request.model, kind: "model")
    let signer = try signingKey()
    let file = try CheckpointFile(path: request.path, topK: request.topK)
    let (dataset, head) = try store.read { snapshot in
      (
        try snapshot.dataset(named: request.dataset),
        try snapshot.modelID(request.model).map { try snapshot.head(model: $0) }
      )
    }
    guard file.shape.inputDimension == dataset.dimension, file.shape.classes == dataset.classes.count else {
      throw EngineError.notACheckpoint(
        file: request.path,
        reason:
          "it is made for \(file.shape.inputDimension) dimensions and \(file.shape.classes) classes, and data set \(dataset.name) has "
          + "\(dataset.dimension) and \(dataset.classes.count)")
    }
    progress("reading", 0)
    let (model, counts, digest) = try file.load()
    let check = AdmissionCheck(digest: digest, request: request, dataset: dataset)
    _ = try store.read(check.run)
    let (codes, accuracies) = try codesAndAccuracies(of: model, dataset)
    progress("saving", 0)
    let (id, index) = try store.write(NewEntry(.importCheckpoint, actor: actor), key: signer) { transaction in
      guard try transaction.modelID(request.model).map({ try transaction.head(model: $0).id }) == head?.id else {
        throw EngineError.changedMeanwhile(model: request.model)
      }
      let events = try check.run(transaction)
      let checkpoint = try save(model, counts, file: file, as: request.model, dataset, in: transaction)
      for (part, codes) in codes {
        guard let split = dataset.split(part) else { continue }
        let tensor = try transaction.insertTensor(codes.codes, shape: [codes.count, codes.codebooks, codes.width])
        try transaction.insertCodeTable(checkpoint: checkpoint.id, split: split.id, tensor: tensor)
      }
      for event in events { try transaction.insertAppliedEvent(checkpoint: checkpoint.id, event: event.event, how: event.how) }
      for (split, figures) in accuracies {
        try record(figures, checkpoint: checkpoint.id, split: split, of: dataset, in: transaction)
      }
      try transaction.moveHead(model: checkpoint.model, from: head?.id, to: checkpoint.id)
      transaction.facts.describe(model: request.model, parent: head, child: checkpoint)
      return (checkpoint.id, transaction.entryIndex)
    }
    return CheckpointImportResult(checkpoint: try store.read { try $0.checkpoint(id) }, previousHead: head, logIndex: index)
  }

  /// The codes of each part under a model's keys, in the widths that a training stores, and accuracy on the parts that are not trained on.
  private func codesAndAccuracies(
    of model: Bottleneck, _ dataset: DatasetRecord
  ) throws -> (codes: [(Part, CodeTable)], accuracies: [(SplitRecord, ClassAccuracies)]) {
    var (all, accuracies) = ([(Part, CodeTable)](), [(SplitRecord, ClassAccuracies)]())
    let progress = progress
    for split in dataset.splits {
      let labels = try store.read { try $0.labels(split.part, of: dataset) }
      let width = split.part == .train ? model.shape.topK : min(max(Self.candidateWidth, model.shape.topK), model.shape.keys)
      // Rows that were erased select nothing.
      let members = labels.indices.filter { labels[$0] >= 0 }
      let stream = try EmbeddingStream(split, of: dataset, in: store)
      let found = try CodeAssigner.assign(
        source: EmbeddingSample(pieces: [(stream, members)]), model: model, width: width, threads: threads
      ) { progress("codes of \(split.part.rawValue)", $0.fraction) }
      let codes = try spread(found, members: members, count: split.count)
      all.append((split.part, codes))
      guard split.part != .train else { continue }
      accuracies.append((split, try classAccuracies(of: model, codes: codes, labels: labels)))
    }
    return (all, accuracies)
  }

  private func save(
    _ model: Bottleneck, _ counts: ClassCounts?, file: CheckpointFile, as name: String, _ dataset: DatasetRecord,
    in transaction: Transaction
  ) throws -> CheckpointRecord {
    let tensors = try transaction.insertTensors(of: model, counts: counts)
    return try transaction.insertCheckpoint(
      .init(
        model: transaction.modelOrNew(name), parent: nil, base: nil, kind: .imported, dataset: dataset.id,
        configuration: file.configuration, seed: file.seed, engineVersion: Self.version, tensors: tensors))
  }
}
