import CFilters
import Foundation
import Ledger

/// Searches bytes for needles: one pass with a rolling hash, a filter of 2²⁰ bits before the look-up, SHA-256 before a hit.
struct NeedleSearch {
  private static let filterBits: UInt32 = 20

  private let needles: [UInt64: [Needle]]
  private let filter: [UInt64]

  init(_ needles: [Needle]) {
    self.needles = Dictionary(grouping: needles, by: \.rolling)
    var filter = [UInt64](repeating: 0, count: 1 << (Self.filterBits - 6))
    for hash in self.needles.keys {
      let slot = Int(hash >> UInt64(64 - Self.filterBits))
      filter[slot >> 6] |= 1 << UInt64(slot & 63)
    }
    self.filter = filter
  }

  /// Calls `found` with the place of each needle in `bytes`, ascending. O(bytes).
  func search(_ bytes: UnsafeRawBufferPointer, found: (Int, Needle) -> Void) {
    guard !needles.isEmpty, let base = bytes.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
    var (position, hash) = (0, UInt64(0))
    filter.withUnsafeBufferPointer { filter in
      while true {
        position = lethe_find_needle(base, bytes.count, position, filter.baseAddress, Self.filterBits, &hash)
        guard position < bytes.count else { return }
        if let candidates = needles[hash] {
          let window = UnsafeRawBufferPointer(rebasing: bytes[position..<(position + Needle.length)])
          let digest = Digest.of(window)
          for needle in candidates where needle.digest == digest { found(position, needle) }
        }
        position += 1
      }
    }
  }
}

/// What a scan of files saw.
package struct FileScan: Sendable {
  /// Where a piece of the removed bytes still is.
  package struct Hit: Hashable, Sendable {
    package var file: String
    package var offset: Int64
    package var form: Needle.Form
  }

  /// The files that were there, by what follows the store's name (`""`, `-wal` …), and their sizes.
  package private(set) var files: [(suffix: String, bytes: Int64)] = []
  /// At most 100.
  package private(set) var hits: [Hit] = []

  package var scannedBytes: Int64 { files.reduce(0) { $0 + $1.bytes } }

  /// Reads every file whose name begins with the store's, in blocks of 4 MiB: the database, its write-ahead log and index, a
  /// rollback journal, and what a killed command left.
  /// - Throws: `CocoaError` when the folder or a file in it cannot be read.
  init(store path: String, needles: [Needle]) throws {
    let search = NeedleSearch(needles)
    let url = URL(fileURLWithPath: path)
    let (folder, name) = (url.deletingLastPathComponent().path, url.lastPathComponent)
    for file in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() where Self.belongs(file, to: name) {
      let bytes = try scan(folder + "/" + file, search)
      files.append((String(file.dropFirst(name.count)), bytes))
    }
  }

  /// The store's own files and what begins like them: `lethe.db-wal`, `lethe.db.new-…`; not another store that is called alike.
  private static func belongs(_ file: String, to name: String) -> Bool {
    file == name || ["-", ".new-", PartialFile.suffix].contains { file.hasPrefix(name + $0) }
  }

  private mutating func scan(_ path: String, _ search: NeedleSearch) throws -> Int64 {
    let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? handle.close() }
    var (carried, start, total) = (Data(), Int64(0), Int64(0))
    while let block = try handle.read(upToCount: 4 << 20), !block.isEmpty {
      total += Int64(block.count)
      let bytes = carried + block
      var found: [Hit] = []
      bytes.withUnsafeBytes { buffer in
        search.search(buffer) { found.append(Hit(file: path, offset: start + Int64($0), form: $1.form)) }
      }
      hits += found.prefix(100 - hits.count)
      // A needle may lie across two blocks; one that ends in this block is not found again.
      carried = bytes.suffix(Needle.length - 1)
      start += Int64(bytes.count - carried.count)
    }
    return total
  }
}
