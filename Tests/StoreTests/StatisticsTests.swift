import Foundation
import Testing

@testable import Store

@Suite("Statistics")
struct StatisticsTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  @Test("counts and sums are SQLite's own")
  func sums() throws {
    let path = try FilledStore.copy(to: folder)
    let store = try Store.open(at: path)
    let statistics = try store.read { try $0.statistics() }
    for (table, rows) in statistics.counts {
      #expect(rows == (try SQLite.integer("SELECT count(*) FROM \(table)", on: path)), "\(table)")
    }
    #expect(Set(statistics.counts.map(\.table)).isSuperset(of: RecordTable.all.map(\.name)))
    #expect(statistics.plainChunkBytes == (try SQLite.integer("SELECT sum(plain_size) FROM chunk", on: path)))
    #expect(statistics.storedChunkBytes == (try SQLite.integer("SELECT sum(length(bytes)) FROM chunk", on: path)))
    for cost in statistics.checkpoints {
      let logical = try SQLite.integer(
        """
        SELECT sum(byte_count) FROM tensor t JOIN checkpoint_tensor ct ON ct.tensor = t.id JOIN checkpoint c ON c.id = ct.checkpoint
        WHERE 'pets@' || c.number = '\(cost.checkpoint)'
        """, on: path)
      #expect(cost.logicalBytes == logical)
    }
    try store.close()
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    #expect(statistics.fileBytes == size)
  }

  @Test("a checkpoint after forgetting costs its list of rows, one after rolling back nothing")
  func costs() throws {
    let store = try Store.open(at: FilledStore.copy(to: folder))
    let costs = try store.read { try $0.statistics() }.checkpoints
    #expect(costs.map(\.checkpoint) == ["pets@1", "pets@2", "pets@3", "pets@4"])
    let lists = try SQLite.lines(
      "SELECT length(bytes) FROM derived_tensor d JOIN chunk c ON c.id = d.zeroed_rows ORDER BY d.tensor", on: folder.path())
    #expect(costs.dropFirst().map { String($0.storedBytes) } == lists + ["0"])
    #expect(try store.read { try $0.events().map { String($0.storedBytes) } } == lists)
  }
}
