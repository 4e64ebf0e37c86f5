import ArgumentParser
import Ledger

/// Changes of a log's key that a reader can follow.
struct HandoverOptions: ParsableArguments {
  @Option(
    name: .customLong("handover"),
    help: ArgumentHelp(
      "The receipt of an entry that handed the log over to another key; may be repeated, in their order.",
      valueName: "file.tlog-proof"), completion: .file())
  var files: [String] = []

  /// The keys from the one that the reader knows on.
  /// - Throws: `EvidenceError.unreadable`, `.receipt`, `.handover`.
  func chain(first key: VerifierKey) throws -> KeyChain {
    var chain = KeyChain(first: key)
    for path in files {
      let bytes = try ShortFile.read(path, atMost: TLogProof.maximumBytes)
      let receipt: TLogProof
      do throws(TLogProofError) {
        receipt = try TLogProof(parsing: bytes)
      } catch {
        throw EvidenceError.receipt(path: path, error)
      }
      do throws(KeyChainError) {
        try chain.extend(by: receipt)
      } catch {
        throw EvidenceError.handover(path: path, error)
      }
    }
    return chain
  }
}
