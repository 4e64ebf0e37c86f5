import Foundation
import Tensors
import Testing

/// A temporary folder that goes with the test.
final class Folder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("tensors-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  /// The path of the folder itself.
  var path: String { url.path }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// Writes a file and returns its path.
  func file(_ bytes: [UInt8], _ name: String = "a.npy") throws -> String {
    // Neither `Data.write` nor truncating the old file, both of which flush to the disk: tests write thousands of files.
    unlink(path(name))
    let file = try #require(fopen(path(name), "w"))
    defer { fclose(file) }
    try #require(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    return path(name)
  }

  func file(text: String, _ name: String = "names.txt") throws -> String { try file(Array(text.utf8), name) }
}

/// An npy file with any text for a header, right or wrong.
func npy(_ header: String, data: [UInt8] = [], version: UInt8 = 1, length: Int? = nil) -> [UInt8] {
  let text = Array(header.utf8)
  let length = length ?? text.count
  let width = version == 1 ? 2 : 4
  let lengthBytes = (0..<width).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
  return [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, version, 0] + lengthBytes + text + data
}

/// The text of a header as numpy would write it, without its padding.
func header(_ descr: String, _ shape: String, fortran: String = "False") -> String {
  "{'descr': '\(descr)', 'fortran_order': \(fortran), 'shape': \(shape), }\n"
}

/// The bytes of numbers as they lie in memory.
func bytes<Element: TensorElement>(_ elements: [Element]) -> [UInt8] {
  elements.withUnsafeBytes { Array($0) }
}

/// The numbers that bytes stand for.
func elements<Element: TensorElement>(_ bytes: [UInt8], as type: Element.Type) -> [Element] {
  bytes.withUnsafeBytes { raw in
    (0..<(bytes.count / MemoryLayout<Element>.size)).map {
      raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Element>.size, as: type)
    }
  }
}

/// The fault of the npy error that the body throws; nil where it throws none.
func fault(_ body: () throws -> Void) -> NpyError.Fault? {
  do {
    try body()
    return nil
  } catch let error as NpyError {
    return error.fault
  } catch {
    Issue.record("not an NpyError: \(error)")
    return nil
  }
}

/// A safetensors file with any text for a header, right or wrong.
func safetensors(_ header: [UInt8], data: [UInt8] = [], length: UInt64? = nil) -> [UInt8] {
  let length = length ?? UInt64(header.count)
  return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + header + data
}

/// A safetensors file with any text for a header, right or wrong.
func safetensors(_ header: String, data: [UInt8] = [], length: UInt64? = nil) -> [UInt8] {
  safetensors(Array(header.utf8), data: data, length: length)
}

/// The fault of the safetensors error that the body throws; nil where it throws none.
func safetensorsFault(_ body: () throws -> Void) -> SafetensorsError.Fault? {
  do {
    try body()
    return nil
  } catch let error as SafetensorsError {
    return error.fault
  } catch {
    Issue.record("not a SafetensorsError: \(error)")
    return nil
  }
}

/// A small generator with a seed (SplitMix64: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators").
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Bytes with one to three changes: a byte replaced, removed, put in or swapped, a piece repeated, the end cut off.
///
/// - Parameter alphabet: bytes that mean something in the format, so that what comes out stays close to it.
func mutate(_ bytes: [UInt8], with alphabet: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
  var bytes = bytes
  for _ in 0..<Int.random(in: 1...3, using: &generator) {
    let place = Int.random(in: 0..<max(bytes.count, 1), using: &generator)
    let byte = alphabet.randomElement(using: &generator) ?? 0
    switch Int.random(in: 0..<6, using: &generator) {
    case 0 where place < bytes.count: bytes[place] = byte
    case 1 where place < bytes.count: bytes.remove(at: place)
    case 2: bytes.insert(byte, at: min(place, bytes.count))
    case 3 where place < bytes.count: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &generator))
    case 4 where place < bytes.count:
      let end = min(bytes.count, place + Int.random(in: 1...20, using: &generator))
      bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &generator))
    default: bytes.removeLast(min(bytes.count, Int.random(in: 0...2, using: &generator)))
    }
  }
  return bytes
}
