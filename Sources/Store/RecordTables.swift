/// The tables whose rows are evidence: append-only, each row bound to the log entry that wrote it.
///
/// Every such table has `id INTEGER PRIMARY KEY`, the columns listed here in the schema's order, and `entry`. `erasable` columns
/// hold texts (and their salts) that may be blanked on request; the row's digest covers their `commitment` instead.
struct RecordTable: Sendable, Hashable {
  let name: String
  let columns: [String]
  let erasable: Set<String>
  /// `INSERT` with the id first and the entry last.
  let insertSQL: String
  /// Which of the columns the rows' digest covers.
  let covered: [Int]

  init(name: String, columns: [String], erasable: Set<String> = []) {
    (self.name, self.columns, self.erasable) = (name, columns, erasable)
    let names = ["id"] + columns + ["entry"]
    let marks = names.map { _ in "?" }.joined(separator: ", ")
    insertSQL = "INSERT INTO \(name) (\(names.joined(separator: ", "))) VALUES (\(marks))"
    covered = columns.indices.filter { !erasable.contains(columns[$0]) }
  }

  // A table is known by its name; this is looked up for every row that is written.
  static func == (left: Self, right: Self) -> Bool { left.name == right.name }
  func hash(into hasher: inout Hasher) { hasher.combine(name) }

  static let store = RecordTable(name: "store", columns: ["origin", "verifier_key"])
  static let tensor = RecordTable(
    name: "tensor", columns: ["digest", "dtype", "shape", "byte_count", "chunk_list_digest"])
  static let dataset = RecordTable(name: "dataset", columns: ["name", "encoder", "license", "dimension", "scale"])
  static let classes = RecordTable(
    name: "class", columns: ["dataset", "ordinal", "name", "salt", "commitment"], erasable: ["name", "salt"])
  static let split = RecordTable(
    name: "split", columns: ["dataset", "event", "part", "role", "count", "digest", "embeddings", "labels"])
  static let example = RecordTable(
    name: "example", columns: ["split", "ordinal", "external_id", "salt", "commitment"],
    erasable: ["external_id", "salt"])
  static let model = RecordTable(name: "model", columns: ["name"])
  static let checkpoint = RecordTable(
    name: "checkpoint",
    columns: [
      "model", "number", "parent", "base", "kind", "digest", "dataset", "configuration", "seed", "engine_version",
    ])
  static let checkpointTensor = RecordTable(name: "checkpoint_tensor", columns: ["checkpoint", "name", "tensor"])
  static let codeTable = RecordTable(name: "code_table", columns: ["checkpoint", "split", "tensor"])
  static let unlearningEvent = RecordTable(
    name: "unlearning_event",
    columns: [
      "model", "parent", "child", "dataset", "method", "parameters", "seed", "masked_pairs", "active_pairs",
      "forward_passes", "stored_bytes",
    ])
  static let forgottenClass = RecordTable(name: "forgotten_class", columns: ["event", "class", "amount", "active_pairs"])
  static let forgottenExample = RecordTable(name: "forgotten_example", columns: ["event", "split", "ordinal"])
  static let appliedEvent = RecordTable(name: "applied_event", columns: ["checkpoint", "event", "how"])
  static let reinstatement = RecordTable(name: "reinstatement", columns: ["event"])
  static let headMove = RecordTable(name: "head_move", columns: ["model", "from_checkpoint", "to_checkpoint"])
  static let measurement = RecordTable(
    name: "measurement", columns: ["checkpoint", "split", "metric", "class", "value", "n", "low", "high"])

  static let erasure = RecordTable(name: "erasure", columns: ["kind", "model", "removed_bytes"])
  static let erasedClass = RecordTable(name: "erased_class", columns: ["erasure", "class"])
  static let erasedRows = RecordTable(
    name: "erased_rows", columns: ["erasure", "split", "count", "members", "embeddings", "labels"])
  static let erasedCodes = RecordTable(name: "erased_codes", columns: ["erasure", "code_table", "tensor"])
  static let erasedCheckpoint = RecordTable(name: "erased_checkpoint", columns: ["erasure", "checkpoint"])
  static let erasedTensor = RecordTable(name: "erased_tensor", columns: ["erasure", "tensor"])
  static let rewrittenTensor = RecordTable(name: "rewritten_tensor", columns: ["tensor", "chunk_list_digest"])
  static let needle = RecordTable(name: "needle", columns: ["erasure", "form", "rolling", "digest"])
  static let erasureCertificate = RecordTable(
    name: "erasure_certificate",
    columns: ["erasure", "technique", "level", "scanned_bytes", "scanned_files", "needles", "hits", "tool"])
  static let exclusion = RecordTable(name: "exclusion", columns: ["kind", "digest", "erasure"])
  static let hold = RecordTable(name: "hold", columns: ["model", "checkpoint", "class", "dataset", "review"])
  static let holdLift = RecordTable(name: "hold_lift", columns: ["hold"])
  static let retentionRule = RecordTable(name: "retention_rule", columns: ["model", "keep_last", "keep_days"])
  static let copyLocation = RecordTable(
    name: "copy_location", columns: ["kind", "location", "salt", "commitment", "log_size", "clear_by"],
    erasable: ["location", "salt"])
  static let copyClearing = RecordTable(name: "copy_clearing", columns: ["copy"])
  static let logKey = RecordTable(name: "log_key", columns: ["verifier_key"])

  static let requestPolicy = RecordTable(name: "request_policy", columns: ["two_people", "procedure"])
  static let request = RecordTable(
    name: "request", columns: ["ground", "channel", "identity_checked", "received", "due", "procedure"])
  static let requestExtension = RecordTable(name: "request_extension", columns: ["request", "due"])
  static let requestAnswer = RecordTable(name: "request_answer", columns: ["request", "outcome", "basis"])
  static let requestWork = RecordTable(name: "request_work", columns: ["request", "event", "erasure"])
  static let recipient = RecordTable(name: "recipient", columns: ["checkpoint", "file_digest", "byte_count"])
  static let recipientNotice = RecordTable(name: "recipient_notice", columns: ["recipient"])
  static let report = RecordTable(name: "report", columns: ["scope", "digest"])

  static let all: [RecordTable] = [
    store, tensor, dataset, classes, split, example, model, checkpoint, checkpointTensor, codeTable, unlearningEvent,
    forgottenClass, appliedEvent, reinstatement, headMove, measurement, erasure, erasedClass, erasedRows, erasedCodes,
    erasedCheckpoint, erasedTensor, rewrittenTensor, needle, erasureCertificate, exclusion, hold, holdLift, retentionRule,
    copyLocation, copyClearing, logKey, requestPolicy, request, requestExtension, requestAnswer, requestWork, recipient,
    recipientNotice, report, forgottenExample,
  ]

  /// Every row in the order of writing: id, entry, and then for each column that its digest covers the value, a text as its bytes,
  /// and whether it is a text.
  var evidenceSQL: String { "\(evidenceCellsSQL) ORDER BY id" }

  /// The same of one entry's rows.
  var entrySQL: String { "\(evidenceCellsSQL) WHERE entry = ? ORDER BY id" }

  private var evidenceCellsSQL: String {
    let cells = evidenceColumns.map { "iif(typeof(\($0)) = 'text', CAST(\($0) AS BLOB), \($0)), typeof(\($0)) = 'text'" }
    return "SELECT \((["id", "entry"] + cells).joined(separator: ", ")) FROM \(name)"
  }

  var evidenceColumns: [String] { covered.map { columns[$0] } }
}
