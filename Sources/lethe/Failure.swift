import ArgumentParser
import Bottleneck
import Engine
import Foundation
import Ledger
import Report
import Store
import Tensors

/// An error as a person or a program is told of it.
struct Failure {
  /// Exit codes of the contract.
  enum Exit: Int32 {
    case failed = 1
    case damage = 20
    case incomplete = 21
    case held = 22
    case forgotten = 23
    case usage = 64
  }

  var code: String
  var message: String
  var remedy: String
  var exit: Exit = .failed

  init(_ error: any Error) {
    switch error {
    case let error as StoreError:
      let exit: Exit = error.isDamage ? .damage : error.isForgotten ? .forgotten : .failed
      self.init(error.code, error.message, error.remedy, exit: exit)
    case let error as CarriedOut:
      self.init(error.underlying)
      remedy = "the command was carried out before that and is log entry \(error.entry); `lethe history` and `lethe verify` show it"
    case let error as EngineError:
      let exit: Exit =
        switch error {
        case .held: .held
        case .exampleExcluded, .knowsForgotten, .notShownForgotten, .restoreForgotten, .restoreExcluded: .forgotten
        case .fileAltered: .damage
        default: .failed
        }
      self.init(error.code, error.message, error.remedy, exit: exit)
    case let error as RequestError: self.init(error.code, error.message, error.remedy)
    case let error as SiteError: self.init(error.code, error.message, error.remedy)
    case let error as ReportFileError: self.init("report.unreadable", error.message, error.remedy)
    case let error as ExclusionListError: self.init("exclusion_list.unreadable", error.message, error.remedy)
    case let error as EvidenceError: self.init(error.code, error.message, error.remedy, exit: error.exit)
    case let error as NpyError: self.init("npy.unreadable", "\(error.path): \(error.fault.problem)", error.fault.remedy)
    case let error as SafetensorsError:
      self.init(
        "safetensors.\(error.fault == .exists ? "exists" : "unusable")", "\(error.path): \(error.fault.problem)", error.fault.remedy
      )
    case let error as TextLinesError: self.init("text.unreadable", "\(error)", "save the file as UTF-8 with one name a line")
    case let error as BottleneckError: self.init("engine.refused", "\(error)", "see --help for the ranges of the options")
    case let error as SigningKeyFileError: self.init("key.unusable", "\(error)", "name the key's file with LETHE_KEY")
    case let error as KeyError: self.init("key.unusable", "\(error)", "choose another --origin")
    case let error as CocoaError:
      self.init(
        "file.unusable", "\(error.filePath ?? "a file"): \(error.localizedDescription)",
        "check the path, its permissions and the disk")
    default: self.init("failed", "\(error)", "run the command again; nothing was written")
    }
  }

  init(_ code: String, _ message: String, _ remedy: String, exit: Exit = .failed) {
    (self.code, self.message, self.remedy, self.exit) = (code, message, remedy, exit)
  }

  /// Tells of an error on stderr, and with `--json` also as an object on stdout, and ends the process.
  static func exit(with error: any Error) -> Never {
    let json = CommandLine.arguments.contains("--json")
    if let ended = error as? Ended { Foundation.exit(ended.exit.rawValue) }
    if Self.isOurs(error) == false {
      // Help, version and wrong usage are the parser's to tell.
      if json, Lethe.exitCode(for: error) != .success {
        printError("usage", Lethe.message(for: error), "see `lethe --help`")
      }
      Lethe.exit(withError: error)
    }
    let failure = Failure(error)
    if json { printError(failure.code, failure.message, failure.remedy) }
    Terminal.errorLine("lethe: \(failure.message)\n       \(failure.remedy)")
    Foundation.exit(failure.exit.rawValue)
  }

  private static func isOurs(_ error: any Error) -> Bool {
    error is StoreError || error is CarriedOut || error is EngineError || error is EvidenceError
      || error is ExclusionListError || error is RequestError || error is ReportFileError || error is SiteError || error is NpyError
      || error is SafetensorsError || error is TextLinesError || error is BottleneckError || error is SigningKeyFileError
      || error is KeyError || error is CocoaError || error is EncodingError
  }

  private static func printError(_ code: String, _ message: String, _ remedy: String) {
    let answer = ErrorAnswer(code: code, message: message, remedy: remedy)
    if let text = try? answer.json() { Terminal.object(text) }
  }
}

/// The command said all that there is to say; only the exit code is left.
struct Ended: Error {
  var exit: Failure.Exit
}

/// What went wrong when the command had been committed already: in reading or closing what it wrote. To say that nothing was
/// written would be untrue.
struct CarriedOut: Error {
  var entry: Int64
  var underlying: any Error

  /// The error as it is, unless a log entry was committed before it.
  static func wrapping(_ error: any Error, _ entry: Int64?) -> any Error {
    guard let entry, !(error is CarriedOut), !(error is Ended) else { return error }
    return CarriedOut(entry: entry, underlying: error)
  }
}
