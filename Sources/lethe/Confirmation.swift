import ArgumentParser
import Foundation
@preconcurrency import Glibc

/// What a command asks before it does what cannot be undone.
enum Confirmation {
  /// Returns when the person typed `name`, or `yes` was given; nothing is asked when stdin is no terminal.
  /// - Throws: `ValidationError` when stdin is no terminal and `--yes` was not given, `Ended` when something else was typed.
  static func require(_ name: String, yes: Bool, for what: String) throws {
    if yes { return }
    guard isatty(0) == 1, !Terminal.isQuiet else {
      throw ValidationError("\(what) cannot be undone: say --yes, or --dry-run to see the plan.")
    }
    Terminal.errorLine("\(what) cannot be undone. Type \(name) to go on:")
    if readLine() != name {
      Terminal.errorLine("lethe: nothing was written")
      throw Ended(exit: .failed)
    }
  }
}
