import ArgumentParser
import Ledger
import Report

/// `lethe verify-receipt`.
struct VerifyReceipt: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify-receipt", abstract: "Check a receipt, and say what was checked; needs no store.",
    discussion: """
      A receipt is what `lethe log prove` writes (a C2SP tlog-proof: the entry is in the log), or what `lethe log receipt` and the option
      --receipt of train, forget, rollback and erase write (a DSSE envelope: the log's owner says what was done). --key is the
      log's verifier key, as `lethe log key` prints it, or a file that holds it: get it from elsewhere than the receipt.

      --proof, for an envelope, is the proof of the entry that it names: then both are checked, and that they say the same. --subject
      is the digest of the checkpoint that you have: the receipt must be about it. With --witness, given once for each witness's
      verifier key, --quorum of them (else all) must have cosigned the proof's tree head.

      If the log's key was handed over since you learnt it, give the receipts of those entries with --handover, oldest first: what the later
      keys signed is then followed back to yours.

      Exit code 20 if the receipt is not what the log with that key signed or is about something else, and 1 if the file is no receipt.

      EXAMPLES
        lethe verify-receipt forget.tlog-proof --key lethe.pub
        lethe verify-receipt forget.json --key "$(lethe log key)" --json
        lethe verify-receipt forget.json --key lethe.pub --proof forget.tlog-proof --subject sha256:8b89e5d6…
      """)

  @OptionGroup var output: OutputOptions
  @Argument(help: "The receipt.") var file: String
  @Option(help: ArgumentHelp("The log's verifier key, or a file that holds it.", valueName: "vkey")) var key: String
  @Option(name: .customLong("witness"), help: ArgumentHelp("A witness's verifier key; may be repeated.", valueName: "vkey"))
  var witnesses: [String] = []
  @Option(help: ArgumentHelp("The proof of the entry that the receipt names.", valueName: "file.tlog-proof"), completion: .file())
  var proof: String?
  @Option(help: ArgumentHelp("Digest of the checkpoint, or of what was erased, that it must be about.", valueName: "sha256:…"))
  var subject: String?
  @Option(help: ArgumentHelp("How many of the witnesses must have cosigned (else all).", valueName: "n")) var quorum: Int?

  @OptionGroup var handovers: HandoverOptions

  func validate() throws {
    if let quorum, !(0...witnesses.count).contains(quorum) {
      throw ValidationError("--quorum must be 0 to the number of --witness.")
    }
    if let subject, (try? Digest(text: subject)) == nil {
      throw ValidationError("--subject is sha256: and 64 hexadecimal digits, as `lethe checkpoint show` prints them.")
    }
  }

  func run() throws {
    let keys = try handovers.chain(first: logKey())
    let policy = LogPolicy(chain: keys, witnesses: try witnessPolicy())
    let bytes = try ShortFile.read(file, atMost: max(TLogProof.maximumBytes, Envelope.maximumBytes))
    let wanted = try subject.map { try Digest(text: $0) }
    if Self.isEnvelope(bytes) {
      if proof == nil, !witnesses.isEmpty { throw ValidationError("Witnesses cosign tree heads: --witness needs --proof here.") }
      let answer = try read(file, bytes) { bytes in
        let envelope = try Envelope(parsing: bytes)
        let key = keys.links.map(\.key).last { (try? VerifiedClaim(envelope, by: $0)) != nil } ?? keys.present
        return try StatementAnswer(envelope, by: key, subject: wanted, proof: try proof.map(readProof), policy: policy)
      }
      try output.show(answer) { Self.show($0) }
    } else {
      if proof != nil { throw ValidationError("--proof goes with a receipt that `lethe log receipt` wrote.") }
      let answer = try read(file, bytes) { try ReceiptAnswer(TLogProof(parsing: $0), policy: policy, subject: wanted) }
      try output.show(answer) { Self.show($0) }
    }
  }

  /// A tlog-proof begins with a word, JSON with white space or a brace.
  private static func isEnvelope(_ bytes: [UInt8]) -> Bool {
    bytes.first { ![UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r")].contains($0) }
      == UInt8(ascii: "{")
  }

  private func readProof(_ path: String) throws -> TLogProof {
    let bytes = try ShortFile.read(path, atMost: TLogProof.maximumBytes)
    return try read(path, bytes) { try TLogProof(parsing: $0) }
  }

  /// Says of what is wrong in which file it is.
  private func read<Value>(_ path: String, _ bytes: [UInt8], _ body: ([UInt8]) throws -> Value) throws -> Value {
    do {
      return try body(bytes)
    } catch let error as TLogProofError {
      throw EvidenceError.receipt(path: proof ?? path, error)
    } catch let error as ReceiptAnswer.NoEntry {
      throw EvidenceError.notAnEntry(path: proof ?? path, "\(error)")
    } catch let error as EnvelopeError {
      throw EvidenceError.claim(path: path, .envelope(error))
    } catch let error as ClaimError {
      throw EvidenceError.claim(path: path, error)
    }
  }

  private func logKey() throws -> VerifierKey {
    try KeyArgument.read(key) { text throws(KeyError) in try VerifierKey(text: text) }
  }

  private func witnessPolicy() throws -> WitnessPolicy {
    let keys = try witnesses.map { try KeyArgument.read($0) { text throws(KeyError) in try CosignerKey(text: text) } }
    do throws(WitnessPolicyError) {
      return try WitnessPolicy(threshold: quorum ?? keys.count, of: keys)
    } catch {
      throw ValidationError("\(error)")
    }
  }

  private static func show(_ answer: ReceiptAnswer) {
    let signers = answer.signers.joined(separator: ", ")
    Terminal.line("ok: entry \(answer.logIndex) of \(answer.origin), signed with \(answer.size) entries by \(signers)")
    if let entry = answer.handedOverAt.value { Terminal.line("that key handed the log over to the next one at entry \(entry)") }
    Terminal.line("\(answer.time)  \(answer.action)")
    for (name, value) in answer.facts { Terminal.line("\(name)  \(value)") }
    for rows in answer.rows { Terminal.line("wrote \(rows.count) rows of \(rows.table), \(rows.digest)") }
    for field in answer.sealed { Terminal.line("\(field.name) committed to as \(field.commitment)") }
    for cosignature in answer.cosignatures { Terminal.line("cosigned by \(cosignature.witness), time \(cosignature.unixTime)") }
    tell(answer.checked, answer.notChecked)
  }

  private static func show(_ answer: StatementAnswer) {
    Terminal.line("ok: \(answer.kind) of \(answer.model), entry \(answer.logIndex) of \(answer.origin), \(answer.time)")
    for subject in answer.subjects.prefix(shownSubjects) {
      Terminal.line("subject  \(subject.name.value ?? "an array")  \(subject.digest)")
    }
    if answer.subjects.count > shownSubjects {
      Terminal.line("and \(answer.subjects.count - shownSubjects) more subjects: see --json")
    }
    tell(answer.checked, answer.notChecked)
  }

  /// An erasure may be about thousands of arrays.
  private static let shownSubjects = 8

  private static func tell(_ checked: [String], _ notChecked: [String]) {
    for what in checked { Terminal.line("checked      \(what)") }
    for what in notChecked { Terminal.line("not checked  \(what)") }
  }
}
