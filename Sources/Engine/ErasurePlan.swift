import Ledger
import Store
import Tensors

/// What to erase: a class of the data sets that a model was trained on, or single examples.
package struct EraseRequest: Sendable {
  package enum Subject: Sendable {
    case classes([String])
    /// The user's own ids.
    case examples([String])
  }

  package var model: String
  package var subject: Subject
  package var reason: String?
  package var approvedBy: String?
  /// The request that it is done for.
  package var request: Int64?
  /// Erase what no hold covers, and keep the rest back; else a hold stops all of it.
  package var keepHeld = false
  /// Rebuild the file too, so that it becomes smaller.
  package var vacuum = false

  package init(model: String, _ subject: Subject) {
    (self.model, self.subject) = (model, subject)
  }
}

/// Everything in the store that holds what shall be erased, and what becomes of it.
package struct ErasurePlan: Sendable {
  /// Rows of an imported part that go: embeddings, labels, ids, and codes under every training.
  package struct Rows: Sendable {
    package var dataset: DatasetRecord
    package var split: SplitRecord
    package var members: [Int]
  }

  /// Something that holds it and stays.
  package struct Kept: Sendable {
    package var what: String
    package var why: String
    /// The hold that keeps it, if one does.
    package var hold: Int64?
  }

  package var model: Int64
  package var modelName: String
  package var head: CheckpointRecord
  package var kind: ErasureRecord.Kind
  package var classes: [(dataset: DatasetRecord, item: ClassRecord)] = []
  package var checkpoints: [CheckpointRecord] = []
  package var rows: [Rows] = []
  package var kept: [Kept] = []

  /// Nothing is left to erase.
  package var isEmpty: Bool { checkpoints.isEmpty && rows.isEmpty }
  package var held: [Kept] { kept.filter { $0.hold != nil } }
}

extension Snapshot {
  /// Plans an erasure: finds every checkpoint and every row that holds what shall go, and what stands against it.
  /// - Throws: `StoreError.unknown`, `EngineError.unknownClass`; `EngineError.stillKnown` when the model's head knows a class.
  func planErasure(_ request: EraseRequest) throws -> ErasurePlan {
    guard let model = try modelID(request.model) else {
      throw StoreError.unknown(kind: "model", name: request.model, known: try modelNames())
    }
    let head = try head(model: model)
    let used = Set(try checkpoints(model: request.model).map(\.dataset))
    let datasets = try used.sorted().map { try dataset($0) }
    switch request.subject {
    case .classes(let names):
      var plan = ErasurePlan(model: model, modelName: request.model, head: head, kind: .class)
      for name in Set(names).sorted() {
        let found = datasets.compactMap { data in data.classes.first { $0.name == name }.map { (dataset: data, item: $0) } }
        guard !found.isEmpty else {
          throw EngineError.unknownClass(
            name: name, dataset: datasets.map(\.name).joined(separator: ", "), known: datasets.flatMap(\.classes).map(\.shownName))
        }
        plan.classes += found
        let knowing = try checkpoints(knowing: name, model: model)
        if knowing.contains(where: { $0.id == head.id }) { throw EngineError.stillKnown(name: name, head: head.name) }
        plan.checkpoints += knowing.filter { item in !plan.checkpoints.contains { $0.id == item.id } }
        try planRows(of: name, in: found.map(\.dataset), &plan)
      }
      try keepBackHeld(&plan)
      return plan
    case .examples(let ids):
      var plan = ErasurePlan(model: model, modelName: request.model, head: head, kind: .example)
      try planExamples(ids, in: datasets, &plan)
      try keepBackHeld(&plan)
      return plan
    }
  }

  private func planRows(of name: String, in datasets: [DatasetRecord], _ plan: inout ErasurePlan) throws {
    let others = try checkpoints(knowing: name).filter { $0.model != plan.model }
    for data in datasets {
      let ordinals = Set(data.classes.filter { $0.name == name }.map(\.ordinal))
      let knowing = Set(others.filter { $0.dataset == data.id }.map(\.name)).sorted()
      for split in data.splits {
        let labels = try labels(split.part, of: data)
        let members = labels.indices.filter { ordinals.contains(labels[$0]) }
        if members.isEmpty { continue }
        let what = "\(members.count) rows of \(name) in \(data.name), \(split.part.rawValue)"
        if !knowing.isEmpty {
          plan.kept.append(.init(what: what, why: "\(knowing.joined(separator: ", ")) still knows the class"))
        } else {
          try keepShared(split, what, &plan)
          plan.rows.append(.init(dataset: data, split: split, members: members))
        }
      }
    }
  }

  /// An array that another data set consists of too stays there; the same bytes are then still in the store.
  private func keepShared(_ split: SplitRecord, _ what: String, _ plan: inout ErasurePlan) throws {
    for other in try datasets() {
      for part in other.splits where part.id != split.id && part.embeddings == split.embeddings {
        plan.kept.append(.init(what: what, why: "data set \(other.name) consists of the same embeddings"))
      }
    }
  }

  private func planExamples(_ ids: [String], in datasets: [DatasetRecord], _ plan: inout ErasurePlan) throws {
    var members: [Int64: Set<Int>] = [:]
    for id in ids {
      let places = try examples(externalID: id).filter { place in datasets.contains { $0.id == place.dataset.id } }
      guard !places.isEmpty else { throw StoreError.unknown(kind: "example", name: id, known: []) }
      for (data, split, row) in places {
        members[split.id, default: []].insert(row)
        guard split.part == .train else { continue }
        let label = try labels(.train, of: data)[row]
        guard let name = data.classes.first(where: { $0.ordinal == label })?.name else { continue }
        for checkpoint in try checkpoints(knowing: name) where checkpoint.dataset == data.id {
          if try forgottenRows(checkpoint: checkpoint.id, of: split.id).contains(row) { continue }
          if checkpoint.model == plan.model, checkpoint.id != plan.head.id {
            if !plan.checkpoints.contains(where: { $0.id == checkpoint.id }) { plan.checkpoints.append(checkpoint) }
          } else {
            plan.kept.append(
              .init(what: checkpoint.name, why: "learnt from example \(id); forget it (lethe forget --example), then erase it"))
          }
        }
      }
    }
    for data in datasets {
      for split in data.splits {
        guard let rows = members[split.id] else { continue }
        try keepShared(split, "\(rows.count) rows in \(data.name), \(split.part.rawValue)", &plan)
        plan.rows.append(.init(dataset: data, split: split, members: rows.sorted()))
      }
    }
    // Until the head is another one its parents are no worse.
    if plan.kept.contains(where: { $0.what == plan.head.name }) { plan.checkpoints = [] }
  }

  /// Takes out of the plan what a hold covers.
  private func keepBackHeld(_ plan: inout ErasurePlan) throws {
    for hold in try holdsInForce() {
      func keep(_ what: String) {
        plan.kept.append(
          .init(what: what, why: "hold \(hold.id) on \(hold.subject), to be reviewed by \(hold.review)", hold: hold.id))
      }
      let all = hold.model == plan.model || plan.classes.contains { $0.item.id == hold.classID }
      for checkpoint in plan.checkpoints where all || hold.checkpoint == checkpoint.id || hold.dataset == checkpoint.dataset {
        keep(checkpoint.name)
      }
      plan.checkpoints.removeAll { all || hold.checkpoint == $0.id || hold.dataset == $0.dataset }
      for rows in plan.rows where all || hold.dataset == rows.dataset.id {
        keep("\(rows.members.count) rows in \(rows.dataset.name), \(rows.split.part.rawValue)")
      }
      plan.rows.removeAll { all || hold.dataset == $0.dataset.id }
    }
  }
}
