import ArgumentParser
import Engine
import Foundation
import Ledger
import Logging
import Report
import Store

/// How every command says what it has to say.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print one JSON object instead of text.")
  var json = false

  @Flag(help: "Print neither text nor progress; errors go to stderr, and --json still prints its object.")
  var quiet = false

  @Flag(help: "Tell on stderr what is done meanwhile and how long it takes.")
  var verbose = false

  /// Prints an answer as JSON, or lets `text` print it for people.
  func show<Shown: Answer>(_ answer: Shown, text: (Shown) -> Void) throws {
    Terminal.clearProgress()
    if json { Terminal.object(try answer.json()) } else { text(answer) }
  }
}

/// What every command takes that works on a store.
struct CommonOptions: ParsableArguments {
  @Option(
    name: .customLong("store"), help: ArgumentHelp("The store (else $LETHE_STORE, else ./lethe.db).", valueName: "file"),
    completion: .file())
  var storePath: String?

  @OptionGroup var output: OutputOptions

  var json: Bool { output.json }

  /// Where the store is or shall be.
  var path: String { storePath ?? environment["LETHE_STORE"] ?? "lethe.db" }

  private var environment: [String: String] { ProcessInfo.processInfo.environment }

  /// Opens the store, runs `body`, closes it: the write-ahead log is folded back into the file.
  func withStore<Value>(for access: Store.Access = .asking, _ body: (Store) throws -> Value) throws -> Value {
    let store = try Store.open(at: path, for: access)
    Logger.command.debug("store opened", metadata: ["path": "\(path)", "for": "\(access)"])
    let value: Value
    do {
      value = try body(store)
    } catch {
      try? store.close()
      throw CarriedOut.wrapping(error, store.lastCommit)
    }
    do {
      try store.close()
    } catch {
      throw CarriedOut.wrapping(error, store.lastCommit)
    }
    if let entry = store.lastCommit { Logger.command.debug("committed", metadata: ["entry": "\(entry)"]) }
    return value
  }

  /// Runs `body` with an engine; one that only reads needs no actor.
  func withEngine<Value>(
    for access: Store.Access = .reading, actor: String = "", threads: Int?, _ body: (Engine) throws -> Value
  ) throws -> Value {
    let count = try Threads.check(threads)
    return try withStore(for: access) { store in
      try body(
        Engine(store: store, key: KeyFile.load, actor: actor, threads: count, logger: .command) { Terminal.progress($0, $1) })
    }
  }

  /// Prints an answer as JSON, or lets `text` print it for people.
  func show<Shown: Answer>(_ answer: Shown, text: (Shown) -> Void) throws {
    try output.show(answer, text: text)
  }
}

/// What every command takes that writes to the store.
struct ActorOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Who acts (else $LETHE_ACTOR, else the login name); goes into the log as a commitment.", valueName: "text"))
  var actor: String?

  var name: String {
    actor ?? ProcessInfo.processInfo.environment["LETHE_ACTOR"] ?? NSUserName()
  }

  /// Runs `body` with an engine that may write, unless it is opened for reading.
  func withEngine<Value>(
    _ common: CommonOptions, for access: Store.Access = .writing, threads: Int? = nil, _ body: (Engine) throws -> Value
  ) throws -> Value {
    try common.withEngine(for: access, actor: name, threads: threads, body)
  }
}

/// How many threads compute.
enum Threads {
  static func check(_ given: Int?) throws -> Int {
    if let given, !(1...1024).contains(given) { throw ValidationError("--threads must be 1 to 1024.") }
    return given ?? ProcessInfo.processInfo.activeProcessorCount
  }
}

/// A time as an option gives it.
enum Times {
  /// - Throws: `ValidationError` unless it is the beginning of an RFC 3339 time in UTC: anything else would compare as nonsense.
  static func check(_ given: String?, option: String) throws {
    guard let given, given.wholeMatch(of: /\d{4}(-\d\d(-\d\d(T\d\d(:\d\d(:\d\dZ?)?)?)?)?)?/) == nil else { return }
    throw ValidationError("\(option) must be a time in UTC such as 2026-01-31T12:00:00Z, or its beginning.")
  }
}

/// The private signing key's file.
enum KeyFile {
  static var path: String {
    ProcessInfo.processInfo.environment["LETHE_KEY"] ?? NSHomeDirectory() + "/.config/lethe/key"
  }

  /// Reads the key that is there.
  /// - Throws: `EngineError.keyMissing`, `SigningKeyFileError`.
  @Sendable static func load() throws -> SigningKey {
    do {
      return try SigningKey.load(path: path)
    } catch SigningKeyFileError.notFound {
      throw EngineError.keyMissing(path: path)
    }
  }

  /// Reads the key, or makes one on first use.
  static func loadOrCreate() throws -> SigningKey {
    try FileManager.default.fileExists(atPath: path) ? load() : SigningKey.create(path: path, name: "lethe")
  }
}

extension Logger {
  /// Quiet unless $LETHE_LOG names a level (trace, debug, info …) or --verbose asks for debug; to stderr.
  static let command: Logger = {
    var logger = Logger(label: "lethe") { StreamLogHandler.standardError(label: $0) }
    let level = ProcessInfo.processInfo.environment["LETHE_LOG"].flatMap(Logger.Level.init(rawValue:)) ?? .warning
    logger.logLevel = Terminal.isVerbose ? min(level, .debug) : level
    return logger
  }()
}
