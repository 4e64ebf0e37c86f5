import ArgumentParser
import Ledger
import Report
import Store

/// `lethe verify`.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Rebuild everything that the store claims from its raw rows.",
    discussion: """
      Checks the database's structure, every signature and hash of the log, every row against the entry that wrote it, every tensor
      against its digest, and the lineage. Exit code 20 and a list of findings if anything is not as it was committed. What cannot be
      read is a finding, and the rest is checked all the same; what was passed over is listed as not checked. Nothing is written.

      --read-data-subset 2/7 reads one chunk and one tensor in seven and checks everything else in full; 1/7 to 7/7 together read all.

      What the file alone cannot show: that it was replaced as a whole by an earlier state of itself, or its log rewritten. So keep
      what `lethe log checkpoint` prints elsewhere, and give it with --since: the log must contain it. A log that is shorter is
      log.rewound, one with other entries log.forked, one signed with another key log.key_replaced.

      EXAMPLES
        lethe verify
        lethe verify --store copy.db --json
        lethe verify --since head.note
        lethe verify --read-data-subset $(($(date +%s) / 86400 % 7 + 1))/7     a seventh each day
      """)

  @OptionGroup var common: CommonOptions

  @Option(help: ArgumentHelp("Read only subset n of t of the arrays' bytes.", valueName: "n/t"))
  var readDataSubset: DataSubset = .all

  @Option(help: ArgumentHelp("A signed tree head that was kept elsewhere, which the log must continue.", valueName: "file"))
  var since: String?

  func run() throws {
    let note = try since.map { try KeptNote($0) }
    let verification = try common.withStore(for: .verifying) { store in
      let kept = try note?.judged(in: store)
      return store.verify(reading: readDataSubset, since: kept) { Terminal.progress("checking \($0)", $1) }
    }
    let answer = VerifyAnswer(verification)
    try common.show(answer) { answer in
      for finding in answer.findings { Terminal.line("\(finding.code): \(finding.subject): \(finding.message)") }
      for passed in answer.notChecked { Terminal.line("not checked: \(passed.subject): \(passed.reason)") }
      let what = "\(answer.logSize) log entries, \(Terminal.bytes(Int(answer.checkedBytes)))"
      if answer.ok, let note { Terminal.line("continues the tree head of \(note.head.size) entries in \(note.path)") }
      Terminal.line(
        answer.ok
          ? "ok: \(what), root \(answer.root)" : "NOT ok: \(answer.findings.count { $0.severity == "error" }) findings; \(what)")
    }
    if !answer.ok { throw Ended(exit: .damage) }
  }
}

/// A signed tree head in a file.
struct KeptNote {
  let path: String
  let note: SignedNote
  let head: TreeHead

  /// - Throws: `EvidenceError.unreadable`, `.notATreeHead`.
  init(_ path: String) throws {
    self.path = path
    let bytes = try ShortFile.read(path, atMost: SignedNote.maximumBytes)
    do {
      note = try SignedNote(parsing: bytes)
      head = try TreeHead(parsing: note.text.utf8)
    } catch {
      throw EvidenceError.notATreeHead(path: path, "\(error)")
    }
  }

  /// Judged by the store's name and key; nil where damage hides them, which `verify` finds.
  /// - Throws: `EvidenceError.headRefused`.
  func judged(in store: Store) throws -> KeptHead? {
    guard let identity = try? store.read({ try $0.identity() }), let key = try? VerifierKey(text: identity.verifierKey) else {
      return nil
    }
    do throws(LogPolicyError) {
      return try KeptHead(note, origin: identity.origin, key: key)
    } catch {
      throw EvidenceError.headRefused(path: path, error)
    }
  }
}

extension DataSubset: ExpressibleByArgument {
  /// As it is typed: `2/5`.
  public init?(argument: String) { self.init(argument) }
  /// As help shows it.
  public var defaultValueDescription: String { isAll ? "all of it" : description }
}
