import ArgumentParser
import Engine
import Foundation
import Logging

/// `lethe`: parse, call Engine or Report, print.
@main
struct Lethe: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lethe",
    abstract: "A model store that can forget, and can show that it did.",
    discussion: """
      A store is one SQLite file: --store FILE or $LETHE_STORE, else ./lethe.db. Every command that changes it is one durable
      transaction and one signed log entry. The signing key is the file $LETHE_KEY, else ~/.config/lethe/key; `init` makes it.

      EXAMPLES
        lethe demo                                     see all of it on a small data set
        lethe init
        lethe dataset import faces --train-x x.npy --train-y y.npy --test-x tx.npy --test-y ty.npy --classes names.txt
        lethe train pets --dataset faces
        lethe forget pets --class "J. D." --reason "consent withdrawn"
        lethe explain --class "J. D."
        lethe report pets --format markdown --output report.md
        lethe verify

      Exit codes: 0 done, 1 failed, 20 tampering or damage found, 21 erasure incomplete, 22 refused by a hold, 23 refused because it was
      forgotten, 64 wrong usage.
      """,
    version: Engine.version,
    subcommands: [
      Init.self, DatasetCommand.self, Train.self, Evaluate.self, Forget.self, Rollback.self, Erase.self, History.self, Explain.self,
      CheckpointCommand.self, HoldCommand.self, RetentionCommand.self, CopyCommand.self, RequestCommand.self, RecipientCommand.self,
      ExclusionCommand.self, Backup.self,
      Restore.self, Verify.self, VerifyReceipt.self,
      LogCommand.self,
      ReportCommand.self, SiteCommand.self, Stats.self, Experiment.self,
      Demo.self,
    ])

  static func main() {
    do {
      let start = ContinuousClock.now
      var command = try parseAsRoot()
      try command.run()
      let milliseconds = start.duration(to: .now) / .milliseconds(1)
      Logger.command.debug("done", metadata: ["milliseconds": "\(Int(milliseconds.rounded()))"])
    } catch {
      Failure.exit(with: error)
    }
  }
}
