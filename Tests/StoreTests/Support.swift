import Foundation
import Ledger
import Store
import Testing

/// A folder of its own for one test, removed when the value goes.
final class Folder: Sendable {
  let url = FileManager.default.temporaryDirectory.appendingPathComponent("lethe-store-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String = "lethe.db") -> String { url.appendingPathComponent(name).path }

  /// Names of everything in it.
  func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }

  func bytes(_ name: String = "lethe.db") throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path(name))) }

  @discardableResult
  func write(_ bytes: some Collection<UInt8>, to name: String = "lethe.db") throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
    return path(name)
  }
}

/// A small generator with a seed (SplitMix64: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators").
struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }
}

/// Files of the repository, found from this one.
enum Repository {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }
}

/// What a command printed and how it ended.
struct Output {
  var status: Int32
  var bytes: [UInt8]
  var text: String { String(decoding: bytes, as: UTF8.self) }
  var lines: [String] { text.split(separator: "\n").map(String.init) }
}

/// Runs a command to its end.
func run(_ command: String, _ arguments: [String], input: [UInt8] = []) throws -> Output {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = [command] + arguments
  let (stdin, stdout) = (Pipe(), Pipe())
  (process.standardInput, process.standardOutput) = (stdin, stdout)
  process.standardError = FileHandle.nullDevice
  try process.run()
  let writer = Thread {
    try? stdin.fileHandleForWriting.write(contentsOf: input)
    try? stdin.fileHandleForWriting.close()
  }
  writer.start()
  let bytes = [UInt8](stdout.fileHandleForReading.readDataToEndOfFile())
  process.waitUntilExit()
  return Output(status: process.terminationStatus, bytes: bytes)
}

/// The `sqlite3` command on a file: what somebody else than Lethe does with it.
enum SQLite {
  @discardableResult
  static func run(_ sql: String, on path: String) throws -> Output {
    try StoreTests.run("sqlite3", ["-batch", "-noheader", "-list", path], input: Array(sql.utf8))
  }

  static func lines(_ sql: String, on path: String) throws -> [String] { try run(sql, on: path).lines }

  static func integer(_ sql: String, on path: String) throws -> Int { try #require(Int(lines(sql, on: path).first ?? "0")) }

  /// All content as SQL.
  static func dump(_ path: String) throws -> [UInt8] { try run(".dump", on: path).bytes }

  /// The schema's triggers, each as the last migration left it.
  private static func triggers() throws -> [(name: String, sql: String)] {
    let made = try FileManager.default.contentsOfDirectory(atPath: Repository.root.appendingPathComponent("schema").path).filter {
      $0.hasSuffix(".sql")
    }.sorted()
      .flatMap { try Repository.text("schema/\($0)").split(separator: "\n") }.filter { $0.hasPrefix("CREATE TRIGGER") }
      .map { (String($0.split(separator: " ")[2]), String($0)) }
    return Dictionary(made) { _, later in later }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Changes what the triggers forbid and puts them back, so that nothing but the content has changed.
  static func tamper(_ sql: String, on path: String) throws {
    let triggers = try triggers()
    let begin = "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;"
    let change = [sql + ";", "SELECT changes();"]
    let script = [begin] + triggers.map { "DROP TRIGGER \($0.name);" } + change + triggers.map(\.sql)
    let done = try run(script.joined(separator: "\n"), on: path)
    #expect(done.status == 0 && done.lines.last != "0", "\(sql)")
  }
}

extension NewEntry {
  /// An entry at a fixed time.
  static func sample(_ action: Action, reason: String? = "art. 17", approvedBy: String? = nil) -> NewEntry {
    NewEntry(action, actor: "Ada", reason: reason, approvedBy: approvedBy, time: Date(timeIntervalSince1970: 1_790_000_000))
  }
}

/// A new store with its key, in a folder.
func newStore(_ folder: Folder, _ name: String = "lethe.db") throws -> (store: Store, key: SigningKey) {
  let key = try SigningKey(name: "key")
  try Store.create(at: folder.path(name), origin: "example.com/log", key: key, entry: .sample(.`init`))
  return (try Store.open(at: folder.path(name)), key)
}

/// What `verify` finds in a file, or the error that opening gives.
func codes(_ path: String) -> [String] {
  do {
    let store = try Store.open(at: path)
    defer { try? store.close() }
    return store.verify().findings.map(\.code.rawValue)
  } catch let error as StoreError {
    return ["open: \(error.code)"]
  } catch {
    return ["untyped: \(error)"]
  }
}
