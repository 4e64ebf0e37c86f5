extension ComplianceReport {
  /// What the report does not show, stated as plainly as what it does, for the ways of forgetting that it tells of.
  static func limits(methods: Set<String>, erased: Bool) -> [String] {
    (methods == ["counting"] ? [] : [maskingLimit]) + (methods.contains("counting") ? [countingLimit] : []) + commonLimits
      + (erased ? [erasureLimit] : [notErasedLimit]) + [logLimit]
  }

  /// The same of a model as such, whatever its log.
  static func limits(methods: Set<String>, forgotten: Bool) -> [String] {
    forgotten
      ? (methods == ["counting"] ? [] : [maskingLimit]) + (methods.contains("counting") ? [countingLimit] : [])
        + commonLimits.prefix(2)
      : [commonLimits[0]]
  }

  private static let notErasedLimit = "Nothing in this report says that bytes were erased."

  private static let erasureLimit =
    "Erasure is level Clear (NIST SP 800-88): bytes were overwritten through the file system and a scan for pieces of them found none. A drive "
    + "may have moved blocks aside, and copies of this file are not reached."

  private static let maskingLimit =
    "Masking removes the key-value pairs that training examples of the class selected (Shah et al., Low Compute Unlearning via Sparse "
    + "Representations, TMLR 2025). It is an approximation: it does not prove that nothing of the class influences what is left."

  private static let countingLimit =
    "Counting subtracts every training example of the class from integer counts (method “counting”). What is left is, bit for bit, what "
    + "counting without the class gives under the same keys; if the keys were learnt from the class as well, they are not those of a model "
    + "that never saw it. The checkpoint's configuration names the split that they were learnt from."

  private static let commonLimits = [
    "Keys were learnt from embeddings that may include the class, and the encoder saw whatever it saw; neither is changed.",
    "Accuracy of 0 is not proof of forgetting. What can be audited is the operation: it is deterministic, so that whoever has the parent "
      + "checkpoint can repeat it and compare digests.",
    "Checkpoints listed as “still knows” hold the class in full until they are removed; so do the data set's own rows, and copies of this "
      + "file that lie elsewhere.",
    "No membership inference or relearning attack was run, and no model retrained without the class was compared.",
  ]

  private static let logLimit =
    "The log shows whether this file was changed since an entry was signed. It cannot show that the whole file was replaced by an earlier "
    + "state of itself, or re-signed with another key: compare with a signed tree head and a verifier key kept elsewhere."

  /// How somebody else can check the report with the store at hand.
  static let steps = [
    "lethe verify --store FILE            rebuilds the log, every row and every tensor from the file, and says ok or what is wrong",
    "lethe log key --store FILE           must print the verifier key above; compare it with the one that you were given",
    "lethe log checkpoint --store FILE    must print a tree head of at least this size; if it is this size, this very text",
    "lethe log receipt N --store FILE     the signed word on entry N for whoever has no store: lethe verify-receipt, or jq and openssl",
    "sqlite3 FILE 'SELECT * FROM forgotten_classes'    the same facts without Lethe",
    "printf '\\0%s' \"$LEAF\" | sha256sum     the leaf hash of an event, LEAF being its leaf text (RFC 6962: one zero byte, then the entry)",
  ]
}
