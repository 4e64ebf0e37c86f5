import ArgumentParser
import Engine
import Foundation
import Ledger
import Report
import Store

/// `lethe demo`: the whole main line on the embedded data set, with the commands that a user would type.
struct Demo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "See everything on a small real data set: train, forget, roll back, explain, verify, report.",
    discussion: """
      Runs on data/fashion-mnist, which comes with the source (see data/README.md), in a folder of its own, with a key of its own.

      EXAMPLES
        tools/demo
        lethe demo --keep my-demo
      """)

  @Option(
    help: ArgumentHelp("Folder to leave the store in (else a new one beside the data).", valueName: "folder"),
    completion: .directory) var keep: String?
  @Option(help: ArgumentHelp("The embedded data set.", valueName: "folder"), completion: .directory) var data = "data/fashion-mnist"

  func run() throws {
    let demonstration = try Demonstration(folder: keep ?? "lethe-demo", data: data)
    try demonstration.run()
  }
}
