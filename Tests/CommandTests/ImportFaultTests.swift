import Foundation
import Glibc
import Testing

/// Files that are wrong in one place: refused with the file and the place, and the store is as it was.
@Suite("Importing what is wrong", .enabled(if: Machine.hasSQLite))
struct ImportFaultTests {
  /// One fault: which file to replace by what, and what the error must name beside the file.
  struct Fault: CustomTestStringConvertible, Sendable {
    var name: String
    var file: String
    var names: [String]
    var code = "npy.unreadable"
    var arguments: [String] = []
    var content: @Sendable (Samples) -> [UInt8]
    var testDescription: String { name }
  }

  private static func embeddings(_ samples: Samples, _ change: (inout [Float]) -> Void) -> [UInt8] {
    var numbers = samples.embeddings["test"] ?? []
    change(&numbers)
    return Npy.floats(numbers, columns: Samples.dimension)
  }

  private static func labels(_ samples: Samples, _ part: String, _ change: (inout [Int]) -> Void) -> [UInt8] {
    var labels = samples.labels[part] ?? []
    change(&labels)
    return Npy.labels(labels)
  }

  private static let zeros = [UInt8](repeating: 0, count: 100 * 24 * 4)

  static let faults = [
    Fault(name: "NaN in the last part", file: "test_x.npy", names: ["row 99", "column 23", "nan"]) { samples in
      embeddings(samples) { $0[$0.count - 1] = .nan }
    },
    Fault(name: "infinity", file: "test_x.npy", names: ["row 1", "column 2", "inf"]) { samples in
      embeddings(samples) { $0[26] = -.infinity }
    },
    Fault(name: "label out of range", file: "test_y.npy", names: ["row 7", "label 5", "0..<5"]) { samples in
      labels(samples, "test") { $0[7] = 5 }
    },
    Fault(name: "negative label", file: "train_y.npy", names: ["row 299", "label -1"]) { samples in
      labels(samples, "train") { $0[299] = -1 }
    },
    Fault(name: "rows differ", file: "validation_y.npy", names: ["80", "79", "validation_x.npy"], code: "import.row_counts_differ")
    {
      labels($0, "validation") { $0.removeLast() }
    },
    Fault(name: "dimensions differ", file: "test_x.npy", names: ["12", "24"], code: "import.embeddings_differ") { _ in
      Npy.file("<f4", "(100, 12)", data: Array(zeros.prefix(100 * 12 * 4)))
    },
    Fault(name: "no rows", file: "validation_x.npy", names: ["no rows"], code: "import.no_examples") { _ in
      Npy.file("<f4", "(0, 24)", data: [])
    },
    Fault(name: "Fortran order", file: "test_x.npy", names: ["Fortran"]) { _ in
      Npy.file("<f4", "(100, 24)", fortran: "True", data: zeros)
    },
    Fault(name: "object array", file: "test_x.npy", names: ["pickled"]) { _ in
      Npy.file("|O", "(100, 24)", data: Array("cos\nsystem\n(S'true'\ntR.".utf8))
    },
    Fault(name: "truncated", file: "test_x.npy", names: ["9600", "9599"]) { samples in
      Array(embeddings(samples) { _ in }.dropLast())
    },
    Fault(name: "bytes follow", file: "test_x.npy", names: ["1 bytes follow"]) { samples in embeddings(samples) { _ in } + [0] },
    Fault(name: "lying header", file: "test_x.npy", names: ["truncated"]) { _ in
      Npy.file("<f4", "(100000000000, 24)", data: zeros)
    },
    Fault(name: "overflowing header", file: "test_x.npy", names: []) { _ in
      Npy.file("<f4", "(9223372036854775807, 24)", data: zeros)
    },
    Fault(name: "uint8 without scale", file: "train_x.npy", names: ["scale"]) { _ in
      Npy.file("|u1", "(300, 24)", data: [UInt8](repeating: 1, count: 300 * 24))
    },
    Fault(name: "scale for float32", file: "train_x.npy", names: ["scale"], arguments: ["--scale", "0.5"]) { samples in
      Npy.floats(samples.embeddings["train"] ?? [], columns: Samples.dimension)
    },
    Fault(name: "no npy", file: "test_y.npy", names: ["NUMPY"]) { _ in Array("label\n0\n1\n".utf8) },
    Fault(name: "duplicate class names", file: "classes.txt", names: ["line 4", "line 1"], code: "text.unreadable") { _ in
      Array("cat\ndog\nfrog\ncat\nship\n".utf8)
    },
    Fault(name: "too few class names", file: "classes.txt", names: ["4"], code: "") { _ in Array("cat\ndog\nfrog\nhorse\n".utf8) },
    Fault(name: "class names in Latin-1", file: "classes.txt", names: ["line 2"], code: "text.unreadable") { _ in
      Array("cat\n".utf8) + [0xE4, 0x0A]
    },
    Fault(name: "ids too few", file: "train_ids.txt", names: ["300", "299"], code: "import.row_counts_differ") { _ in
      Array((0..<299).map { "\($0)\n" }.joined().utf8)
    },
    Fault(name: "ids too many", file: "train_ids.txt", names: ["300", "301"], code: "import.row_counts_differ") { _ in
      Array((0..<301).map { "\($0)\n" }.joined().utf8)
    },
  ]

  @Test("is refused with file and place, and nothing is written", arguments: faults)
  func refused(fault: Fault) throws {
    let session = try Session.trained()
    let dump = try session.dump()
    _ = try session.folder.write(fault.content(Samples()), fault.file)
    let error = try session.failure(Samples.importing("more") + fault.arguments)
    if !fault.code.isEmpty { #expect(error.code == fault.code) }
    // Rows that differ may be told of either file; both are named. Too few names show in the labels.
    let file = fault.name == "too few class names" ? "_y.npy" : fault.file
    for name in fault.names + [file] { #expect(error.message.contains(name), "\(error.message)") }
    #expect(!error.remedy.isEmpty)
    #expect(try session.dump() == dump)
    // The right file is then taken.
    try Samples().write(to: session.folder)
    try session.json(Samples.importing("more"))
    try session.expectSound()
    try session.expectValid()
  }

  @Test("a name that is taken or cannot be one, a missing file, a folder")
  func names() throws {
    let session = try Session.trained()
    let dump = try session.dump()
    #expect(try session.failure(Samples.importing()).code == "dataset.exists")
    for name in ["", "a b", "pets@1", "../pets", "ü", String(repeating: "a", count: 101)] {
      #expect(try session.failure(Samples.importing(name)).code == "dataset.bad_name")
    }
    for name in ["a b", "m@1", "~"] { #expect(try session.failure(Samples.training(name)).code == "model.bad_name") }
    unlink(session.folder.file("test_x.npy"))
    #expect(try session.failure(Samples.importing("more")).message.contains("test_x.npy"))
    try FileManager.default.createDirectory(atPath: session.folder.file("test_x.npy"), withIntermediateDirectories: false)
    #expect(try session.failure(Samples.importing("more")).message.contains("not a regular file"))
    #expect(try session.dump() == dump)
    try session.expectValid()
  }
}
