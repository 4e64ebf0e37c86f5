import ArgumentParser
import Engine
import Ledger
import Report
import Store

/// `lethe verify`.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Rebuild everything that the store claims from its raw rows.",
    discussion: """
      Checks the database's structure, every signature and hash of the log, every row against the entry that wrote it, every tensor
      against its digest, and the lineage. Exit code 20 and a list of findings if anything is not as it was committed. What cannot be
      read is a finding, and the rest is checked all the same; what was passed over is listed as not checked. Nothing is written.

      --read-data-subset 2/7 reads one chunk and one tensor in seven and checks everything else in full; 1/7 to 7/7 together read all.

      What the file alone cannot show: that it was replaced as a whole by an earlier state of itself, or its log rewritten. So keep
      what `lethe log checkpoint` prints elsewhere, and give it with --since: the log must contain it. A log that is shorter is
      log.rewound, one with other entries log.forked, one signed with another key log.key_replaced. A tree head that an earlier key of the
      log signed while it was in force is as good as any; what that key signed after it was handed over is log.key_retired.

      With --witness, given once for each witness's verifier key, --quorum of them (else all) must have cosigned a tree head of this log,
      in the store (`lethe log cosign`) or under the note of --since; it is said how far that goes. Else log.too_few_witnesses.

      --recompute repeats what made a checkpoint: unlearning from its parent, a rollback from the checkpoint that was gone back to, a
      training from the data set (which takes as long as it took). All of it is deterministic, so every array must come out bit for bit,
      and every figure that was measured on it the same. Else recompute.arrays_differ, .event_differs or .figure_differs. What
      cannot be repeated any more, since it was erased, is no fault and is listed as not checked.

      EXAMPLES
        lethe verify
        lethe verify --store copy.db --json
        lethe verify --since head.note
        lethe verify --witness w1.pub --witness w2.pub --witness w3.pub --quorum 2
        lethe verify --recompute pets@2
        lethe verify --read-data-subset $(($(date +%s) / 86400 % 7 + 1))/7     a seventh each day
      """)

  @OptionGroup var common: CommonOptions

  @Option(help: ArgumentHelp("Read only subset n of t of the arrays' bytes.", valueName: "n/t"))
  var readDataSubset: DataSubset = .all

  @Option(
    help: ArgumentHelp("A signed tree head that was kept elsewhere, which the log must continue.", valueName: "file"),
    completion: .file())
  var since: String?

  @OptionGroup var quorum: QuorumOptions

  @Option(help: ArgumentHelp("Compute this checkpoint and its figures again.", valueName: "model@n")) var recompute: String?

  func run() throws {
    let note = try since.map { try KeptNote($0) }
    let witnesses = quorum.witnesses.keys.isEmpty ? nil : try quorum.policy()
    let (verification, again) = try common.withEngine(for: .verifying, threads: nil) { engine in
      let store = engine.store
      let kept = try note?.judged(in: store)
      // Whether there is such a checkpoint is said before the long work.
      if let recompute { _ = try store.read { try $0.checkpoint(named: recompute) } }
      var verification = store.verify(reading: readDataSubset, since: kept, witnesses: witnesses) {
        Terminal.progress("checking \($0)", $1)
      }
      guard let recompute else { return (verification, nil as VerifyAnswer.Again?) }
      let again = try engine.recompute(recompute)
      verification.add(again.verification)
      return (verification, .init(checkpoint: again.checkpoint.name, arrays: again.arrays, figures: again.figures))
    }
    let answer = VerifyAnswer(verification, since: note?.head, recomputed: again)
    try common.show(answer) { answer in
      for finding in answer.findings { Terminal.line("\(finding.code): \(finding.subject): \(finding.message)") }
      for passed in answer.notChecked { Terminal.line("not checked: \(passed.subject): \(passed.reason)") }
      let what = "\(answer.logSize) log entries, \(Terminal.bytes(Int(answer.checkedBytes)))"
      if answer.ok, let note { Terminal.line(Self.continues(note, answer)) }
      if let again = answer.recomputed.value {
        Terminal.line("recomputed \(again.checkpoint): \(again.arrays) arrays and \(again.figures) figures came out as recorded")
      }
      if let seen = answer.witnessed.value, let size = seen.size.value {
        Terminal.line(
          "cosigned by \(seen.cosignatures.count) of \(seen.witnesses) witnesses up to \(size) of \(answer.logSize) entries")
      }
      Terminal.line(
        answer.ok
          ? "ok: \(what), root \(answer.root)" : "NOT ok: \(answer.findings.count { $0.severity == "error" }) findings; \(what)")
    }
    if !answer.ok { throw Ended(exit: .damage) }
  }

  private static func continues(_ note: KeptNote, _ answer: VerifyAnswer) -> String {
    let text = "continues the tree head of \(note.head.size) entries in \(note.path)"
    guard let kept = answer.since.value else { return text }
    let handover = kept.handedOverAt.value.map { ", which handed the log over at entry \($0)" }
    return text + ", signed by \(kept.signers.joined(separator: " and "))" + (handover ?? "")
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
    guard let identity = try? store.read({ try $0.firstIdentity() }), let first = try? VerifierKey(text: identity.verifierKey)
    else {
      return nil
    }
    let keys = (try? store.read { try $0.keyChain() })?.links.map(\.key) ?? [first]
    do throws(LogPolicyError) {
      return try KeptHead(note, origin: identity.origin, keys: keys)
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
