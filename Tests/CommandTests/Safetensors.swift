import Foundation
import Testing

/// A safetensors file as anybody can read it: eight bytes of length, JSON, data.
struct Safetensors {
  var header: [String: JSON]
  var data: [UInt8]

  init(_ path: String) throws {
    let all = try bytes(of: path)
    let length = all.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    try #require(all.count >= 8 + length)
    guard case .object(let members) = try JSON(String(decoding: all[8..<(8 + length)], as: UTF8.self)) else {
      throw CocoaError(.fileReadCorruptFile)
    }
    header = members
    data = Array(all[(8 + length)...])
  }

  var metadata: JSON { header["__metadata__"] ?? .null }

  /// A text of the metadata.
  func text(_ key: String) -> String { metadata[key].text ?? "" }

  /// The bytes of a tensor.
  func tensor(_ name: String) -> [UInt8] {
    let offsets = header[name]?["data_offsets"].items.compactMap(\.count) ?? [0, 0]
    return Array(data[offsets[0]..<offsets[1]])
  }

  /// The file again, with what was changed.
  func file() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = Array(try encoder.encode(JSON.object(header)))
    return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text + data
  }
}
