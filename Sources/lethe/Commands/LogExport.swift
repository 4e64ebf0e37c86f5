import ArgumentParser
import Foundation
import Ledger
import Report
import Store

extension LogCommand {
  /// `lethe log export`.
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export", abstract: "Write the log to a folder that any web server can publish.",
      discussion: """
        The folder is a C2SP tlog-tiles log: the signed tree head in `checkpoint`, hashes in `tile/0` and up, entries in
        `tile/entries`. Run again, it writes what came since, and the tree head last. A folder that holds another log, or one that this
        log does not continue, is refused (exit code 20 for the latter: the store was put back, or went on otherwise). Entries name
        nobody: texts are commitments in them. Names of models and data sets are in clear.

        EXAMPLES
          lethe log export public/log
          lethe log export /srv/www/lethe --json
        """)
    @OptionGroup var common: CommonOptions
    @Argument(help: ArgumentHelp("The folder; made if it is not there.", valueName: "folder"), completion: .directory) var folder:
      String

    func run() throws {
      let answer = try common.withStore { store in
        try store.read { LogExportAnswer(try Self.publish($0, to: folder), folder: folder) }
      }
      try common.show(answer) { answer in
        Terminal.line(
          "Published \(answer.size) entries in \(answer.folder), \(answer.size - answer.previousSize) of them new: "
            + "\(answer.filesWritten) files, \(Terminal.bytes(answer.bytesWritten))")
      }
    }

    /// Writes what came since the folder was written, and the tree head last.
    static func publish(_ snapshot: Snapshot, to folder: String) throws -> LogExport {
      try snapshot.exportLog(after: published(in: snapshot, folder)) { path, bytes in
        let file = URL(fileURLWithPath: folder).appendingPathComponent(path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try ShortFile.write(bytes, to: file.path)
      }
    }

    /// The tree head that the folder has, if it has one; this log must continue it.
    private static func published(in snapshot: Snapshot, _ folder: String) throws -> TreeHead? {
      let path = URL(fileURLWithPath: folder).appendingPathComponent("checkpoint").path
      guard FileManager.default.fileExists(atPath: path) else { return nil }
      let kept = try KeptNote(path)
      let (_, head, keys) = try snapshot.verifiedTreeHead()
      do throws(LogPolicyError) {
        _ = try LogPolicy(origin: keys.origin, keys: keys.links.map(\.key)).verify(kept.note)
      } catch {
        throw EvidenceError.headRefused(path: path, error)
      }
      let size = head.size
      guard kept.head.size <= size, try snapshot.root(ofFirst: kept.head.size) == kept.head.root else {
        throw EvidenceError.notContinued(path: path, published: kept.head.size, size: size)
      }
      return kept.head
    }
  }
}
