import Foundation

/// A small generator with a seed (SplitMix64: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators").
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// About normal, mean 0 and deviation 1: the sum of twelve uniform numbers, which needs no libm.
  mutating func normal() -> Float {
    (0..<12).reduce(Float(-6)) { sum, _ in sum + Float(next() >> 40) / Float(1 << 24) }
  }
}

/// npy files, written through a few plain lines.
enum Npy {
  /// A file as numpy writes it, with any header.
  static func file(_ descr: String, _ shape: String, fortran: String = "False", data: [UInt8]) -> [UInt8] {
    var header = "{'descr': '\(descr)', 'fortran_order': \(fortran), 'shape': \(shape), }"
    while (header.utf8.count + 11) % 64 != 0 { header += " " }
    header += "\n"
    let length = UInt16(header.utf8.count)
    return [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(header.utf8) + data
  }

  static func floats(_ numbers: [Float], columns: Int) -> [UInt8] {
    file("<f4", "(\(numbers.count / columns), \(columns))", data: numbers.flatMap { bytes($0.bitPattern) })
  }

  static func halves(_ numbers: [Float], columns: Int) -> [UInt8] {
    file("<f2", "(\(numbers.count / columns), \(columns))", data: numbers.flatMap { bytes(Float16($0).bitPattern) })
  }

  static func labels(_ labels: [Int]) -> [UInt8] {
    file("<i8", "(\(labels.count),)", data: labels.flatMap { bytes(Int64($0)) })
  }

  private static func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}

/// Five classes of points around five centres: well apart, so that a small model tells them from each other.
struct Samples {
  static let classes = ["cat", "dog", "frog", "horse", "ship"]
  static let dimension = 24
  static let perClass = ["train": 60, "validation": 16, "test": 20]

  var embeddings: [String: [Float]] = [:]
  var labels: [String: [Int]] = [:]

  init(seed: UInt64 = 1) {
    var generator = SeededGenerator(seed)
    let centres = Self.classes.map { _ in (0..<Self.dimension).map { _ in 2 * generator.normal() } }
    for (part, count) in Self.perClass.sorted(by: { $0.key < $1.key }) {
      let labels = (0..<(count * centres.count)).map { $0 % centres.count }
      self.labels[part] = labels
      embeddings[part] = labels.flatMap { label in centres[label].map { $0 + generator.normal() } }
    }
  }

  /// Writes all files into a folder: `train_x.npy`, `train_y.npy`, `train_ids.txt` and so on, and `classes.txt`.
  func write(to folder: Folder, half: Bool = false) throws {
    for (part, numbers) in embeddings {
      let columns = Self.dimension
      _ = try folder.write(half ? Npy.halves(numbers, columns: columns) : Npy.floats(numbers, columns: columns), "\(part)_x.npy")
      let labels = labels[part] ?? []
      _ = try folder.write(Npy.labels(labels), "\(part)_y.npy")
      _ = try folder.write(text: labels.indices.map { "\(part)-\($0)\n" }.joined(), "\(part)_ids.txt")
    }
    _ = try folder.write(text: Self.classes.map { $0 + "\n" }.joined(), "classes.txt")
  }

  /// The arguments that import those files, which lie in the working folder.
  static func importing(_ name: String = "pets") -> [String] {
    let files = ["train", "validation", "test"].flatMap { part in
      ["x", "y"].flatMap { ["--\(part)-\($0)", "\(part)_\($0).npy"] }
    }
    return ["dataset", "import", name] + files + ["--classes", "classes.txt", "--train-ids", "train_ids.txt"]
  }

  /// The arguments that train a small model.
  static func training(_ model: String = "m", dataset: String = "pets", _ more: String...) -> [String] {
    ["train", model, "--dataset", dataset, "--codebooks", "8", "--keys", "16", "--key-dimension", "4", "--key-epochs", "2"] + more
  }
}
