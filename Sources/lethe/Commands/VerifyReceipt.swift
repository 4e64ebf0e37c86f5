import ArgumentParser
import Ledger
import Report

/// `lethe verify-receipt`.
struct VerifyReceipt: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify-receipt", abstract: "Check a receipt, and say what the entry says; needs no store.",
    discussion: """
      A receipt is what `lethe log prove` writes. --key is the log's verifier key, as `lethe log key` prints it, or a file that holds
      it: get it from elsewhere than the receipt. With --witness, given once for each witness's verifier key, --quorum of them (else
      all) must have cosigned the tree head.

      Exit code 20 if the receipt is not what the log with that key signed, and 1 if the file is no receipt.

      EXAMPLES
        lethe verify-receipt forget.tlog-proof --key lethe.pub
        lethe verify-receipt forget.tlog-proof --key "$(lethe log key)" --json
      """)

  @Flag(help: "Print one JSON object instead of text.") var json = false
  @Argument(help: "The receipt.") var file: String
  @Option(help: ArgumentHelp("The log's verifier key, or a file that holds it.", valueName: "vkey")) var key: String
  @Option(name: .customLong("witness"), help: ArgumentHelp("A witness's verifier key; may be repeated.", valueName: "vkey"))
  var witnesses: [String] = []
  @Option(help: ArgumentHelp("How many of the witnesses must have cosigned (else all).", valueName: "n")) var quorum: Int?

  func validate() throws {
    if let quorum, !(0...witnesses.count).contains(quorum) {
      throw ValidationError("--quorum must be 0 to the number of --witness.")
    }
  }

  func run() throws {
    let policy = LogPolicy(key: try logKey(), witnesses: try witnessPolicy())
    let bytes = try ShortFile.read(file, atMost: TLogProof.maximumBytes)
    let answer: ReceiptAnswer
    do {
      answer = try ReceiptAnswer(TLogProof(parsing: bytes), policy: policy)
    } catch let error as TLogProofError {
      throw EvidenceError.receipt(path: file, error)
    } catch let error as ReceiptAnswer.NoEntry {
      throw EvidenceError.notAnEntry(path: file, "\(error)")
    }
    Terminal.clearProgress()
    if json { Terminal.line(try answer.json()) } else { Self.show(answer) }
  }

  private func logKey() throws -> VerifierKey {
    // A name has no plus sign, so a path is hardly taken for a key; whatever reads as a key is one.
    if let key = try? VerifierKey(text: key) { return key }
    guard !key.isEmpty, let bytes = try? ShortFile.read(key, atMost: 2_048) else { throw EvidenceError.badKey(key, .malformed) }
    var text = String(decoding: bytes, as: UTF8.self)
    if text.hasSuffix("\n") { text.removeLast() }
    do throws(KeyError) {
      return try VerifierKey(text: text)
    } catch {
      throw EvidenceError.badKey(key, error)
    }
  }

  private func witnessPolicy() throws -> WitnessPolicy {
    let keys = try witnesses.map { text in
      do throws(KeyError) {
        return try CosignerKey(text: text)
      } catch {
        throw EvidenceError.badKey(text, error)
      }
    }
    do throws(WitnessPolicyError) {
      return try WitnessPolicy(threshold: quorum ?? keys.count, of: keys)
    } catch {
      throw ValidationError("\(error)")
    }
  }

  private static func show(_ answer: ReceiptAnswer) {
    let signers = answer.signers.joined(separator: ", ")
    Terminal.line("ok: entry \(answer.logIndex) of \(answer.origin), signed with \(answer.size) entries by \(signers)")
    Terminal.line("\(answer.time)  \(answer.action)")
    for (name, value) in answer.facts { Terminal.line("\(name)  \(value)") }
    for rows in answer.rows { Terminal.line("wrote \(rows.count) rows of \(rows.table), \(rows.digest)") }
    for field in answer.sealed { Terminal.line("\(field.name) committed to as \(field.commitment)") }
    for cosignature in answer.cosignatures { Terminal.line("cosigned by \(cosignature.witness), time \(cosignature.unixTime)") }
  }
}
