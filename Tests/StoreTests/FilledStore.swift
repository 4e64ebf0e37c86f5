import Foundation
import Ledger
import Tensors

@testable import Store

/// A small but complete store: every table has rows, every kind of chunk occurs. It is built once; tests work on copies.
struct FilledStore: Sendable {
  let bytes: [UInt8]
  let key: SigningKey

  static let shared = Result { try FilledStore(erasing: false) }
  /// The same after an erasure, with holds and copies: the only one that has rows in their tables.
  static let erased = Result { try FilledStore(erasing: true) }

  /// Copies the file into a folder.
  static func copy(to folder: Folder, erased: Bool = false) throws -> String {
    try folder.write((erased ? Self.erased : shared).get().bytes)
  }

  private init(erasing: Bool) throws {
    let folder = try Folder()
    let (store, first) = try newStore(folder)
    try Self.fill(store, key: first)
    key = erasing ? try SigningKey(name: "second") : first
    if erasing {
      try Self.erase(store, key: first)
      try Self.handOver(store, from: first, to: key)
    }
    try store.close()
    bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder.path())))
  }

  static let classes = ["cat", "dog", "owl"]
  static let rowCount = 1_100
  static let rowWidth = 60

  /// Import, train, forget twice, roll back, reinstate.
  static func fill(_ store: Store, key: SigningKey) throws {
    var generator = Seeded(1)
    let dataset = try store.write(.sample(.import), key: key) { try importPets($0, &generator) }
    let first = try store.write(.sample(.train), key: key) { try train($0, dataset: dataset, &generator) }
    let second = try store.write(.sample(.forget, approvedBy: "Grace"), key: key) {
      try forget($0, parent: first, ordinal: 0, rows: [0, 1, 7, 500], dataset: dataset)
    }
    let third = try store.write(.sample(.forget), key: key) {
      try forget($0, parent: second, ordinal: 2, rows: (300..<900).map { $0 }, dataset: dataset)
    }
    try store.write(.sample(.rollback), key: key) { transaction in
      let tensors = try transaction.tensors(checkpoint: third.id)
      let fourth = try checkpoint(transaction, kind: .rolledBack, parent: first, tensors: tensors)
      for event in try transaction.events() {
        try transaction.insertAppliedEvent(checkpoint: fourth.id, event: event.id, how: .masked)
      }
      try transaction.moveHead(model: fourth.model, from: third.id, to: fourth.id)
      transaction.facts["child"] = .string(fourth.name)
    }
    try store.write(.sample(.reinstate), key: key) { try $0.insertReinstatement(event: 1) }
  }

  /// Erases the third class, and writes to the tables of holds and copies.
  static func erase(_ store: Store, key: SigningKey) throws {
    let (erasure, _) = try store.write(.sample(.erase), key: key) { try $0.erase(scope($0)) }
    _ = try store.certify(erasure, vacuum: false, tool: "test", entry: .sample(.certify), key: key)
    try store.write(.sample(.hold), key: key) { transaction in
      _ = try transaction.insert(.hold, [1, nil, nil, nil, "2030-01-31"])
      _ = try transaction.insert(.hold, [nil, nil, 2, nil, "2030-02-28"])
      _ = try transaction.insert(.holdLift, [1])
      _ = try transaction.insert(.retentionRule, [1, 3, nil])
      for place in ["tape 1", "tape 2"] {
        let (commitment, salt) = Commitment.make(place)
        _ = try transaction.insert(.copyLocation, ["backup", place, salt.data, commitment.digest.data, 3, "2030-03-31"])
      }
      _ = try transaction.insert(.copyClearing, [1])
    }
    try desk(store, key: key)
    try store.write(.sample(.forget), key: key) { transaction in
      _ = try forget(transaction, parent: transaction.checkpoint(named: "pets@4"), ordinal: 1, rows: [1, 2, 3, 1_000], dataset: 1)
    }
  }

  /// Writes to the tables of requests, recipients and reports.
  private static func desk(_ store: Store, key: SigningKey) throws {
    let (received, due) = (try CalendarDate("2030-01-31"), try CalendarDate("2030-02-28"))
    try store.write(.sample(.requestPolicy), key: key) { try $0.insertRequestPolicy(twoPeople: true, procedure: "SOP 12") }
    var entry = NewEntry.sample(.request)
    entry.sealed["subject"] = "case 7"
    try store.write(entry, key: key) { transaction in
      let request = try transaction.insertRequest(
        ground: .consentWithdrawn, channel: .email, identityChecked: true, received: received, due: due, procedure: "SOP 12")
      try transaction.insertRequestExtension(request, due: due)
      try transaction.insertRequestWork(request, event: 1)
      try transaction.insertRequestWork(request, erasure: 1)
      try transaction.insertRequestAnswer(request, outcome: .partial, basis: "17(3)(b)")
    }
    entry = .sample(.export)
    entry.sealed["recipient"] = "institute"
    try store.write(entry, key: key) { transaction in
      let recipient = try transaction.insertRecipient(
        checkpoint: transaction.checkpoint(named: "pets@4"), fileDigest: Digest.of([1]), byteCount: 12)
      try transaction.insertRecipientNotice(recipient)
    }
    // Nobody answered this one, and nobody was told of what is forgotten after it.
    try store.write(.sample(.request), key: key) { transaction in
      _ = try transaction.insertRequest(
        ground: .ccpa, channel: .form, identityChecked: false, received: received, due: due, procedure: nil)
    }
    try store.write(.sample(.report), key: key) { transaction in
      try transaction.insertReport(scope: .object(["model": .string("pets")]), digest: Digest.of([2]))
      // Examples of a class that the same event forgot: its parts have the same members with and without them.
      for row in [0, 3] { _ = try transaction.insert(.forgottenExample, [1, 1, row]) }
    }
  }

  /// Hands the log over to another key and lets a witness cosign the tree head.
  static func handOver(_ store: Store, from first: SigningKey, to second: SigningKey) throws {
    try store.write(.sample(.rotateKey), key: first) { try $0.handOver(to: second) }
    let (size, _, text) = try store.read { try $0.lastSignedTreeHead() }
    let (witness, note) = (try SigningKey(name: "witness.example"), try SignedNote(parsing: text.utf8))
    let cosigned = try note.merging([witness.cosign(note, time: 1_790_000_000)], of: note.text)
    _ = try store.add(cosigned.cosignatures(by: [witness.cosignerKey]), size: size)
    try store.write(.sample(.hold), key: second) { _ = try $0.insert(.hold, [1, nil, nil, nil, "2031-01-31"]) }
  }

  /// Everything that knows the owl: the checkpoints in which event 2 does not hold, and every third row.
  static func scope(_ snapshot: Snapshot) throws -> EraseScope {
    var scope = EraseScope(kind: .class, model: 1)
    scope.classes = [3]
    scope.checkpoints = try snapshot.checkpoints(knowing: "owl").map(\.id)
    scope.rows = try snapshot.dataset(1).splits.map { split in (split, (0..<split.count).filter { $0 % 3 == 2 }) }
    scope.examples = [Digest.of([1]), Digest.of([2])]
    return scope
  }

  private static func importPets(_ transaction: Transaction, _ generator: inout Seeded) throws -> Int64 {
    let dataset = try transaction.insertDataset(
      name: "pets", encoder: "by hand", license: nil, dimension: 4, scale: 0.5, classes: classes)
    for (part, count) in [(Part.train, 40), (.validation, 10), (.test, 12)] {
      let split = try transaction.insertSplit(
        dataset: dataset, part: part, count: count,
        embeddings: try transaction.insertTensor(generator.bytes(4 * count), shape: [count, 4]),
        labels: try transaction.insertTensor((0..<count).map { UInt16($0 % 3) }, shape: [count]))
      if part == .test {
        try transaction.insertExamples(split: split, first: 0, externalIDs: (0..<3).map { "person \($0)" })
      }
    }
    transaction.facts["dataset"] = .string("pets")
    return dataset
  }

  private static func train(
    _ transaction: Transaction, dataset: Int64, _ generator: inout Seeded
  ) throws -> CheckpointRecord {
    _ = try transaction.modelOrNew("pets")
    let keys = (0..<1_500).map { _ in Float.random(in: 0.5..<1, using: &generator) }
    // More than one chunk; most of it zero, so that the LZ4 frames are short.
    var values = [Float](repeating: 0, count: rowCount * rowWidth)
    for row in 0..<rowCount { values[row * rowWidth + row % rowWidth] = Float.random(in: 1..<2, using: &generator) }
    let tensors = [
      "keys": try transaction.insertTensor(keys, shape: [3, 100, 5]),
      "values": try transaction.insertTensor(values, shape: [rowCount, rowWidth]),
    ]
    let trained = try checkpoint(transaction, kind: .trained, parent: nil, tensors: tensors)
    for split in try transaction.dataset(dataset).splits {
      let codes = (0..<(split.count * 3)).map { _ in UInt16.random(in: 0..<100, using: &generator) }
      try transaction.insertCodeTable(
        checkpoint: trained.id, split: split.id, tensor: try transaction.insertTensor(codes, shape: [split.count, 3, 1]))
    }
    try transaction.moveHead(model: trained.model, from: nil, to: trained.id)
    try measure(transaction, trained)
    (transaction.facts["model"], transaction.facts["child"]) = (.string("pets"), .string(trained.name))
    return trained
  }

  private static func forget(
    _ transaction: Transaction, parent: CheckpointRecord, ordinal: Int, rows: [UInt32], dataset: Int64
  ) throws -> CheckpointRecord {
    var tensors = try transaction.tensors(checkpoint: parent.id)
    if let base = tensors["values"] {
      var plain = try transaction.load(base, as: Float.self)
      for row in rows { for column in 0..<rowWidth { plain[Int(row) * rowWidth + column] = 0 } }
      tensors["values"] = try plain.withUnsafeBytes {
        try transaction.deriveTensor(from: base, rowCount: rowCount, zeroing: rows, plain: $0)
      }
    }
    let child = try checkpoint(transaction, kind: .unlearned, parent: parent, tensors: tensors)
    let dataset = try transaction.dataset(dataset)
    let event = try transaction.insertEvent(
      .init(
        parent: parent, child: child.id, method: "activations", parameters: .object(["pairs": .integer(20)]), seed: 7,
        maskedPairs: rows.count, activePairs: rows.count + 2, forwardPasses: 0,
        classes: [(classID: dataset.classes[ordinal].id, amount: 20, activePairs: rows.count + 2)]))
    for applied in try transaction.appliedEvents(checkpoint: parent.id) {
      try transaction.insertAppliedEvent(checkpoint: child.id, event: applied.event, how: applied.how)
    }
    try transaction.insertAppliedEvent(checkpoint: child.id, event: event, how: .masked)
    let gone = Set(
      try transaction.appliedEvents(checkpoint: child.id).flatMap { try transaction.event($0.event).classes.map(\.ordinal) })
    for split in dataset.splits {
      for role in [Role.forget, .retain] {
        let members = (0..<split.count).filter { role == .forget ? $0 % 3 == ordinal : !gone.contains($0 % 3) }
        _ = try transaction.insertDerivedSplit(of: split, event: event, role: role, members: members)
      }
    }
    try transaction.moveHead(model: child.model, from: parent.id, to: child.id)
    try measure(transaction, child)
    (transaction.facts["parent"], transaction.facts["child"]) = (.string(parent.name), .string(child.name))
    return child
  }

  private static func checkpoint(
    _ transaction: Transaction, kind: CheckpointKind, parent: CheckpointRecord?, tensors: [String: TensorRecord]
  ) throws -> CheckpointRecord {
    try transaction.insertCheckpoint(
      .init(
        model: try transaction.modelOrNew("pets"), parent: parent?.id, base: parent?.base, kind: kind, dataset: 1,
        configuration: #"{"codebooks":3}"#, seed: 11, engineVersion: "1", tensors: tensors))
  }

  private static func measure(_ transaction: Transaction, _ checkpoint: CheckpointRecord) throws {
    for classID in [nil, 1, 2, 3] as [Int64?] {
      try transaction.insertMeasurement(
        MeasurementRecord(
          checkpoint: checkpoint.id, split: 3, metric: "accuracy", classID: classID, value: 0.25, n: 12, low: 0, high: 0.75))
    }
  }
}
