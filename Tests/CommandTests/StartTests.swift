import ArgumentParser
import Testing

@testable import lethe

/// What every command does before it does anything: the tree of commands is built, and must stay cheap.
@Suite("Start")
struct StartTests {
  /// Else the parser asks `String(describing:)` of the type, which asks the runtime whether it is `CustomStringConvertible` and more: a
  /// search of every conformance in the program, a tenth of a millisecond for each command, and a third of the start for fifty.
  @Test("every command says its name")
  func names() {
    func commands(below type: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
      [type] + type.configuration.subcommands.flatMap(commands)
    }
    let all = commands(below: Lethe.self)
    #expect(all.count > 60)
    for command in all { #expect(command.configuration.commandName != nil, "\(command)") }
  }
}
