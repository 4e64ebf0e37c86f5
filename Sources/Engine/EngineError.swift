import Store

/// Why a use case refused: what was wrong, with which name, and what to do.
public enum EngineError: Error, Equatable {
  /// Two files of one import do not fit together.
  case rowCountsDiffer(file: String, rows: Int, other: String, otherRows: Int)
  /// The embeddings of two parts do not have the same dimension or element type.
  case embeddingsDiffer(file: String, found: String, expected: String)
  /// A part without examples.
  case noExamples(file: String)
  /// An import without any part, or with one part twice.
  case badParts(reason: String)
  /// The signing key's file is missing, so that the store can be read and verified but not written.
  case keyMissing(path: String)
  /// The data set has no split of a part that the command needs.
  case splitMissing(dataset: String, part: String)
  /// A checkpoint whose tensors this engine does not understand.
  case notThisEngine(checkpoint: String, reason: String)
  /// A class that the data set does not have.
  case unknownClass(name: String, dataset: String, known: [String])
  /// A class with no training examples.
  case classWithoutExamples(name: String, dataset: String)
  /// The goal of `--until` was not reached even with every active pair masked.
  case goalNotReached(className: String, reached: Double, goal: Double)
  /// Even the fewest pairs that reach the goal cost the other classes more than allowed.
  case budgetExceeded(className: String, loss: Double, budget: Double)
  /// A folder that an experiment cannot be written to.
  case experimentFolder(path: String, reason: String)
  /// A way of forgetting that the model's kind of values does not have.
  case methodMismatch(checkpoint: String, isCounted: Bool)
  /// An option that does not go with examples that are named.
  case examplesAreNamed(option: String)
  /// A number outside its range.
  case outOfRange(option: String, value: String, allowed: String)
  /// The model changed while the command was computing.
  case changedMeanwhile(model: String)
  /// The head already is where the command would move it.
  case alreadyThere(checkpoint: String)
  /// A file holds an example that was erased.
  case exampleExcluded(file: String, row: Int, digest: String)
  /// A class cannot be erased while the model's head knows it.
  case stillKnown(name: String, head: String)
  /// What should leave or enter still knows classes that the model has forgotten.
  case knowsForgotten(what: String, model: String, classes: [String])
  /// A file may know classes that were forgotten, and no checkpoint here shows that it does not.
  case notShownForgotten(file: String, model: String, classes: [String])
  /// A file is no checkpoint of this engine, or doesn't fit the data set.
  case notACheckpoint(file: String, reason: String)
  /// The arrays and the configuration of a file are not those that it was exported with.
  case fileAltered(file: String, claimed: String, found: String)
  /// Holds cover what should be erased.
  case held([String])
  /// A text that has to say something and does not.
  case emptyText(option: String)
  /// A class that several data sets have.
  case ambiguousClass(name: String, datasets: [String])
  /// A hold that is over.
  case alreadyLifted(hold: Int64, time: String)
  /// A copy that is known to be clear.
  case alreadyClear(copy: Int64, time: String)
  /// A backup of another log than that of the store that is there.
  case restoreOtherStore(file: String, reason: String)
  /// The store that is there has entries that the backup lacks.
  case restoreWouldLose(file: String, entries: [String])
  /// The store that is there has forgotten what the backup still holds.
  case restoreForgotten(file: String, what: [String])
  /// A backup holds bytes of what must not come back.
  case restoreExcluded(file: String, examples: Int, checkpoints: [String])
  /// The store that is there cannot be compared with the backup.
  case restoreUnreadable(place: String, reason: String)
  /// An entry of a kind that no receipt is issued for.
  case noReceipt(entry: Int64, action: String)
  /// An erasure that has not been certified yet.
  case receiptPending(entry: Int64, erasure: Int64)
  /// A receipt that nobody would read, since it says too much.
  case receiptTooLarge(entry: Int64)
  /// Nothing is left to forget or reinstate.
  case nothingToDo(message: String)

  /// A short, stable name for programs.
  public var code: String {
    switch self {
    case .rowCountsDiffer: "import.row_counts_differ"
    case .embeddingsDiffer: "import.embeddings_differ"
    case .noExamples: "import.no_examples"
    case .badParts: "import.bad_parts"
    case .keyMissing: "key.missing"
    case .splitMissing: "split.missing"
    case .notThisEngine: "checkpoint.not_this_engine"
    case .unknownClass: "class.unknown"
    case .classWithoutExamples: "class.without_examples"
    case .goalNotReached: "forget.goal_not_reached"
    case .budgetExceeded: "forget.budget_exceeded"
    case .experimentFolder: "experiment.folder"
    case .methodMismatch: "forget.method_mismatch"
    case .examplesAreNamed: "forget.examples_named"
    case .outOfRange: "option.out_of_range"
    case .changedMeanwhile: "model.changed_meanwhile"
    case .alreadyThere: "rollback.already_there"
    case .exampleExcluded: "example.excluded"
    case .stillKnown: "erase.still_known"
    case .knowsForgotten: "checkpoint.knows_forgotten"
    case .notShownForgotten: "checkpoint.not_shown_forgotten"
    case .notACheckpoint: "checkpoint.not_a_checkpoint"
    case .fileAltered: "checkpoint.altered"
    case .held: "erase.held"
    case .emptyText: "option.empty"
    case .ambiguousClass: "class.ambiguous"
    case .alreadyLifted: "hold.already_lifted"
    case .alreadyClear: "copy.already_clear"
    case .restoreOtherStore: "restore.other_store"
    case .restoreWouldLose: "restore.would_lose_entries"
    case .restoreForgotten: "restore.forgotten_since"
    case .restoreExcluded: "restore.excluded"
    case .restoreUnreadable: "restore.unreadable_store"
    case .noReceipt: "receipt.not_issued"
    case .receiptPending: "receipt.pending"
    case .receiptTooLarge: "receipt.too_large"
    case .nothingToDo: "nothing_to_do"
    }
  }

  /// What was wrong, in a sentence.
  public var message: String {
    switch self {
    case .rowCountsDiffer(let file, let rows, let other, let otherRows):
      "\(file) has \(rows) rows and \(other) has \(otherRows)"
    case .embeddingsDiffer(let file, let found, let expected): "\(file) holds \(found) and the part before it \(expected)"
    case .noExamples(let file): "\(file) has no rows"
    case .badParts(let reason): reason
    case .keyMissing(let path): "there is no signing key at \(path), so this store can be read and verified but not written"
    case .splitMissing(let dataset, let part): "data set \(dataset) has no \(part) part"
    case .notThisEngine(let checkpoint, let reason): "\(checkpoint) cannot be used by this engine: \(reason)"
    case .unknownClass(let name, let dataset, let known):
      "data set \(dataset) has no class \(name)" + NearestName.hint(name, among: known, showing: 12, kind: "class")
    case .classWithoutExamples(let name, let dataset): "nothing in this model was learnt from class \(name) of \(dataset)"
    case .goalNotReached(let name, let reached, let goal):
      "with every pair that \(name) activates masked, its accuracy is still \(reached), above the goal of \(goal)"
    case .budgetExceeded(let name, let loss, let budget):
      "forgetting \(name) would cost the classes that stay \(loss) of their accuracy, above the budget of \(budget)"
    case .experimentFolder(let path, let reason): "\(path) cannot take this experiment: \(reason)"
    case .examplesAreNamed(let option): "\(option) does not go with --example: the examples that are named are taken, all of them"
    case .methodMismatch(let checkpoint, true):
      "\(checkpoint) has counted values, from which classes are subtracted exactly: there is nothing to choose"
    case .methodMismatch(let checkpoint, false): "\(checkpoint) has trained values, from which nothing can be subtracted"
    case .outOfRange(let option, let value, let allowed): "\(option) \(value) is not \(allowed)"
    case .changedMeanwhile(let model): "another command changed \(model) while this one was computing"
    case .alreadyThere(let checkpoint): "the head already is \(checkpoint)"
    case .exampleExcluded(let file, let row, let digest): "row \(row) of \(file) must not come back: example \(digest) was erased"
    case .stillKnown(let name, let head): "\(head), where the model's head is, still knows \(name)"
    case .knowsForgotten(let what, let model, let classes):
      "\(what) still knows \(classes.joined(separator: ", ")), which \(model) has forgotten"
    case .notShownForgotten(let file, let model, let classes):
      "nothing shows that \(file) does not know \(classes.joined(separator: ", ")), forgotten in \(model) or erased from the data set"
    case .notACheckpoint(let file, let reason): "\(file) cannot be imported: \(reason)"
    case .fileAltered(let file, let claimed, let found):
      "\(file) was altered after its export: its checkpoint has the digest \(found) and says \(claimed)"
    case .held(let what): "held back: \(what.joined(separator: "; "))"
    case .emptyText(let option): "\(option) is empty"
    case .ambiguousClass(let name, let datasets): "several data sets have a class \(name): \(datasets.joined(separator: ", "))"
    case .alreadyLifted(let hold, let time): "hold \(hold) was lifted on \(time)"
    case .alreadyClear(let copy, let time): "copy \(copy) has been clear since \(time)"
    case .restoreOtherStore(let file, let reason): "\(file) does not belong to the store that is there: \(reason)"
    case .restoreWouldLose(let file, let entries):
      "\(entries.count) log entries would be lost that were made since \(file): \(Self.list(entries))"
    case .restoreForgotten(let file, let what): "\(file) would bring back what is gone since: \(Self.list(what))"
    case .restoreExcluded(let file, let examples, let checkpoints):
      "\(file) holds what must not come back: \(Self.list((examples > 0 ? ["\(examples) examples"] : []) + checkpoints))"
    case .restoreUnreadable(let place, let reason): "the file at \(place) cannot be compared with the backup: \(reason)"
    case .noReceipt(let entry, let action): "log entry \(entry) is one of `\(action)`, for which no receipt is issued"
    case .receiptPending(let entry, let erasure):
      "erasure \(erasure) of log entry \(entry) is pending: nothing has been certified yet"
    case .receiptTooLarge(let entry): "log entry \(entry) was about more things than a receipt can name"
    case .nothingToDo(let message): message
    }
  }

  /// What the reader can do about it.
  public var remedy: String {
    switch self {
    case .rowCountsDiffer: "give embeddings, labels and ids of the same examples in the same order"
    case .embeddingsDiffer: "embed all parts with the same encoder and save them with the same dtype"
    case .noExamples: "leave the part out, or give a file with examples"
    case .badParts: "give the files of each part once, and of at least one part"
    case .keyMissing: "name the key's file with LETHE_KEY, or restore it from where you keep it"
    case .splitMissing: "import the data set with that part, or choose another --split"
    case .notThisEngine: "use the version of Lethe that made it"
    case .unknownClass: "`lethe dataset show` lists the classes"
    case .classWithoutExamples: "there is nothing to mask; `lethe explain --class` shows which checkpoints know a class"
    case .goalNotReached: "give a larger --until, or say with --pairs how many pairs to mask"
    case .budgetExceeded:
      "give a larger --until or --retain-budget, or another --rank; --dry-run shows the curve; nothing was written"
    case .experimentFolder: "name a new folder with --output, or give the settings that its experiment.json has"
    case .examplesAreNamed: "leave it out"
    case .methodMismatch(_, true): "leave out --method, --pairs, --examples, --until, --rank and --retain-budget"
    case .methodMismatch(_, false):
      "use --method activations or examples; lethe train --values counted makes a model that forgets exactly"
    case .outOfRange: "see --help"
    case .changedMeanwhile: "run the command again; nothing was written"
    case .alreadyThere: "`lethe checkpoint list` shows the others"
    case .exampleExcluded: "leave it out of the files; `lethe exclusion list` shows what must not come back"
    case .stillKnown: "`lethe forget` it first; nothing was written"
    case .notShownForgotten: "import a file that was exported from here with the class forgotten in it"
    case .notACheckpoint: "give a file that `lethe checkpoint export` wrote, and the data set whose classes it knows"
    case .fileAltered: "get the file again from where it was exported"
    case .knowsForgotten:
      "take a checkpoint in which it is forgotten, such as the head; `lethe checkpoint list` shows what is forgotten where"
    case .held: "`lethe hold lift` the hold when it may be lifted, or erase the rest with --keep-held; nothing was written"
    case .emptyText: "say something that the next reader can use"
    case .ambiguousClass: "name one with --dataset"
    case .alreadyLifted: "`lethe hold list` shows the holds in force; nothing was written"
    case .alreadyClear: "`lethe copy list` shows the copies that are not; nothing was written"
    case .restoreOtherStore: "name the store that it belongs to, or another --store; nothing was written"
    case .restoreWouldLose:
      "nothing was written; take a newer backup, or restore to another --store and compare the two with `lethe history`"
    case .restoreForgotten: "nothing was written; take a backup that was made after that"
    case .restoreExcluded: "nothing was written; take a backup that was made after they were erased"
    case .restoreUnreadable:
      "move it away, with its -wal file, and run this again, with --exclusions if you keep a list; nothing was written"
    case .noReceipt: "`lethe log prove` gives a proof for any entry"
    case .receiptPending: "run `lethe erase` again when no other process reads the store, then `lethe log receipt`"
    case .receiptTooLarge: "`lethe log prove` gives a proof for the entry, which binds all that it wrote"
    case .nothingToDo: "nothing was written"
    }
  }

  /// The first few of many things.
  private static func list(_ things: [String]) -> String {
    things.prefix(5).joined(separator: ", ") + (things.count > 5 ? " and \(things.count - 5) more" : "")
  }
}
