import Foundation
import Testing

/// The library that lets system calls of a program fail (Shim/shim.c says how), compiled on first use.
enum Shim {
  /// A fault: which calls, how they fail, and whether all later ones do.
  struct Fault: Sendable, CustomTestStringConvertible {
    var calls: String
    var how: String
    var isSticky = false

    var testDescription: String { "\(how) of \(calls)\(isSticky ? " from then on" : "")" }

    /// The disk is full, all at once or after half a block, and stays so; it fails; the folder's rights or the mount change.
    static let ofWriting = [
      Fault(calls: "w", how: "ENOSPC", isSticky: true), Fault(calls: "w", how: "SHORT", isSticky: true),
      Fault(calls: "w", how: "EIO"),
      Fault(calls: "s", how: "EIO"), Fault(calls: "s", how: "EIO", isSticky: true), Fault(calls: "t", how: "EIO", isSticky: true),
      Fault(calls: "o", how: "ENOSPC", isSticky: true), Fault(calls: "o", how: "EACCES"), Fault(calls: "o", how: "EIO"),
      Fault(calls: "o", how: "EROFS", isSticky: true), Fault(calls: "n", how: "EIO", isSticky: true),
      Fault(calls: "wstn", how: "KILL"),
    ]

    static let ofReading = [Fault(calls: "r", how: "EIO"), Fault(calls: "r", how: "EIO", isSticky: true)]
  }

  private static let folder = Result { try Folder() }

  /// Path of the compiled library; nil if there is no C compiler, though Swift's own packages need one.
  static let library: String? = {
    atexit { try? Shim.folder.get().remove() }
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Shim/shim.c").path
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    for compiler in folders.flatMap({ ["\($0)/clang", "\($0)/cc"] }) where exists(compiler) {
      guard let folder = try? folder.get() else { return nil }
      let arguments = ["-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", folder.file("shim.so"), source, "-ldl"]
      if let outcome = try? run(compiler, arguments, in: folder), outcome.code == 0 { return folder.file("shim.so") }
    }
    return nil
  }()
}

extension Session {
  /// Runs a command while the `number`th of the fault's calls on files whose path begins with `path` fails.
  ///
  /// - Returns: how it ended, and whether it came to that call.
  func run(_ arguments: [String], with fault: Shim.Fault, at number: Int, on path: String) throws -> (
    outcome: Outcome, failed: Bool
  ) {
    let counter = try Folder()
    let own = environment
    defer { environment = own }
    environment["LD_PRELOAD"] = Shim.library
    environment["LETHE_FAULT_PATH"] = path
    environment["LETHE_FAULT_CALLS"] = fault.calls
    environment["LETHE_FAULT_HOW"] = fault.how
    environment["LETHE_FAULT_AT"] = String(number)
    environment["LETHE_FAULT_STICKY"] = fault.isSticky ? "1" : nil
    environment["LETHE_FAULT_COUNT"] = counter.file("count")
    let outcome = try run(arguments)
    let count = try? String(contentsOfFile: counter.file("count"), encoding: .utf8)
    // A killed process leaves no count.
    return (outcome, count.map { (Int($0.dropLast()) ?? 0) >= number } ?? true)
  }
}
