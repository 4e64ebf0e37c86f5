/// What `erase` or a retention rule removed for good, and what a scan of the files saw afterwards:
/// `schema/json/predicate-erasure-certificate.json`. The subjects are what went: checkpoints, parts that lost rows, and arrays.
package struct ErasurePredicate: Sendable, Hashable {
  /// A class that the erasure was about.
  package struct ErasedClass: Sendable, Hashable {
    package var dataset: String
    package var item: NamedClass

    package init(dataset: String, item: NamedClass) {
      (self.dataset, self.item) = (dataset, item)
    }

    init(_ reader: PredicateReader) throws(PredicateError) {
      dataset = try reader.text("dataset", .name)
      item = try NamedClass(reader)
    }

    var value: JSONValue { .object(item.members.merging(["dataset": .string(dataset)]) { $1 }) }
  }

  /// A part that lost rows.
  package struct ErasedRows: Sendable, Hashable {
    package var dataset: String
    package var part: String
    /// How many.
    package var count: Int64
    /// Which rows: digest of their list (schema/FORMAT.md, "Split").
    package var members: Digest
    /// The part as it was imported.
    package var split: Digest
    /// The arrays that stand for it from then on, the erased rows blanked.
    package var embeddings: Digest
    package var labels: Digest

    package init(
      dataset: String, part: String, count: Int64, members: Digest, split: Digest, embeddings: Digest, labels: Digest
    ) {
      (self.dataset, self.part, self.count, self.members) = (dataset, part, count, members)
      (self.split, self.embeddings, self.labels) = (split, embeddings, labels)
    }

    init(_ reader: PredicateReader) throws(PredicateError) {
      dataset = try reader.text("dataset", .name)
      part = try reader.word("part", of: NamedDataset.parts)
      count = try reader.integer("count")
      members = try reader.digest("members")
      split = try reader.digest("split")
      embeddings = try reader.digest("embeddings")
      labels = try reader.digest("labels")
    }

    var value: JSONValue {
      .object([
        "dataset": .string(dataset), "part": .string(part), "count": .integer(count), "members": .digest(members),
        "split": .digest(split), "embeddings": .digest(embeddings), "labels": .digest(labels),
      ])
    }
  }

  /// The certificate's entry.
  package var log: LogPlace
  /// The entry that removed the bytes.
  package var erasureLog: LogPlace
  /// When the bytes were removed, and when the scan was certified, by the writer's clock.
  package var started: String
  package var time: String
  /// `class`, `example` or `retention`.
  package var kind: String
  package var model: String
  package var classes: [ErasedClass]
  package var checkpoints: [NamedCheckpoint]
  package var rows: [ErasedRows]
  /// The arrays whose bytes went.
  package var arrays: [Digest]
  /// Stored bytes that went.
  package var removedBytes: Int64
  package var technique: String
  /// NIST SP 800-88: `Clear`.
  package var level: String
  package var scannedBytes: Int64
  /// Fingerprints of the removed bytes that were searched for.
  package var needles: Int64
  /// How many of them were seen: 0, or there is no certificate.
  package var hits: Int64
  /// The program that did it.
  package var tool: String
  /// Commitments to actor, reason and approver of the erasure, as in its entry.
  package var sealed: [String: Digest]

  package init(
    log: LogPlace, erasureLog: LogPlace, started: String, time: String, kind: String, model: String, classes: [ErasedClass],
    checkpoints: [NamedCheckpoint], rows: [ErasedRows], arrays: [Digest], removedBytes: Int64, technique: String, level: String,
    scannedBytes: Int64, needles: Int64, hits: Int64, tool: String, sealed: [String: Digest]
  ) {
    (self.log, self.erasureLog, self.started, self.time, self.kind, self.model) = (log, erasureLog, started, time, kind, model)
    (self.classes, self.checkpoints, self.rows, self.arrays) = (classes, checkpoints, rows, arrays)
    (self.removedBytes, self.technique, self.level, self.scannedBytes) = (removedBytes, technique, level, scannedBytes)
    (self.needles, self.hits, self.tool, self.sealed) = (needles, hits, tool, sealed)
  }

  init(_ reader: PredicateReader) throws(PredicateError) {
    log = try LogPlace(reader.reader("log"))
    erasureLog = try LogPlace(reader.reader("erasure_log"))
    started = try reader.text("started", .time)
    time = try reader.text("time", .time)
    kind = try reader.word("kind", of: ["class", "example", "retention"])
    model = try reader.text("model", .name)
    (classes, checkpoints, rows) = ([], [], [])
    for reader in try reader.readers("classes") { classes.append(try ErasedClass(reader)) }
    for reader in try reader.readers("checkpoints") { checkpoints.append(try NamedCheckpoint(reader)) }
    for reader in try reader.readers("rows") { rows.append(try ErasedRows(reader)) }
    arrays = try reader.digests("arrays")
    removedBytes = try reader.integer("removed_bytes")
    technique = try reader.text("technique", .nonEmpty)
    level = try reader.word("level", of: ["Clear"])
    scannedBytes = try reader.integer("scanned_bytes")
    needles = try reader.integer("needles")
    hits = try reader.integer("hits")
    tool = try reader.text("tool", .nonEmpty)
    sealed = try reader.sealed()
  }

  var value: JSONValue {
    .object([
      "log": log.value, "erasure_log": erasureLog.value, "started": .string(started), "time": .string(time),
      "kind": .string(kind), "model": .string(model), "classes": .array(classes.map(\.value)),
      "checkpoints": .array(checkpoints.map(\.value)), "rows": .array(rows.map(\.value)),
      "arrays": .array(arrays.map { .digest($0) }), "removed_bytes": .integer(removedBytes), "technique": .string(technique),
      "level": .string(level), "scanned_bytes": .integer(scannedBytes), "needles": .integer(needles), "hits": .integer(hits),
      "tool": .string(tool), "sealed": .digests(sealed),
    ])
  }

  /// What went, each thing once.
  var subjects: [Statement.Subject] {
    let parts = rows.map { Statement.Subject(name: "\($0.dataset)/\($0.part)", digest: $0.split) }
    var seen = Set<[String: String]>()
    return (checkpoints.map(\.subject) + parts + arrays.map { Statement.Subject(name: nil, digest: $0) })
      .filter { seen.insert($0.digests).inserted }
  }
}
