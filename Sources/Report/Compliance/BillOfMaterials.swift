import Foundation
import Ledger
import Store

/// A model as a CycloneDX 1.6 bill of materials: what it is made of, what it achieves, and what was taken out of it.
///
/// The checkpoint is the component that the document describes, with a model card; its data sets are components of their own, which it depends
/// on; earlier checkpoints are its pedigree; each act of forgetting that holds in it is an annotation. As with receipts, what is handed out cannot
/// be redacted: no class, person, example or reason is named. Classes appear by their labels; models, data sets, encoder and licence by their names.
/// Source: CycloneDX 1.6 JSON reference (ECMA-424), `machine-learning-model`, `modelCard`, `componentData`, `annotations`.
package struct BillOfMaterials {
  /// One line of JSON: keys sorted, as the log writes it.
  package let text: String

  /// - Parameters:
  ///   - checkpoint: a state of a model, or a model's name for its head.
  ///   - maker: its organisation is named as custodian of the data, if there is one.
  /// - Throws: `StoreError.unknown`.
  package init(_ checkpoint: String, by maker: ReportMaker, now: Date = Date(), in snapshot: Snapshot) throws {
    let source = Source(
      snapshot: snapshot, maker: maker, checkpoint: try snapshot.checkpoint(named: checkpoint), time: NewEntry.timeText(now))
    text = String(decoding: try CanonicalJSON.encode(try source.document(), maximumBytes: .max), as: UTF8.self) + "\n"
  }
}

/// What the document is read from, part by part.
private struct Source {
  let snapshot: Snapshot
  let maker: ReportMaker
  let checkpoint: CheckpointRecord
  let time: String

  private typealias Member = (String, JSONValue?)

  func document() throws -> JSONValue {
    let datasets = try self.datasets()
    let model = try component()
    return .members(
      ("bomFormat", .string("CycloneDX")), ("specVersion", .string("1.6")), ("version", .integer(1)),
      ("$schema", .string("http://cyclonedx.org/schema/bom-1.6.schema.json")),
      ("serialNumber", .string("urn:uuid:" + UUID().uuidString.lowercased())),
      (
        "metadata",
        .members(
          ("timestamp", .string(time)), ("tools", .members(("components", .array([tool])))), ("component", model),
          ("manufacturer", maker.organisation.map { .members(("name", .string($0))) }))
      ),
      ("components", .array(try datasets.map(component))),
      (
        "dependencies",
        .array([.members(("ref", .string(checkpoint.name)), ("dependsOn", .array(datasets.map { .string(Self.reference($0)) })))])
      ),
      ("annotations", .array(try snapshot.appliedEvents(checkpoint: checkpoint.id).map { try annotation($0.event, $0.how) })))
  }

  private var tool: JSONValue {
    let digest = maker.toolDigest.map { String($0.dropFirst("sha256:".count)) }
    return .members(
      ("type", .string("application")), ("name", .string("lethe")), ("version", .string(maker.toolVersion)),
      ("hashes", digest.map { .array([.members(("alg", .string("SHA-256")), ("content", .string($0)))]) }))
  }

  // MARK: - The model

  private func component() throws -> JSONValue {
    let (identity, erasure) = (try snapshot.identity(), try snapshot.erasure(ofCheckpoint: checkpoint.id))
    let dataset = try snapshot.dataset(checkpoint.dataset)
    let ancestors = try snapshot.lineage(of: checkpoint).dropFirst().map { summary -> JSONValue in
      .members(
        ("type", .string("machine-learning-model")), ("bom-ref", .string(summary.name)), ("name", .string(checkpoint.modelName)),
        ("version", .string(String(summary.name.split(separator: "@").last ?? ""))),
        ("properties", Self.properties([("checkpoint-digest", summary.digest.description), ("kind", summary.kind.rawValue)])))
    }
    let gone = try snapshot.forgottenOrdinals(checkpoint: checkpoint.id, of: dataset).sorted().map(String.init)
    return .members(
      ("type", .string("machine-learning-model")), ("bom-ref", .string(checkpoint.name)), ("name", .string(checkpoint.modelName)),
      ("version", .string("\(checkpoint.number)")),
      ("pedigree", ancestors.isEmpty ? nil : .members(("ancestors", .array(ancestors)))),
      ("modelCard", try modelCard(dataset)),
      (
        "properties",
        Self.properties([
          ("checkpoint-digest", checkpoint.digest.description), ("kind", checkpoint.kind.rawValue), ("time", checkpoint.time),
          ("configuration", checkpoint.configuration), ("seed", "\(checkpoint.seed)"), ("engine-version", checkpoint.engineVersion),
          ("forgotten-labels", gone.isEmpty ? nil : gone.joined(separator: ",")), ("erased", erasure?.time),
          ("log-origin", identity.origin), ("log-key", identity.verifierKey),
          ("log-entry", "\(try snapshot.logIndex(ofCheckpoint: checkpoint.id))"),
        ])
      ))
  }

  private func modelCard(_ dataset: DatasetRecord) throws -> JSONValue {
    let methods = try snapshot.appliedEvents(checkpoint: checkpoint.id).map { try snapshot.event($0.event).method }
    return .members(
      (
        "modelParameters",
        .members(
          ("approach", .members(("type", .string("supervised")))), ("task", .string("classification")),
          ("architectureFamily", .string("discrete key-value bottleneck")),
          ("modelArchitecture", .string("dkvb/v1 over frozen embeddings (arXiv 2207.11240)")),
          ("datasets", .array(try datasets().map { .members(("ref", .string(Self.reference($0)))) })),
          ("inputs", .array([.members(("format", .string("embedding of \(dataset.dimension) numbers")))])),
          ("outputs", .array([.members(("format", .string("one of \(dataset.classes.count) labels")))])))
      ),
      ("quantitativeAnalysis", .members(("performanceMetrics", .array(try metrics(dataset))))),
      (
        "considerations",
        .members(
          (
            "technicalLimitations",
            .array(ComplianceReport.limits(methods: Set(methods), forgotten: !methods.isEmpty).map(JSONValue.string))
          ))
      ))
  }

  private func metrics(_ dataset: DatasetRecord) throws -> [JSONValue] {
    let labels = Dictionary(uniqueKeysWithValues: dataset.classes.map { ($0.id, $0.ordinal) })
    return try snapshot.measurements(checkpoint: checkpoint.id).map { figure in
      let split = try snapshot.split(figure.split)
      let whose =
        figure.classID.flatMap { labels[$0] }.map { "label \($0)" }
        ?? (split.role == .all ? "all" : split.event.map { "\(split.role.rawValue) of event \($0)" } ?? split.role.rawValue)
      return .members(
        ("type", .string(figure.metric)), ("value", .string("\(figure.value)")),
        ("slice", .string("\(split.part.rawValue), \(whose), n = \(figure.n)")),
        (
          "confidenceInterval",
          .members(("lowerBound", .string("\(figure.low)")), ("upperBound", .string("\(figure.high)")))
        ))
    }
  }

  /// What was done, where it stands in the log, and on what.
  private func annotation(_ id: Int64, _ how: Application) throws -> JSONValue {
    let event = try snapshot.event(id)
    let labels = event.ordinals(in: try snapshot.dataset(event.dataset)).sorted().map(String.init)
    let what =
      event.exampleCount > 0
      ? "\(event.exampleCount) training examples"
      : (labels.count == 1 ? "label " : "labels ") + labels.joined(separator: ", ")
    let leaf = MerkleTree.leafHash(try snapshot.leaf(event.logIndex))
    return .members(
      ("bom-ref", .string("forgetting-\(id)")), ("subjects", .array([.string(checkpoint.name)])),
      ("annotator", .members(("component", tool))), ("timestamp", .string(event.time)),
      (
        "text",
        .string(
          "Act of forgetting \(id): \(what) of \(event.datasetName), \(event.parentName) to \(event.childName), by \(event.method), "
            + "\(event.maskedPairs) pairs masked; in \(checkpoint.name) \(how.rawValue). Log entry \(event.logIndex), leaf hash \(leaf); "
            + "lethe log receipt \(event.logIndex) issues a signed statement.")
      ))
  }

  // MARK: - The data

  /// The data set that it was trained on, and the one that its keys were learnt from, if that is another.
  private func datasets() throws -> [DatasetRecord] {
    let trained = try snapshot.dataset(checkpoint.dataset)
    guard case .object(let fields)? = try? CanonicalJSON.parse(Array(checkpoint.configuration.utf8)),
      case .object(let keys)? = fields["key_training"], case .string(let digest)? = keys["split"],
      !trained.splits.contains(where: { $0.digest.description == digest }),
      let other = try snapshot.datasets().first(where: { $0.splits.contains { $0.digest.description == digest } })
    else { return [trained] }
    return [trained, other]
  }

  private static func reference(_ dataset: DatasetRecord) -> String { "dataset:\(dataset.name)" }

  private func component(_ dataset: DatasetRecord) throws -> JSONValue {
    let parts = dataset.splits.flatMap { split -> [(String, String?)] in
      let part = split.part.rawValue
      return [
        ("\(part)-examples", "\(split.count)"), ("\(part)-digest", split.digest.description),
        ("\(part)-erased", split.erasedCount > 0 ? "\(split.erasedCount)" : nil),
      ]
    }
    let custodian = maker.organisation.map { name -> JSONValue in
      .members(("custodians", .array([.members(("organization", .members(("name", .string(name)))))])))
    }
    return .members(
      ("type", .string("data")), ("bom-ref", .string(Self.reference(dataset))), ("name", .string(dataset.name)),
      ("licenses", dataset.license.map { .array([.members(("license", .members(("name", .string($0)))))]) }),
      (
        "data",
        .array([
          .members(
            ("type", .string("dataset")), ("name", .string(dataset.name)), ("governance", custodian),
            (
              "contents",
              .members(
                (
                  "properties",
                  Self.properties(
                    [
                      ("dimension", "\(dataset.dimension)"), ("classes", "\(dataset.classes.count)"), ("encoder", dataset.encoder),
                      ("imported", dataset.time),
                    ] + parts)
                ))
            ))
        ])
      ))
  }

  /// Names of ours, as CycloneDX asks for a namespace; what there is not is left out.
  private static func properties(_ pairs: [(String, String?)]) -> JSONValue {
    .array(
      pairs.compactMap { name, value in
        value.map { .members(("name", .string("lethe:" + name)), ("value", .string($0))) }
      })
  }
}

extension JSONValue {
  /// An object of the members that there are.
  fileprivate static func members(_ members: (String, JSONValue?)...) -> JSONValue {
    .object(Dictionary(uniqueKeysWithValues: members.compactMap { name, value in value.map { (name, $0) } }))
  }
}
