import ArgumentParser
import Foundation
import Ledger

/// The witnesses that a command knows.
struct WitnessOptions: ParsableArguments {
  @Option(
    name: .customLong("witness"),
    help: ArgumentHelp("A witness's verifier key, or a file that holds it; may be repeated.", valueName: "vkey"))
  var keys: [String] = []

  /// - Throws: `EvidenceError.badKey`.
  func read() throws -> [CosignerKey] {
    try keys.map { try KeyArgument.read($0) { text throws(KeyError) in try CosignerKey(text: text) } }
  }
}

/// How many of the witnesses must have cosigned.
struct QuorumOptions: ParsableArguments {
  @OptionGroup var witnesses: WitnessOptions
  @Option(help: ArgumentHelp("How many of the witnesses must have cosigned (else all).", valueName: "n")) var quorum: Int?

  func validate() throws {
    if let quorum, !(0...witnesses.keys.count).contains(quorum) {
      throw ValidationError("--quorum must be 0 to the number of --witness.")
    }
  }

  /// - Throws: `EvidenceError.badKey`; `ValidationError` for a witness that is named twice.
  func policy() throws -> WitnessPolicy {
    let keys = try witnesses.read()
    do throws(WitnessPolicyError) {
      return try WitnessPolicy(threshold: quorum ?? keys.count, of: keys)
    } catch {
      throw ValidationError("\(error)")
    }
  }
}

/// A key as an option gives it: its text, or a file that holds it.
enum KeyArgument {
  /// - Throws: `EvidenceError.badKey`.
  static func read<Key>(_ given: String, as parse: (String) throws(KeyError) -> Key) throws -> Key {
    // A name has no plus sign, so a path is hardly taken for a key; whatever reads as a key is one.
    if let key = try? parse(given) { return key }
    guard !given.isEmpty, let bytes = try? ShortFile.read(given, atMost: 2_048) else {
      throw EvidenceError.badKey(given, .malformed)
    }
    var text = String(decoding: bytes, as: UTF8.self)
    if text.hasSuffix("\n") { text.removeLast() }
    do throws(KeyError) {
      return try parse(text)
    } catch {
      throw EvidenceError.badKey(given, error)
    }
  }
}
