import ArgumentParser
import Engine
import Foundation
import Ledger
import Report
import Store

/// `lethe erase`.
struct Erase: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "erase", abstract: "Remove for good what was forgotten: old checkpoints, rows of the data sets, codes.",
    discussion: """
      A class must be forgotten first. Then every checkpoint that still knows it loses its arrays, and the class's rows leave the data
      set; records and digests stay, so history, verify and reports go on. The write-ahead log is truncated, the files are scanned for
      pieces of the removed bytes, and the certificate says what the scan saw. Nothing of it can be undone: going back to an erased
      checkpoint is impossible, and an erased example or checkpoint cannot be imported again.

      For single examples, give their ids. What was learnt from them stays in checkpoints until the model is trained again.

      The receipt of --receipt is issued for what was certified, and names nobody, unlike the certificate.

      A hold stops all of it (exit code 22). If a reader is in the way the erasure stays pending (exit code 21): run it again.

      EXAMPLES
        lethe erase pets --class cat --dry-run
        lethe erase pets --class cat --reason "request 7" --certificate cat.json --yes
        lethe erase pets --class cat --request 4 --approved-by "DPO" --yes
        lethe erase pets --class cat --receipt erased.json --yes
        lethe erase pets --example person-17 --yes
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var actor: ActorOptions
  @OptionGroup var receipts: ReceiptOptions
  @Argument(help: "The model.") var model: String
  @Option(name: .customLong("class"), help: ArgumentHelp("The class; may be repeated.", valueName: "name")) var classes: [String] =
    []
  @Option(name: .customLong("example"), help: ArgumentHelp("Your id of an example; may be repeated.", valueName: "id"))
  var examples: [String] = []
  @Option(help: ArgumentHelp("Why; goes into the log as a commitment.", valueName: "text")) var reason: String?
  @Option(help: ArgumentHelp("Who approved it.", valueName: "text")) var approvedBy: String?
  @Option(help: ArgumentHelp("The request that it is done for.", valueName: "n")) var request: Int64?
  @Flag(help: "Erase what no hold covers, and keep the rest back.") var keepHeld = false
  @Flag(help: "Rebuild the file too, so that it becomes smaller.") var vacuum = false
  @Flag(help: "Show everything that holds it and what would become of it; write nothing.") var dryRun = false
  @Flag(help: "Do not ask.") var yes = false
  @Option(help: ArgumentHelp("Write the certificate to this file.", valueName: "file"), completion: .file()) var certificate:
    String?

  func validate() throws {
    if classes.isEmpty == examples.isEmpty { throw ValidationError("Name a --class or an --example.") }
    if dryRun, certificate != nil { throw ValidationError("--certificate does not go with --dry-run.") }
    if dryRun, receipts.receipt != nil { throw ValidationError("--receipt does not go with --dry-run.") }
  }

  func run() throws {
    var wanted = EraseRequest(model: model, classes.isEmpty ? .examples(examples) : .classes(classes))
    (wanted.reason, wanted.approvedBy, wanted.keepHeld, wanted.vacuum) = (reason, approvedBy, keepHeld, vacuum)
    wanted.request = request
    try receipts.check()
    let (answer, document) = try actor.withEngine(common, threads: nil) { engine in
      var answer = try planned(wanted, engine)
      if dryRun { return (answer, ErasureCertificate?.none) }
      if answer.state == "planned" {
        if !common.json { Self.show(answer) }
        try Confirmation.require(model, yes: yes, for: "Erasing")
      }
      let result = try engine.erase(wanted)
      guard let record = result.erasure, let outcome = result.outcome else { return (answer, nil) }
      let document = try engine.store.read { try ErasureCertificate(record, in: $0) }
      if let certificate = record.certificate { try receipts.write(engine, entry: certificate.logIndex) }
      try answer.add(record, outcome: outcome, sharedNeedles: result.sharedNeedles, certificate: document)
      return (answer, document)
    }
    if let certificate, let document { try write(document, to: certificate) }
    try common.show(answer) { answer in
      if dryRun || answer.state == "nothing" { Self.show(answer) }
      Self.tell(answer)
      if document != nil {
        receipts.tell()
      } else if let receipt = receipts.receipt {
        Terminal.line("No \(receipt) was written: nothing was certified by this command.")
      }
    }
    if !dryRun {
      if !answer.held.isEmpty { throw Ended(exit: .held) }
      if !answer.complete { throw Ended(exit: .incomplete) }
    }
  }

  private func planned(_ request: EraseRequest, _ engine: Engine) throws -> EraseAnswer {
    let plan = try engine.previewErase(request)
    return try engine.store.read { snapshot in
      try EraseAnswer(
        model: model, classes: plan.classes.map { "\($0.dataset.name)/\($0.item.shownName)" },
        items: snapshot.inventory(checkpoints: plan.checkpoints, rows: plan.rows.map { ($0.split, $0.members) }),
        kept: plan.kept.map { EraseAnswer.Kept(what: $0.what, why: $0.why, hold: $0.hold) },
        copies: snapshot.copiesNotClear(), isEmpty: plan.isEmpty)
    }
  }

  private func write(_ document: ErasureCertificate, to path: String) throws {
    try Data((document.json() + "\n").utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  private static func show(_ answer: EraseAnswer) {
    if answer.items.isEmpty {
      Terminal.line("Nothing is left to erase in \(answer.model).")
    } else {
      let rows = answer.items.map { [$0.kind, $0.name, "\($0.chunks)", Terminal.bytes(Int($0.storedBytes)), $0.fate] }
      Terminal.table([["WHAT", "NAME", "CHUNKS", "STORED", "FATE"]] + rows)
    }
    for kept in answer.kept { Terminal.line("Stays: \(kept.what) (\(kept.why))") }
    for copy in answer.copies { Terminal.line("Copy not clear: \(copy)") }
  }

  private static func tell(_ answer: EraseAnswer) {
    switch answer.state {
    case "certified":
      Terminal.line(
        """
        Erased: \(Terminal.bytes(Int(answer.removedBytes))) removed; \(Terminal.bytes(Int(answer.scannedBytes))) scanned for \
        \(answer.needles) pieces of them, 0 found
        Certificate \(answer.certificate.value ?? "") of the erasure in log entry \(answer.logIndex.value ?? 0)
        """)
      if answer.sharedNeedles > 0 {
        Terminal.line(
          "\(answer.sharedNeedles) pieces also stand in what stays, in other rows or data sets, and were not scanned for.")
      }
    case "pending":
      Terminal.line(
        "Erasure \(answer.erasure.value ?? 0) is pending: another process is reading the store. Run the command again when it ended."
      )
    case "found":
      Terminal.line("NOT erased: pieces of the removed bytes are still in the files.")
      for hit in answer.hitPlaces { Terminal.line("  \(hit.file), byte \(hit.offset) (\(hit.form))") }
    case "planned": Terminal.line("Nothing was written.")
    default: break
    }
  }
}
