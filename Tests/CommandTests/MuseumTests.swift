import Foundation
import Glibc
import Testing

/// A store as the last Lethe with schema version 1 wrote it (`sqlite3 lethe.db .dump`), with its key, which guards nothing else.
///
/// It holds 96 small embeddings of three classes, a model trained on them, an act of forgetting with an approver, and a rollback.
@Suite("Museum", .enabled(if: Machine.hasSQLite))
struct MuseumTests {
  private let session: Session

  init() throws {
    session = try Session()
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Museum")
    let script = try String(contentsOf: folder.appendingPathComponent("version-1.sql"), encoding: .utf8)
    _ = try sqlite(session.store, "PRAGMA journal_mode = WAL; PRAGMA page_size = 4096;", in: session.folder)
    let file = try session.folder.write(text: script, "version-1.sql")
    _ = try sqlite(session.store, ".read '\(file)'", in: session.folder)
    try FileManager.default.copyItem(
      atPath: folder.appendingPathComponent("version-1.key").path, toPath: session.folder.file("key"))
    chmod(session.folder.file("key"), 0o600)
  }

  private func version() throws -> String {
    String(try sqlite(session.store, "PRAGMA user_version", in: session.folder).dropLast())
  }

  /// The rows of the tables that version 1 had, as SQL; of nodes of the tree the columns that version 1 had.
  private func rows() throws -> Set<Substring> {
    let nodes = try sqlite(session.store, "SELECT level, position, hex(hash) FROM log_node", in: session.folder)
    let rows = try session.dump().split(separator: "\n").filter { $0.hasPrefix("INSERT") && !$0.hasPrefix("INSERT INTO log_node ") }
    return Set(nodes.split(separator: "\n") + rows)
  }

  @Test("it migrates with every row kept, verifies, answers, and is gone on from")
  func goesOn() throws {
    let before = try rows()
    #expect(try version() == "1" && before.count > 100)
    let verified = try session.json(["verify"])
    #expect(verified["ok"] == true && verified["findings"] == [] && verified["log_size"] == 5)
    #expect(verified["root"] == "sha256:3c1eb94f71e21907cfaca8df77a67b5173ea61c9e4e1095a47073dd00955c491")
    #expect(try version() != "1")
    #expect(try rows().isSuperset(of: before))
    let entries = try session.json(["history"])["entries"]
    #expect(entries.all("action") == ["rollback", "forget", "train", "import", "init"])
    #expect(entries[1]["reason"] == "licence ended" && entries[1]["classes"] == ["owl"])
    #expect(try session.json(["explain", "--class", "owl"])["models"][0]["knows"] == false)
    let owls = try session.json(["evaluate", "m"])["measurements"].items("class", "owl")
    #expect(owls.first?["value"] == 0)
    let forgotten = try session.json(["forget", "m", "--class", "cat", "--reason", "r"])
    #expect(forgotten["parent"] == "m@3" && forgotten["child"] == "m@4")
    #expect(try session.json(["evaluate", "m"])["measurements"].items("class", "cat").first?["value"] == 0)
    try session.json(["rollback", "m", "--to", "1", "--reason", "r"])
    try session.json(["report"])
    #expect(try session.json(["verify"])["log_size"] == 7)
    try session.expectValid()
  }

  @Test(
    "of many processes that open it at once each finds it migrated, and the migration runs once",
    arguments: 0..<(Machine.longTests ? 50 : 3))
  func manyAtOnce(round: Int) throws {
    let before = try rows()
    // Each waits for the pipe's other end to be closed, so that all go off together.
    let gate = session.folder.file("gate")
    mkfifo(gate, 0o600)
    let opener = open(gate, O_RDWR | O_CLOEXEC)
    session.launcher = ["/bin/sh", "-c", "read line < \(gate); exec \"$0\" \"$@\""]
    let processes = try (0..<8).map { index in
      try session.start(index == 7 ? ["forget", "m", "--class", "cat", "--reason", "r", "--json"] : ["verify", "--json"])
    }
    session.launcher = []
    let lines = [UInt8](repeating: UInt8(ascii: "\n"), count: processes.count)
    #expect(write(opener, lines, lines.count) == lines.count)
    let outcomes = try processes.map { try $0.wait() }
    close(opener)
    for outcome in outcomes { #expect(outcome.code == 0, "\(outcome.out)\(outcome.err)") }
    #expect(try rows().isSuperset(of: before))
    #expect(try session.json(["verify"])["log_size"] == 6)
    unlink(gate)
  }

  @Test("where it cannot be migrated it says so and what to do")
  func readOnly() throws {
    if getuid() == 0 { session.launcher = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] }
    let file = try bytes(of: session.store)
    chmod(session.folder.path, 0o555)
    defer { chmod(session.folder.path, 0o755) }
    chmod(session.store, 0o444)
    let error = try session.failure(["verify"])
    #expect(error.code == "store.older_version" && error.message.contains("version 1") && error.remedy.contains("copy"))
    #expect(try bytes(of: session.store) == file)
  }
}
