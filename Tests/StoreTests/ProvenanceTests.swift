import Foundation
import GRDB
import Ledger
import Testing

@testable import Store

/// The quick answers about the past are those that a walk through all rows gives.
@Suite("Questions about the past")
struct ProvenanceTests {
  private static let seeds: Range<UInt64> = LongTests.areWanted ? 0..<200 : 0..<6
  private static let names = RandomStore.names + ["class 0", "class 2", "class 01", "fox", ""]

  @Test("history", arguments: seeds)
  func history(seed: UInt64) throws {
    let random = try RandomStore(seed: seed)
    var generator = Seeded(seed &+ 1_000)
    try random.store.read { snapshot in
      let plain = try PlainAnswers(snapshot)
      func some<Value>(_ values: [Value]) -> Value? {
        Bool.random(using: &generator) ? nil : values.randomElement(using: &generator)
      }
      let times = plain.history(HistoryFilter()).count
      #expect(times > 10)
      let periods = ["2026", "2026-09", "2026-10-0", "2026-10-12T", "2026-10-20T03:00:00Z", "2027", "2025", "9"]
      for _ in 0..<60 {
        let filter = HistoryFilter(
          model: some(random.models + ["none"]), className: some(Self.names), since: some(periods), until: some(periods),
          action: some(NewEntry.Action.allCases.map(\.rawValue)), limit: some([1, 2, 5, .max]))
        #expect(try snapshot.history(filter).map(PlainAnswers.describe) == plain.history(filter), "\(filter)")
      }
      #expect(try snapshot.history().map(PlainAnswers.describe) == plain.history(HistoryFilter()))
    }
  }

  @Test("who knows a class, and who learnt from an example", arguments: seeds)
  func classes(seed: UInt64) throws {
    let random = try RandomStore(seed: seed)
    try random.store.read { snapshot in
      let plain = try PlainAnswers(snapshot)
      for name in Self.names {
        #expect(
          try snapshot.datasets(havingClass: name)
            == snapshot.datasets().filter { $0.classes.contains { $0.name == name } }.map(\.name))
        for dataset in try snapshot.datasets() {
          let standings = try snapshot.standings(ofClass: name, dataset: dataset.id)
          // Only classes that the data set has are asked for.
          if dataset.classes.contains(where: { $0.name == name }) {
            let lines = standings.map { "\($0.model) \($0.head) \($0.knows) \($0.event?.id ?? 0) \($0.knowing)" }
            #expect(lines == plain.standings(name, dataset: dataset.id), "\(name) of \(dataset.name)")
          }
          let (found, expected) = (
            try snapshot.checkpoints(trainedOn: dataset.id, byClass: name, split: 0, ordinal: 0),
            plain.trained(on: dataset.id, name)
          )
          #expect(found.knowing == expected.knowing && found.forgetting == expected.forgetting, "\(name) of \(dataset.name)")
          #expect(found.erased == [])
        }
        let lines = try snapshot.forgottenClasses(className: name).map { "\($0)" }
        #expect(lines == plain.forgottenClasses { $0.className == name })
      }
    }
  }

  @Test("who knows a class after erasures is what asking one checkpoint after the other tells", arguments: seeds)
  func erased(seed: UInt64) throws {
    let random = try RandomStore(seed: seed)
    // Only the records of two erasures, the second of them of a class that the first was about as well.
    try SQLite.tamper(
      """
      INSERT INTO erasure SELECT row_number() OVER (ORDER BY log_index), 'class', m.id, 0, log_index
        FROM (SELECT log_index, model AS name FROM log_entry WHERE action = 'train' ORDER BY log_index LIMIT 2 OFFSET 1) e
        JOIN model m USING (name);
      INSERT INTO erasure_certificate SELECT 1, 1, 'x', 'Clear', 0, '', 0, 0, '', max(e.log_index)
        FROM erasure a JOIN model m ON m.id = a.model JOIN log_entry e ON e.model = m.name AND e.action IN ('train', 'rollback')
        WHERE a.id = 1;
      INSERT INTO erased_class (erasure, class, entry) SELECT n.id, k.id, n.entry FROM erasure n, class k WHERE k.id % (n.id + 1) = 0;
      INSERT INTO erased_rows (erasure, split, count, members, embeddings, labels, entry)
        SELECT n.id, s.id, 1, zeroblob(32), s.embeddings, s.labels, n.entry FROM erasure n, split s
        WHERE s.event IS NULL AND s.dataset % 4 <> \(seed % 4);
      INSERT INTO erased_checkpoint (erasure, checkpoint, entry) SELECT 1, id, 12 FROM checkpoint WHERE id % 5 = 1;
      UPDATE checkpoint SET base = parent WHERE kind = 'unlearned';
      UPDATE checkpoint SET kind = 'imported' WHERE kind = 'trained' AND id % 3 = 0;
      DELETE FROM model_entry;
      INSERT INTO model_entry SELECT * FROM model_entry_source
      """, on: random.folder.path())
    try random.store.read { snapshot in
      let plain = try PlainAnswers(snapshot)
      for name in [nil] + Self.names.map(Optional.some) {
        let filter = HistoryFilter(className: name)
        #expect(try snapshot.history(filter).map(PlainAnswers.describe) == plain.history(filter), "\(name ?? "-")")
      }
      var counts: Set<Int> = []
      let gone = try snapshot.checkpoints().filter { $0.id % 5 == 1 }
      for model in random.models {
        let steps = try snapshot.steps(model: try #require(try snapshot.modelID(model)), named: model).filter { $0.erasedAt != nil }
        #expect(steps.map(\.name) == gone.filter { $0.modelName == model }.map(\.name) && steps.allSatisfy { $0.erasedAt != "" })
      }
      for dataset in try snapshot.datasets() {
        let found = try snapshot.checkpoints(trainedOn: dataset.id, byClass: RandomStore.names[0], split: 0, ordinal: 0)
        #expect(found.erased == gone.filter { $0.dataset == dataset.id }.map(\.name))
        #expect(Set(found.knowing + found.forgetting).isDisjoint(with: found.erased))
        for name in dataset.classes.compactMap(\.name) {
          for standing in try snapshot.standings(ofClass: name, dataset: dataset.id) {
            let knowing = try snapshot.checkpoints(knowing: name, model: snapshot.modelID(standing.model))
            #expect(standing.knowing == knowing.sorted { $0.number < $1.number }.map(\.name), "\(name) in \(standing.model)")
            #expect(standing.knows == knowing.contains { $0.name == standing.head })
            counts.insert(knowing.count)
          }
        }
      }
      #expect(counts.count > 2)
    }
  }

  @Test("a set of row numbers has what a set of integers has, whatever a file calls its rows", arguments: 0..<20 as Range<UInt64>)
  func rowNumbers(seed: UInt64) {
    var generator = Seeded(seed)
    let ranges: [ClosedRange<Int64>] = [0...200, -3...3, (1 << 24 - 2)...(1 << 24 + 2), .min ... .max, 1_000...9_000_000]
    let numbers = (0..<Int.random(in: 0..<50, using: &generator)).map { _ in
      Int64.random(in: ranges.randomElement(using: &generator) ?? 0...1, using: &generator)
    }
    let (found, expected) = (RowNumbers(numbers), Set(numbers))
    let asked = numbers + numbers.map { $0 &+ 1 } + Array(-70...270) + [.min, .max, 1 << 24 - 1, 1 << 24, 1 << 24 + 1]
    for number in asked { #expect(found.contains(number) == expected.contains(number), "\(number)") }
  }

  @Test("lineage and lists of checkpoints", arguments: seeds)
  func checkpoints(seed: UInt64) throws {
    let random = try RandomStore(seed: seed)
    try random.store.read { snapshot in
      let plain = try PlainAnswers(snapshot)
      func line(_ summary: CheckpointSummary) -> String {
        let gone = summary.forgotten.map { "\($0.className) \($0.event) \($0.how.rawValue)" }
        return """
          \(summary.name) \(summary.kind.rawValue) \(summary.parentName ?? "-") \(summary.datasetName) \(summary.time) \
          \(summary.isHead) \(gone) \(summary.testAccuracy ?? -1)
          """
      }
      func line(_ step: CheckpointStep) -> String {
        let changes = step.changes.map { "\($0.className) \($0.event) \($0.kind.rawValue)" }
        return """
          \(step.name) \(step.kind.rawValue) \(step.parentName ?? "-") \(step.datasetName) \(step.time) \
          \(step.isHead) [] \(step.testAccuracy ?? -1) \(changes) \(step.forgottenCount)
          """
      }
      for checkpoint in try snapshot.checkpoints() {
        let lineage = try snapshot.lineage(of: checkpoint)
        #expect(lineage.map(line) == plain.lineage(checkpoint.id).map(plain.step))
        #expect(try line(snapshot.summary(of: checkpoint.id)) == plain.summary(checkpoint.id))
        #expect(try line(snapshot.summary(of: checkpoint.id, lineage: lineage)) == plain.summary(checkpoint.id))
        #expect(try snapshot.checkpoint(named: checkpoint.name).id == checkpoint.id)
        let hex = checkpoint.digest.hex
        for prefix in ["sha256:" + hex, hex.uppercased(), String(hex.prefix(12)), "sha256:" + hex.prefix(13)] {
          #expect(try snapshot.checkpoint(named: prefix).digest == checkpoint.digest)
        }
        let dataset = try snapshot.dataset(checkpoint.dataset)
        let gone = try snapshot.appliedEvents(checkpoint: checkpoint.id).flatMap {
          try snapshot.event($0.event).ordinals(in: dataset)
        }
        #expect(try snapshot.forgottenOrdinals(checkpoint: checkpoint.id, of: dataset) == Set(gone))
      }
      for model in random.models {
        let states = plain.all("checkpoint") { plain.name($0["id"]).hasPrefix(model + "@") }.map { $0["id"] as Int64 }
        let id = try #require(try snapshot.modelID(model))
        #expect(try snapshot.steps(model: id, named: model).map(line) == states.map(plain.step))
        #expect(try snapshot.forgottenClasses(model: model).map { "\($0)" } == plain.forgottenClasses { $0.model == model })
        #expect(try snapshot.events(model: id).map(\.id) == snapshot.events().filter { $0.model == id }.map(\.id))
        for event in try snapshot.events(model: id) { #expect(event.classes.map(\.name) == plain.classes(ofEvent: event.id)) }
      }
    }
  }

  @Test("one element of a tensor is the one that loading all gives, whichever chunk it lies in")
  func elements() throws {
    let folder = try Folder()
    let (store, key) = try newStore(folder)
    let count = 3 * ChunkCodec.tensorChunkSize / 2 + 100
    var generator = Seeded(4)
    let elements = (0..<count).map { _ in UInt16.random(in: 0 ... .max, using: &generator) }
    let record = try store.write(.sample(.import), key: key) { try $0.insertTensor(elements, shape: [count]) }
    func element(_ index: Int) throws -> UInt16 { try store.read { try $0.element(index, of: record, as: UInt16.self) } }
    let border = ChunkCodec.tensorChunkSize / 2
    for index in [0, 1, border - 1, border, 2 * border, count - 1] { #expect(try element(index) == elements[index]) }
    for index in [-1, count, .max, .min] { #expect(throws: StoreError.self) { try element(index) } }
    #expect(throws: StoreError.self) { try store.read { try $0.element(0, of: record, as: UInt8.self) } }
    try SQLite.tamper(
      "UPDATE chunk SET stored_digest = zeroblob(32), bytes = zeroblob(length(bytes)) WHERE id = 2", on: folder.path())
    #expect(try element(0) == elements[0])
    #expect { try element(count / 2) } throws: { ($0 as? StoreError)?.code == "chunk.corrupt" }
  }
}

/// How SQLite goes about the questions that must stay quick when a store is large.
@Suite("Query plans")
struct QueryPlanTests {
  /// What may be read from end to end: the parts of a statement that are small themselves.
  private static let small: Set<Substring> = [
    "e", "j", "p", "l", "v", "t", "found", "line", "erased", "g", "x", "last", "CONSTANT",
  ]

  @Test("no question reads a large table from end to end", arguments: HotStatements.all)
  func plan(question: String, sql: String) throws {
    let folder = try Folder()
    let store = try Store.open(at: FilledStore.copy(to: folder))
    let plan = try store.read { try $0.plan(of: sql) }
    #expect(plan.contains { $0.hasPrefix("SEARCH") })
    let scanned = plan.filter { $0.hasPrefix("SCAN") }.map { $0.split(separator: " ")[1] }
    #expect(Set(scanned).isSubset(of: Self.small), "\(question): \(plan.joined(separator: "; "))")
  }

  /// Else each commit reads the whole table: SQLite looks for the rows that waited for their log entry.
  @Test("whatever refers to a log entry or an event that comes later has an index for it")
  func deferredReferences() throws {
    let folder = try Folder()
    let path = try FilledStore.copy(to: folder)
    try Store.open(at: path).close()
    let deferred = try SQLite.lines(
      """
      SELECT t.name || ' ' || f."from" FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f
      WHERE t.type = 'table' AND t.name <> 'store' AND f."table" IN ('log_entry', 'unlearning_event')
      """, on: path)
    #expect(deferred.count >= 18)
    let store = try Store.open(at: path)
    for reference in deferred {
      let (table, column) = (reference.split(separator: " ")[0], reference.split(separator: " ")[1])
      let plan = try store.read { try $0.plan(of: "SELECT \(column) FROM \(table) WHERE \(column) = ?") }
      #expect(plan.count == 1 && plan[0].hasPrefix("SEARCH"), "\(reference): \(plan)")
    }
  }

  @Test("the check sees a table that is read from end to end")
  func scan() throws {
    let folder = try Folder()
    let store = try Store.open(at: FilledStore.copy(to: folder))
    #expect(try store.read { try $0.plan(of: "SELECT * FROM measurement WHERE n = ?") } == ["SCAN measurement"])
  }
}
