import Foundation
import Testing

/// The system's numpy, the reference that the tests compare with.
enum Numpy {
  static let missing: Comment = "numpy is not importable by /usr/bin/python3 (apt-get install python3-numpy)"

  /// Whether it can be imported.
  static let isAvailable: Bool = (try? run("import numpy")) != nil

  struct Failure: Error {
    let status: Int32
  }

  /// Runs a Python program and returns what it printed.
  static func run(_ program: String, _ arguments: String...) throws -> String { try run(program, arguments) }

  /// Runs a Python program and returns what it printed.
  static func run(_ program: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = ["-c", program] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(status: process.terminationStatus) }
    return String(decoding: data, as: UTF8.self)
  }
}
