import Ledger

/// What can be wrong with a note, a key or a receipt that a command is given.
enum EvidenceError: Error {
  case unreadable(path: String, String)
  case unwritable(path: String, String)
  /// A file that is no signed tree head; says why.
  case notATreeHead(path: String, String)
  /// A signed tree head that this store's log could not have.
  case headRefused(path: String, LogPolicyError)
  /// A note with the size of a tree head of this log and not its text.
  case notOurs(path: String, size: Int)
  /// A note that a witness did not cosign who should have.
  case notCosigned(path: String, witness: String)
  /// A cosignature that is not by the witness whom it names.
  case cosignatureBad(path: String, SignedNoteError)
  /// The receipt of a change of keys that does not follow from the keys before.
  case handover(path: String, KeyChainError)
  /// A published log that this store's log does not continue.
  case notContinued(path: String, published: Int, size: Int)
  /// A text that is no verifier key and no file that holds one.
  case badKey(String, KeyError)
  /// A receipt that is malformed or does not hold.
  case receipt(path: String, TLogProofError)
  /// A signed receipt that is malformed, not signed by the log's key, or says what cannot be.
  case claim(path: String, ClaimError)
  /// The key for signing exported models cannot be read or made.
  case modelKey(SigningKeyFileError)
  /// A receipt for something that is no entry of a store.
  case notAnEntry(path: String, String)

  var code: String {
    switch self {
    case .unreadable: "file.unreadable"
    case .unwritable: "file.unwritable"
    case .notATreeHead: "note.malformed"
    case .headRefused(_, .otherLog): "note.other_log"
    case .headRefused: "note.signature_bad"
    case .notOurs: "note.not_this_log"
    case .notCosigned: "note.not_cosigned"
    case .cosignatureBad: "note.cosignature_bad"
    case .handover: "handover.refused"
    case .notContinued: "export.not_continued"
    case .badKey: "key.malformed"
    case .receipt(_, .checkpoint(.signature(.noKnownSignature))): "receipt.other_key"
    case .receipt(_, .checkpoint(.otherLog)): "receipt.other_log"
    case .receipt(_, .checkpoint(.tooFewWitnesses)): "receipt.too_few_witnesses"
    case .receipt(_, .checkpoint(.missingSignature)): "receipt.key_retired"
    case .receipt(_, .checkpoint): "receipt.signature_bad"
    case .receipt(_, .inclusion): "receipt.not_in_log"
    case .receipt: "receipt.malformed"
    case .claim(_, let error): error.code
    case .modelKey: "model_key.unusable"
    case .notAnEntry: "receipt.not_an_entry"
    }
  }

  var message: String {
    switch self {
    case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
    case .unwritable(let path, let reason): "\(path) cannot be written: \(reason)"
    case .notATreeHead(let path, let reason): "\(path) is not a signed tree head: \(reason)"
    case .headRefused(let path, let error): "\(path): \(error)"
    case .notOurs(let path, let size):
      "\(path) is no tree head of this log, although it names it: here the log of \(size) entries is another one, or is not there"
    case .notCosigned(let path, let witness): "\(path) has no signature by \(witness)"
    case .cosignatureBad(let path, let error): "\(path): \(error)"
    case .handover(let path, let error): "\(path): \(error)"
    case .notContinued(let path, let published, let size):
      "\(path) publishes \(published) entries, and this log of \(size) does not begin with them: it was put back or went on otherwise"
    // Of what was given no more than a line: it may be anything.
    case .badKey(let text, let error):
      "\(String(text.prefix(80)).debugDescription) is no verifier key and no file with one: \(error)"
    case .receipt(let path, let error): "\(path): \(error)"
    case .claim(let path, let error): "\(path): \(error)"
    case .modelKey(let error): "\(error)"
    case .notAnEntry(let path, let reason): "\(path): \(reason)"
    }
  }

  var remedy: String {
    switch self {
    case .unreadable, .unwritable: "check the path and its permissions"
    case .notATreeHead, .headRefused: "give a file that `lethe log checkpoint` wrote for this store, byte for byte"
    case .notOurs:
      "find out which of the two is the log: `lethe verify --since` compares it with this store; nothing was written"
    case .notCosigned: "give what this witness answered, and its key; nothing was written"
    case .cosignatureBad: "get the witness's key and its answer again; nothing was written"
    case .handover: "give the receipts of all changes of keys in their order, each as `lethe log prove N --size N+1` wrote it"
    case .notContinued: "find out which of the two is the log; `lethe verify --since` compares them; nothing was written"
    case .badKey: "give the log's key as `lethe log key` prints it, or the path of a file that holds it"
    case .receipt(_, .checkpoint(.signature(.noKnownSignature))):
      "don't rely on it unless the log's key was handed over since: then ask for the receipts of that, and give them with --handover"
    case .receipt(_, .checkpoint), .receipt(_, .inclusion):
      "don't rely on it: ask the log's owner for the entry's receipt, and for the log's key elsewhere"
    case .claim(_, let error) where error.isRefusal:
      "don't rely on it: ask the log's owner for the receipt of that entry, and for the log's key elsewhere"
    case .modelKey: "name the key's file with LETHE_MODEL_KEY, or export without a signature: --no-signature"
    case .receipt, .claim, .notAnEntry: "give a file that `lethe log prove` or `lethe log receipt` wrote, byte for byte"
    }
  }

  var exit: Failure.Exit {
    switch self {
    case .receipt(_, .checkpoint), .receipt(_, .inclusion), .notContinued, .notOurs, .cosignatureBad: .damage
    case .claim(_, let error) where error.isRefusal: .damage
    case .handover(_, .noHandover), .handover(_, .malformedKey): .failed
    case .handover: .damage
    default: .failed
    }
  }
}
