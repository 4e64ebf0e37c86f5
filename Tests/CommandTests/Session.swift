import Foundation
import Glibc
import Testing

/// One user at one store: runs the built `lethe` in a folder of its own, with a key of its own.
final class Session {
  /// The binary of this very build: it lies beside the test bundle.
  static let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    .appendingPathComponent("lethe").path

  let folder: Folder
  /// What the process finds in its environment; nothing else is there, least of all the user's own store and key.
  var environment: [String: String]
  /// Words before the program's, as of a command that runs it as another user.
  var launcher: [String] = []
  /// Everything that was printed with --json, for the schemas.
  private(set) var documents: [String] = []

  var store: String { folder.file("lethe.db") }

  /// An empty folder.
  init() throws {
    folder = try Folder()
    // The zone must not show: times are UTC.
    environment = [
      "PATH": "/usr/bin:/bin", "HOME": folder.path, "TZ": "Asia/Tokyo", "LETHE_STORE": folder.file("lethe.db"),
      "LETHE_KEY": folder.file("key"), "LETHE_MODEL_KEY": folder.file("model/key.pem"), "LETHE_ACTOR": "Ada",
    ]
    // tools/sanitize has its say in the commands as well.
    for name in ["ASAN_OPTIONS", "TSAN_OPTIONS"] { environment[name] = ProcessInfo.processInfo.environment[name] }
  }

  /// A copy of a session's files, and with them its store and key.
  convenience init(copy other: Folder) throws {
    try self.init()
    for name in try FileManager.default.contentsOfDirectory(atPath: other.path) {
      try FileManager.default.copyItem(atPath: other.file(name), toPath: folder.file(name))
    }
  }

  /// Starts a command and doesn't wait for it.
  func start(_ arguments: [String]) throws -> RunningProcess {
    let words = launcher + [Self.program] + arguments
    return try RunningProcess(words[0], Array(words.dropFirst()), environment: environment, in: folder)
  }

  /// Runs a command to its end.
  func run(_ arguments: [String]) throws -> Outcome { try start(arguments).wait() }

  /// Runs a command with --json that must end with `code`, and returns the one object that it printed.
  ///
  /// If it ends well it must be silent on stderr, which is no terminal; if not it must say there what stands in the object.
  @discardableResult
  func json(_ arguments: [String], code: Int32 = 0, at location: SourceLocation = #_sourceLocation) throws -> JSON {
    let outcome = try run(arguments + ["--json"])
    try #require(outcome.code == code, "\(arguments): \(outcome.out)\(outcome.err)", sourceLocation: location)
    let lines = outcome.out.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 2 && lines.last == "", "\(arguments) printed \(outcome.out)", sourceLocation: location)
    let answer = try JSON(outcome.out)
    documents.append(String(lines[0]))
    if let message = answer["error"]["message"].text, answer["schema"] == "lethe/error/v1" {
      #expect(outcome.err.contains(message), "\(arguments)", sourceLocation: location)
    } else {
      #expect(outcome.err == "", "\(arguments)", sourceLocation: location)
    }
    return answer
  }

  /// Runs a command that must fail, and returns its error.
  @discardableResult
  func failure(
    _ arguments: [String], code: Int32 = 1, at location: SourceLocation = #_sourceLocation
  ) throws -> (code: String, message: String, remedy: String) {
    let error = try json(arguments, code: code, at: location)["error"]
    return (
      try #require(error["code"].text, sourceLocation: location), try #require(error["message"].text, sourceLocation: location),
      try #require(error["remedy"].text, sourceLocation: location)
    )
  }

  /// Every document that was printed is valid.
  func expectValid(at location: SourceLocation = #_sourceLocation) throws {
    let faults = try Schemas.faults(in: documents)
    #expect(faults == "", sourceLocation: location)
    documents = []
  }

  /// The store's content as SQL, which says everything that it means.
  func dump() throws -> String { try sqlite(store, ".dump", in: folder) }

  /// The store is as it was committed.
  func expectSound(at location: SourceLocation = #_sourceLocation) throws {
    #expect(try json(["verify"], at: location)["ok"] == true, sourceLocation: location)
  }
}

extension Session {
  /// Data set `pets` imported and model `m` trained; made once, then copied.
  static func trained() throws -> Session { try Session(copy: template.get()) }

  private static let template: Result<Folder, any Error> = Result {
    let session = try Session()
    atexit { try? Session.template.get().remove() }
    try Samples().write(to: session.folder)
    try session.json(["init", "--origin", "example.com/test"])
    try session.json(Samples.importing() + ["--encoder", "blobs", "--license", "CC0"])
    try session.json(Samples.training())
    try session.expectValid()
    return session.folder
  }
}
