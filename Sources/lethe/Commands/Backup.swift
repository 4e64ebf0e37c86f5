import ArgumentParser
import Engine
import Report
import Store

/// `lethe backup`.
struct Backup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Write a verified copy of the store to a file, and register it.",
    discussion: """
      One consistent state, whatever is written meanwhile; the copy is verified in full before it gets its name, and no file is ever
      overwritten. It is registered first (`lethe copy list`): if the command is killed, the list may name a file that is not there,
      and FILE.lethe-partial may be left, which the next backup to FILE removes. What is erased later is still in the copy: delete it
      then, and say so with `lethe copy clear`.

      EXAMPLES
        lethe backup /mnt/backup/lethe-2026-11-25.db
        lethe backup backup.db --clear-by 2027-02-28 --json
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var actor: ActorOptions
  @Argument(help: "The file to write; nothing may be there.") var file: String
  @Option(help: ArgumentHelp("When the copy will be deleted: 2027-02-28.", valueName: "date")) var clearBy: String?

  func run() throws {
    let date = try clearBy.map { try CalendarDate($0) }
    // If it fails, what it logged says that the place is clear again: the command was not carried out.
    let result = try actor.withEngine(common) { engine in Result { try engine.backup(to: file, clearBy: date) } }.get()
    let answer = BackupAnswer(
      result.copy, file: file, fileBytes: result.fileBytes, logSize: result.logSize, root: result.root,
      checkedBytes: result.checkedBytes)
    try common.show(answer) { answer in
      Terminal.line(
        "Wrote \(Terminal.bold(file)): \(Terminal.bytes(answer.fileBytes)), verified; copy \(answer.copy), log entry \(answer.logIndex)"
      )
      Terminal.line("It holds \(answer.logSize) log entries, root \(answer.root)")
    }
  }
}
