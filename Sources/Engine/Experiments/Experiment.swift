import Bottleneck
import Foundation
import Ledger
import Store

/// A part of an experiment that is run and kept as one.
struct ExperimentCell {
  var key: String
  /// What is being done, for people.
  var title: String
  var run: (Study) throws -> [ExperimentFigure]
}

extension Engine {
  /// Repeats one of the paper's studies on a data set of the store; the store is only read, and everything is written to a folder.
  ///
  /// What is finished is kept cell by cell, so a run that was killed goes on where it was; the same request gives the same figures but for
  /// wall time, whatever the number of threads.
  /// - Throws: `StoreError.unknown`, `EngineError.experimentFolder`, `.splitMissing`, `BottleneckError`.
  package func experiment(_ request: ExperimentRequest) throws -> ExperimentResult {
    if let sample = request.sample, sample < 1 {
      throw EngineError.outOfRange(option: "--sample", value: "\(sample)", allowed: "1 or more")
    }
    try request.projection.check(components: request.components)
    let dataset = try store.read { try $0.dataset(named: request.dataset) }
    let folder = try ExperimentFolder(request.output, settings: store.read { try settings(of: request, dataset, in: $0) })
    let run = ExperimentRun(request, dataset: dataset, folder: folder, engine: self)
    return try run.finish()
  }

  /// All that decides an experiment's figures.
  private func settings(of request: ExperimentRequest, _ dataset: DatasetRecord, in snapshot: Snapshot) throws -> JSONValue {
    func integer(_ value: Int) -> JSONValue { .integer(Int64(value)) }
    let splits = try dataset.splits.map { split in
      (split.part.rawValue, JSONValue.string(try snapshot.digestOfWhatIsLeft(split).description))
    }
    return .object([
      "experiment": .string(request.name.rawValue), "engine": .string(Self.version), "form": integer(1),
      "dataset": .string(dataset.name), "splits": .object(Dictionary(uniqueKeysWithValues: splits)),
      "codebooks": integer(request.codebooks), "keys": integer(request.keys), "key_dimension": integer(request.keyDimension),
      "top_k": integer(request.topK), "projection": .string(request.projection.rawValue),
      "components": request.mixedComponents.map(integer) ?? .null, "normalization": .string(request.normalization.rawValue),
      "key_method": .string(request.keyMethod.rawValue), "key_epochs": integer(request.keyEpochs),
      "epochs": integer(request.epochs),
      "seed": .string(String(request.seed)), "sample": request.sample.map(integer) ?? .null,
    ])
  }
}

/// One run through the cells of an experiment.
private final class ExperimentRun {
  private let request: ExperimentRequest
  private let dataset: DatasetRecord
  private let folder: ExperimentFolder
  private let engine: Engine
  private var made: Study?
  private let clock = ContinuousClock()

  init(_ request: ExperimentRequest, dataset: DatasetRecord, folder: ExperimentFolder, engine: Engine) {
    (self.request, self.dataset, self.folder, self.engine) = (request, dataset, folder, engine)
  }

  /// The study, made when the first cell needs it.
  private func study() throws -> Study {
    if let made { return made }
    let progress = engine.progress
    let study = try Study(request, dataset: dataset, in: engine.store, folder: folder, threads: engine.threads) { step in
      progress("training the model: \(step.stage)", 0.1 * step.fraction)
    }
    made = study
    return study
  }

  /// Runs what is missing.
  func finish() throws -> ExperimentResult {
    let labels = try forgotten()
    let cells = request.name.cells(labels, names: dataset.classes.map(\.shownName))
    var figures: [ExperimentFigure] = []
    var (found, ran) = (0, 0)
    let missing = cells.count { folder.cell($0.key) == nil }
    if missing > 0 { _ = try study() }
    let start = clock.now
    for cell in cells {
      if let kept = folder.cell(cell.key) {
        figures += kept
        found += 1
        continue
      }
      let done = Double(cells.count - missing + ran) / Double(cells.count)
      engine.progress("\(cell.title), \(found + ran + 1) of \(cells.count)\(left(since: start, ran, missing))", 0.1 + 0.9 * done)
      let result = try cell.run(study())
      try folder.finish(cell.key, result)
      figures += result
      ran += 1
    }
    engine.progress("done", 1)
    let names = labels.map { dataset.classes[$0].shownName }
    return ExperimentResult(
      request: request, dataset: dataset, bestClass: names.first ?? "", classes: names, figures: figures, found: found, ran: ran)
  }

  /// `, about 4 min left` once a cell has shown how long one takes.
  private func left(since start: ContinuousClock.Instant, _ ran: Int, _ missing: Int) -> String {
    guard ran > 0 else { return "" }
    let seconds = Double((clock.now - start).components.seconds) / Double(ran) * Double(missing - ran)
    return seconds < 90 ? ", about \(Int(seconds.rounded())) s left" : ", about \(Int((seconds / 60).rounded())) min left"
  }

  /// The classes to forget in turn, the best-learnt one first; kept like a cell, since the model says which.
  private func forgotten() throws -> [Int] {
    if let kept = folder.cell("classes", as: [Int].self), kept.allSatisfy({ dataset.classes.indices.contains($0) }) { return kept }
    let all = try study().forgettable()
    guard let best = all.first else { throw EngineError.splitMissing(dataset: dataset.name, part: "train or test") }
    let others = all.dropFirst().sorted()
    let count = min(max((request.sample ?? all.count) - 1, 0), others.count)
    let chosen = [best] + (0..<count).map { others[$0 * others.count / count] }
    try folder.finish("classes", chosen)
    return chosen
  }
}

extension ExperimentName {
  /// The cells of an experiment that forgets these classes.
  func cells(_ labels: [Int], names: [String]) -> [ExperimentCell] {
    func perClass(_ run: @escaping (Study, Int, String) throws -> [ExperimentFigure]) -> [ExperimentCell] {
      labels.map { label in
        ExperimentCell(key: "class-\(label)", title: "forgetting \(names[label])") { try run($0, label, names[label]) }
      }
    }
    switch self {
    case .initial: return [ExperimentCell(key: "models", title: "measuring") { try $0.initial() }]
    case .activations: return perClass { try $0.activations($1, $2) }
    case .examples: return perClass { try $0.examples($1, $2) }
    case .baselines:
      let best = labels[0]
      return perClass { try $0.baselines($1, $2, tunedOn: best) }
    case .retraining:
      let best = labels[0]
      return perClass { try $0.retraining($1, $2, tunedOn: best) }
    case .multiclass:
      return (0..<3).map { index in
        ExperimentCell(key: "order-\(index)", title: "forgetting several classes") { try $0.multiclass(labels, order: index) }
      }
    }
  }
}
