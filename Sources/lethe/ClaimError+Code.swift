import Ledger

extension ClaimError {
  /// A short, stable name for programs.
  var code: String {
    switch self {
    case .envelope(.badSignature): "receipt.signature_bad"
    case .envelope(.tooFewSignatures): "receipt.other_key"
    case .envelope(.notJSON(let error)), .statement(.notJSON(let error)): error.code
    case .envelope(.tooLarge): "receipt.too_large"
    case .envelope: "receipt.malformed"
    case .statement(.wrongPayloadType): "receipt.wrong_payload_type"
    case .statement: "receipt.no_statement"
    case .notCanonical: "receipt.not_canonical"
    case .unknownPredicate: "receipt.unknown_predicate"
    case .predicate: "receipt.predicate_malformed"
    case .otherSubject: "receipt.other_subject"
    case .otherLog: "receipt.other_log"
    case .otherEntry: "receipt.other_entry"
    case .contradictsEntry: "receipt.contradicts_entry"
    }
  }

  /// Whether the file is a receipt, and not what its reader may rely on; else it is no receipt at all.
  var isRefusal: Bool {
    switch self {
    case .envelope(.badSignature), .envelope(.tooFewSignatures), .otherSubject, .otherLog, .otherEntry, .contradictsEntry: true
    default: false
    }
  }
}

extension JSONDocumentError {
  fileprivate var code: String {
    switch self {
    case .tooLarge, .tooManyValues: "receipt.too_large"
    case .tooDeep: "receipt.too_deep"
    case .repeatedName: "receipt.repeated_name"
    case .malformed: "receipt.malformed"
    }
  }
}
