import ArgumentParser
import Engine
import Report
import Store

/// `lethe restore`.
struct Restore: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Put a backup in the place of a lost or damaged store, unless that brings back what was forgotten.",
    discussion: """
      The backup is verified in full first; it is never changed. Where no store is, it becomes the store. Where one is, it is replaced
      only if it is damaged and its log is the backup's to the last entry, so that nothing committed is lost; if it went on since, that
      is refused, with exit code 23 if something was forgotten or erased since.

      When the store is gone nobody can know from the backup what was forgotten after it. Keep `lethe exclusion export` elsewhere and
      give it with --exclusions: a backup that holds an erased example or checkpoint is then refused with exit code 23. And keep
      `lethe log checkpoint` elsewhere: a restored log that goes on is another one than the lost store's from there on.

      EXAMPLES
        lethe restore /mnt/backup/lethe-2026-11-25.db --exclusions /mnt/safe/exclusions.json
        lethe restore backup.db --dry-run --json
        lethe restore backup.db --yes
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var actor: ActorOptions
  @Argument(help: "A file that `lethe backup` wrote, or another copy of a store.") var file: String
  @Option(help: ArgumentHelp("A file that `lethe exclusion export` wrote.", valueName: "file"), completion: .file()) var exclusions:
    String?
  @Flag(help: "Check everything and say what would be done; write nothing.") var dryRun = false
  @Flag(help: "Do not ask.") var yes = false

  func run() throws {
    let list = try exclusions.map(ExclusionListFile.read)
    let request = RestoreRequest(file: file, place: common.path, exclusions: list)
    let restoration = try Engine.prepareRestore(request) { Terminal.progress($0, $1) }
    var answer = RestoreAnswer(
      file: file, store: common.path, outcome: restoration.outcome.rawValue, logSize: restoration.logSize, root: restoration.root,
      checkedBytes: restoration.checkedBytes, damage: restoration.damage, exclusionsChecked: list != nil,
      warnings: restoration.warnings)
    if !dryRun {
      if restoration.outcome == .replaced {
        Terminal.clearProgress()
        if !common.json { Self.plan(answer) }
        try Confirmation.require(common.path, yes: yes, for: "Replacing the damaged store")
      }
      answer = answer.carriedOut(logIndex: try restoration.carryOut(key: KeyFile.load(), actor: actor.name))
    }
    try common.show(answer) { answer in
      if answer.dryRun {
        Self.plan(answer)
      } else {
        Terminal.line(
          "\(Self.verb(answer, done: true)) \(Terminal.bold(answer.store)), \(answer.logSize) log entries, verified" + entry(answer)
        )
      }
      for warning in answer.warnings { Terminal.line("Note: \(warning)") }
    }
  }

  private func entry(_ answer: RestoreAnswer) -> String { answer.logIndex.value.map { "; log entry \($0)" } ?? "" }

  private static func verb(_ answer: RestoreAnswer, done: Bool) -> String {
    switch answer.outcome {
    case "restored": done ? "Restored" : "Would restore"
    case "replaced": done ? "Replaced" : "Would replace the damaged"
    default: "Nothing to restore: the same log is sound in"
    }
  }

  private static func plan(_ answer: RestoreAnswer) {
    for item in answer.damage { Terminal.line("\(item.code): \(item.subject): \(item.message)") }
    Terminal.line("\(verb(answer, done: false)) \(answer.store), \(answer.logSize) log entries, root \(answer.root)")
  }
}
