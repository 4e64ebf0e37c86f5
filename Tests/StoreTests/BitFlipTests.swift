import Foundation
import Synchronization
import Testing

@testable import Store

/// One bit of the file is wrong: verify says so, or the bit held no content.
@Suite("Bit flips")
struct BitFlipTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private enum Outcome: Hashable {
    case found, refused, noContent
    case missed(change: String)

    var isMissed: Bool { if case .missed = self { true } else { false } }
  }

  private func flip(_ bytes: [UInt8], _ bit: Int, dump: [UInt8]) throws -> Outcome {
    var damaged = bytes
    damaged[bit / 8] ^= 1 << UInt8(bit % 8)
    let path = try folder.write(damaged)
    defer { for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) } }
    let store: Store
    do {
      store = try Store.open(at: path, for: .verifying)
    } catch is StoreError {
      return .refused
    }
    let found = !store.verify().ok
    try? store.close()
    if found { return .found }
    let after = try SQLite.dump(path)
    return after == dump ? .noContent : .missed(change: difference(dump, after))
  }

  /// The first line in which two dumps differ.
  private func difference(_ left: [UInt8], _ right: [UInt8]) -> String {
    let lines = [left, right].map { String(decoding: $0, as: UTF8.self).split(separator: "\n") }
    let index = zip(lines[0], lines[1]).enumerated().first { $1.0 != $1.1 }?.offset ?? 0
    return "\(lines[0].dropFirst(index).first ?? "") became \(lines[1].dropFirst(index).first ?? "")"
  }

  /// Half of a small store is unused space in its pages, so one run draws from all bytes and one from those that are not zero.
  @Test("a flipped bit is found unless no content was hit, wherever it is", arguments: [(1, false), (2, true)] as [(UInt64, Bool)])
  func everywhere(seed: UInt64, usedBytesOnly: Bool) throws {
    let bytes = try FilledStore.shared.get().bytes
    let dump = try SQLite.dump(folder.write(bytes, to: "sound.db"))
    let places = bytes.indices.filter { !usedBytesOnly || bytes[$0] != 0 }
    var generator = Seeded(seed)
    var counts: [Outcome: Int] = [:]
    let total = LongTests.areWanted ? 5_000 : 150
    for _ in 0..<total {
      let bit = 8 * (places.randomElement(using: &generator) ?? 0) + Int.random(in: 0..<8, using: &generator)
      let outcome = try flip(bytes, bit, dump: dump)
      #expect(!outcome.isMissed, "bit \(bit % 8) of byte \(bit / 8)")
      if !outcome.isMissed { counts[outcome, default: 0] += 1 }
    }
    print(
      "bit flips, seed \(seed): \(total) in \(places.count) of \(bytes.count) bytes: \(counts[.found] ?? 0) found,",
      "\(counts[.refused] ?? 0) refused on opening, \(counts[.noContent] ?? 0) hit no content, \(total - counts.values.reduce(0, +)) missed"
    )
  }

  @Test("a flipped bit in the first page, where header and schema lie, is found unless no content was hit")
  func firstPage() throws {
    let bytes = try FilledStore.shared.get().bytes
    let dump = try SQLite.dump(folder.write(bytes, to: "sound.db"))
    var generator = Seeded(3)
    for index in 0..<(LongTests.areWanted ? 4_096 * 8 : 120) {
      let bit = LongTests.areWanted ? index : Int.random(in: 0..<(index < 60 ? 800 : 32_768), using: &generator)
      let outcome = try flip(bytes, bit, dump: dump)
      #expect(!outcome.isMissed, "bit \(bit % 8) of byte \(bit / 8)")
    }
  }

  /// The store in pages of 512 bytes, which leave little unused: in the usual ones nine of ten bytes hold nothing.
  private func compact() throws -> [UInt8] {
    let path = try FilledStore.copy(to: folder)
    defer { unlink(path) }
    let made = try SQLite.run("PRAGMA journal_mode = DELETE; PRAGMA page_size = 512; VACUUM; PRAGMA journal_mode = WAL;", on: path)
    #expect(made.status == 0)
    return try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
  }

  @Test("every byte in turn, one bit of each; without the long form, one of each 1,999 bytes")
  func everyByte() throws {
    let bytes = try compact()
    let sound = try folder.write(bytes, to: "sound.db")
    let dump = try SQLite.dump(sound)
    let store = try Store.open(at: sound, for: .verifying)
    #expect(store.verify().ok)
    try store.close()
    var generator = Seeded(5)
    let start = Int.random(in: 0..<1_999, using: &generator)
    let places = stride(from: LongTests.areWanted ? 0 : start, to: bytes.count, by: LongTests.areWanted ? 1 : 1_999)
    let bits = places.map { 8 * $0 + Int.random(in: 0..<8, using: &generator) }
    let counts = Mutex<[Outcome: Int]>([:])
    let next = Mutex(0)
    let problems = parallel(4) { _ -> String? in
      do {
        let own = try BitFlipTests()
        while true {
          let index = next.withLock { value -> Int in
            defer { value += 1 }
            return value
          }
          guard index < bits.count else { return nil }
          let outcome = try own.flip(bytes, bits[index], dump: dump)
          counts.withLock { $0[outcome, default: 0] += 1 }
          if outcome.isMissed { return "bit \(bits[index] % 8) of byte \(bits[index] / 8): \(outcome)" }
        }
      } catch {
        return "\(error)"
      }
    }
    #expect(problems.compactMap(\.self) == [])
    let (found, refused, none) = counts.withLock { ($0[.found] ?? 0, $0[.refused] ?? 0, $0[.noContent] ?? 0) }
    print("every byte: \(bits.count) of \(bytes.count): \(found) found, \(refused) refused on opening, \(none) hit no content")
  }

  @Test("a file cut at every page is called damaged, opens for nothing but verifying, and ends no process")
  func cutAtEveryPage() throws {
    let bytes = try FilledStore.shared.get().bytes
    var opened = 0
    for page in 1..<(bytes.count / 4_096) {
      let path = try folder.write(bytes.prefix(page * 4_096))
      defer { for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) } }
      let message = "the file is truncated: \(page * 4_096) bytes of \(bytes.count)"
      for access in [Store.Access.reading, .writing] {
        #expect(throws: StoreError.database(path: path, message: message)) { try Store.open(at: path, for: access) }
      }
      do {
        let store = try Store.open(at: path, for: .verifying)
        defer { try? store.close() }
        let result = store.verify()
        #expect(result.findings.first == Finding(.databaseDamaged, "file", message))
        opened += 1
      } catch let error as StoreError {
        // The pages that hold the schema are gone.
        #expect(error == .database(path: path, message: message))
      }
    }
    #expect(opened > bytes.count / 4_096 / 2)
  }

  @Test("a file cut anywhere, with a page exchanged or a stretch overwritten is found")
  func coarse() throws {
    let bytes = try FilledStore.shared.get().bytes
    let dump = try SQLite.dump(folder.write(bytes, to: "sound.db"))
    var generator = Seeded(4)
    for _ in 0..<(LongTests.areWanted ? 2_000 : 60) {
      var damaged = bytes
      let (first, second) = (
        Int.random(in: 0..<(bytes.count / 4_096), using: &generator), Int.random(in: 0..<(bytes.count / 4_096), using: &generator)
      )
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: damaged.removeLast(Int.random(in: 1...bytes.count, using: &generator))
      case 1: for byte in 0..<4_096 { damaged.swapAt(first * 4_096 + byte, second * 4_096 + byte) }
      default:
        let start = Int.random(in: 0..<(bytes.count - 64), using: &generator)
        damaged.replaceSubrange(start..<(start + 64), with: generator.bytes(64))
      }
      let path = try folder.write(damaged)
      let found = codes(path)
      if found.isEmpty { #expect(try SQLite.dump(path) == dump) }
      #expect(!found.contains { $0.hasPrefix("untyped") }, "\(found)")
      for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
    }
  }
}
