import Ledger

/// What can go wrong with a store: what was wrong, with which file or name, and what to do.
public enum StoreError: Error, Equatable {
  /// There is no file at the path.
  case notFound(path: String)
  /// `create` found a file at the path.
  case alreadyExists(path: String)
  /// There is something at the path that is no file.
  case notAFile(path: String, kind: String)
  /// The file is no SQLite database, or one of another application.
  case notAStore(path: String)
  /// The store was written by a newer Lethe.
  case newerVersion(path: String, found: Int, known: Int)
  /// The store was written by an older Lethe, and cannot be migrated where it lies.
  case olderVersion(path: String, found: Int, known: Int)
  /// The system does not let SQLite open, write or grow the file: permissions, a full disk, a missing folder.
  case unusable(path: String, message: String)
  /// The disk failed to read or write.
  case inputOutput(path: String, message: String)
  /// The disk failed when everything was written and was to be made durable: what it kept shows when the store is opened again.
  case commitUncertain(path: String, message: String)
  /// A store got another entry while it was about to be replaced.
  case changedMeanwhile(path: String)
  /// A copy of a store does not verify; carries the number of findings and the first.
  case copyDamaged(path: String, count: Int, first: String)
  /// SQLite reports damage or cannot read the file.
  case database(path: String, message: String)
  /// Another process kept the store locked for longer than the time-out.
  case busy(path: String)
  /// The store's log is signed with another key than the one given.
  case wrongKey(expected: String, given: String)
  /// A key that cannot take over the log, mostly since it has been the log's before.
  case keyRefused(key: String, reason: String)
  /// A name that the store does not know; `known` lists what it does, if that helps.
  case unknown(kind: String, name: String, known: [String])
  /// A name that is taken.
  case exists(kind: String, name: String)
  /// A name with characters that names may not have.
  case badName(kind: String, name: String)
  /// A text that is no day of the calendar.
  case badDate(String)
  /// A digest prefix that more than one checkpoint has.
  case ambiguous(prefix: String, matches: [String])
  /// A stored chunk does not decode to the bytes its digest names.
  case chunkCorrupt(id: Int64, reason: String)
  /// A tensor's bytes do not have the digest that its record names.
  case tensorCorrupt(digest: Digest, reason: String)
  /// A list of zeroed rows that is malformed.
  case rowListCorrupt(reason: String)
  /// The bytes of something were erased; its record and digests are still here.
  case erased(what: String, erasure: Int64, time: String)
  /// What must not come back: it was erased, by digest, or is on a list of such things.
  case excluded(kind: String, digest: Digest)
  /// A record that contradicts the schema's meaning.
  case recordCorrupt(table: String, id: Int64, reason: String)

  /// Whether this is damage or tampering rather than a user's mistake.
  public var isDamage: Bool {
    switch self {
    case .chunkCorrupt, .tensorCorrupt, .rowListCorrupt, .recordCorrupt, .database, .copyDamaged: true
    default: false
    }
  }

  /// Whether this is refused because it was forgotten.
  public var isForgotten: Bool {
    switch self {
    case .erased, .excluded: true
    default: false
    }
  }

  /// A short, stable name for programs.
  public var code: String {
    switch self {
    case .notFound: "store.not_found"
    case .alreadyExists: "store.already_exists"
    case .notAStore: "store.not_a_store"
    case .notAFile: "store.not_a_file"
    case .newerVersion: "store.newer_version"
    case .olderVersion: "store.older_version"
    case .inputOutput: "store.io_error"
    case .commitUncertain: "store.commit_uncertain"
    case .unusable: "store.unusable"
    case .changedMeanwhile: "store.changed_meanwhile"
    case .copyDamaged: "copy.damaged"
    case .database: "database.damaged"
    case .busy: "store.busy"
    case .wrongKey: "key.wrong"
    case .keyRefused: "key.refused"
    case .unknown(let kind, _, _): "\(kind).unknown"
    case .exists(let kind, _): "\(kind).exists"
    case .badName(let kind, _): "\(kind).bad_name"
    case .badDate: "date.malformed"
    case .ambiguous: "checkpoint.ambiguous"
    case .chunkCorrupt: "chunk.corrupt"
    case .tensorCorrupt: "tensor.corrupt"
    case .rowListCorrupt: "row_list.corrupt"
    case .recordCorrupt: "record.corrupt"
    case .erased: "erased"
    case .excluded(let kind, _): "\(kind).excluded"
    }
  }

  /// What was wrong, in a sentence.
  public var message: String {
    switch self {
    case .notFound(let path): "there is no store at \(path)"
    case .alreadyExists(let path): "\(path) already exists"
    case .notAStore(let path): "\(path) is not a Lethe store"
    case .notAFile(let path, let kind): "\(path) is \(kind), not a file"
    case .olderVersion(let path, let found, let known):
      "\(path) has schema version \(found), which this Lethe reads only after migrating it to \(known), and it cannot be written to"
    case .newerVersion(let path, let found, let known):
      "\(path) has schema version \(found); this Lethe knows versions up to \(known)"
    case .unusable(let path, let message): "\(path) cannot be used: \(message)"
    case .commitUncertain(let path, let message):
      "the disk failed while \(path) was to be made durable, so the command may or may not have been carried out: \(message)"
    case .inputOutput(let path, let message), .database(let path, let message): "SQLite reports for \(path): \(message)"
    case .changedMeanwhile(let path): "another process wrote to \(path) meanwhile"
    case .copyDamaged(let path, let count, let first):
      "the copy \(path) does not verify (\(count) finding\(count == 1 ? "" : "s"); \(first))"
    case .busy(let path): "another process has been writing to \(path) for too long"
    case .wrongKey(let expected, let given): "this store's log is signed with key \(expected), not with \(given)"
    case .keyRefused(let key, let reason): "\(key) cannot take over the log: \(reason)"
    case .unknown(let kind, let name, let known):
      "there is no \(kind) named \(name)" + NearestName.hint(name, among: known, showing: 5, kind: kind)
    case .exists(let kind, let name): "there is already a \(kind) named \(name)"
    case .badName(let kind, let name): "\(name.debugDescription) cannot name a \(kind)"
    case .badDate(let text): "\(text.debugDescription) is not a date"
    case .ambiguous(let prefix, let matches): "\(prefix) could be \(matches.joined(separator: " or "))"
    case .chunkCorrupt(let id, let reason): "chunk \(id) is damaged: \(reason)"
    case .tensorCorrupt(let digest, let reason): "tensor \(digest) is damaged: \(reason)"
    case .rowListCorrupt(let reason): "a list of zeroed rows is damaged: \(reason)"
    case .recordCorrupt(let table, let id, let reason): "row \(id) of table \(table) is damaged: \(reason)"
    case .erased(let what, let erasure, let time):
      "the bytes of \(what) are gone: erasure \(erasure) removed them on \(time); its record and digests are still here"
    case .excluded(let kind, let digest): "this \(kind) must not come back: \(digest) was erased"
    }
  }

  /// What the reader can do about it.
  public var remedy: String {
    switch self {
    case .notFound: "make one with `lethe init`, or name another with --store or LETHE_STORE"
    case .notAStore, .notAFile: "name a store made by `lethe init` with --store or LETHE_STORE"
    case .olderVersion: "copy it, with what lies beside it, to a folder where you may write, and use the copy"
    case .commitUncertain:
      "see what the system says of the disk; `lethe history` tells whether the command was carried out: as a whole or not at all"
    case .inputOutput: "see what the system says of the disk, and have a copy of the store at hand; nothing was written"
    case .alreadyExists: "choose another name, or use the one that is there; nothing is overwritten"
    case .newerVersion: "use a Lethe at least as new as the one that wrote the store"
    case .busy: "wait for the other command to end and run this one again; nothing was written"
    case .wrongKey: "name the right key's file with LETHE_KEY; `lethe log key` shows the key, and whether it was handed over"
    case .keyRefused: "name a file that is not there yet, so that a fresh key is made; nothing was written"
    case .unusable: "see that the folder is there, that you may write to it and that its disk is not full; nothing was written"
    case .unknown(let kind, _, _):
      switch kind {
      case "dataset", "class": "check the spelling; `lethe dataset list` and `lethe dataset show` tell what there is"
      case "checkpoint": "check the number; `lethe checkpoint list` shows what there is"
      case "head": "give a number of entries that the log had; `lethe log checkpoint` tells how many it has"
      case "hold", "copy", "request": "check the number; `lethe \(kind) list --all` shows what there is"
      case "recipient": "check the number; `lethe recipient list` shows what there is"
      default: "check the spelling; `lethe history` shows what there is"
      }
    case .exists: "choose another name"
    case .badName: "use 1 to 100 letters, digits, '.', '_' and '-', beginning with a letter or digit"
    case .badDate: "write it as year, month and day: 2026-12-31"
    case .ambiguous: "give more characters of the digest"
    case .erased: "what was erased cannot be had back; `lethe explain` shows which checkpoints are left"
    case .excluded(let kind, _):
      kind == "example"
        ? "leave it out of the files; `lethe exclusion list` shows what must not come back"
        : "`lethe exclusion list` shows what must not come back"
    case .changedMeanwhile: "run the command again; nothing was written"
    case .copyDamaged: "run `lethe verify` on the store that was to be copied, or on the copy, to see all of the damage"
    case .database, .chunkCorrupt, .tensorCorrupt, .rowListCorrupt, .recordCorrupt:
      "run `lethe verify` to see all of the damage, and go back to a copy of the file that verifies"
    }
  }
}
