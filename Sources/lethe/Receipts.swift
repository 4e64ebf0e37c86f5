import ArgumentParser
import Engine
import Foundation
import Ledger
import Report

/// What the commands take that issue a receipt.
struct ReceiptOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write a signed receipt (in-toto statement in a DSSE envelope) to this file; `lethe log receipt` gives it later too.",
      valueName: "file.json"), completion: .file())
  var receipt: String?

  /// Looks before the command does anything whether the file can be written, so that nothing is done without its receipt.
  /// - Throws: `EvidenceError.unwritable`.
  func check() throws {
    if let receipt { try ShortFile.requireWritable(receipt) }
  }

  /// Issues the receipt for an entry that was committed and writes it, in place of a file of that name.
  ///
  /// To be called while the store is open: an error is then told as one after the commit.
  func write(_ engine: Engine, entry: Int64) throws {
    guard let receipt else { return }
    try ShortFile.write(engine.receipt(of: entry).envelope.bytes, to: receipt)
  }

  /// Says where it was written to.
  func tell() {
    if let receipt { Terminal.line("Wrote \(receipt): the signed receipt") }
  }
}
