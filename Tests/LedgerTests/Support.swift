import Foundation

@testable import Ledger

/// A seeded generator (SplitMix64), so that a failure can be repeated.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// A folder of its own for one test, removed when the value goes.
final class TemporaryFolder {
  let url = FileManager.default.temporaryDirectory.appendingPathComponent("lethe-ledger-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  func write(_ bytes: some Collection<UInt8>, to name: String, mode: Int = 0o600) throws -> String {
    let file = path(name)
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    return file
  }
}

/// Damages bytes at random: one to three of flip, replace, insert, delete, repeat a stretch, cut the end.
func mutate(_ original: [UInt8], using generator: inout Seeded) -> [UInt8] {
  var bytes = original
  for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
    let place = Int.random(in: 0..<bytes.count, using: &generator)
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 1: bytes[place] = .random(in: .min ... .max, using: &generator)
    case 2: bytes.insert(original.randomElement(using: &generator) ?? 0, at: place)
    case 3: bytes.remove(at: place)
    case 4: bytes.insert(contentsOf: bytes[place...].prefix(9), at: place)
    default: bytes.removeLast(min(bytes.count, Int.random(in: 1...4, using: &generator)))
    }
  }
  return bytes
}
