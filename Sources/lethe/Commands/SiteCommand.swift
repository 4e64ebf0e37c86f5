import ArgumentParser
import Ledger
import Report
import Store

/// `lethe site`.
struct SiteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "site", abstract: "Write the store as static pages for any web server, or to open from disk.",
    discussion: """
      Models with their checkpoints, events with their effect, requests, and the log with its tiles (`lethe log export`) beside it. The pages
      load and run nothing. Run again, it writes what changed. Names of persons and classes and reasons are left out: classes are shown by
      their labels, unless --with-personal-data is given. Names of models and data sets are in clear. Nothing is verified on the way.

      EXAMPLES
        lethe site public
        lethe site /srv/www/lethe --json
        lethe site inside --with-personal-data
      """)

  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp("The folder; made if it is not there.", valueName: "folder")) var folder: String
  @Flag(help: "Show names of persons and classes, and reasons.") var withPersonalData = false

  func run() throws {
    let answer = try common.withStore { store in
      try store.read { snapshot in
        let site = try Site(snapshot, personal: withPersonalData)
        var pages = try SiteFolder(folder, origin: snapshot.identity().origin)
        try site.write(to: &pages) { Terminal.progress("writing pages", $0) }
        let export = try LogCommand.Export.publish(snapshot, to: folder + "/log")
        return SiteAnswer(pages, logSize: Int64(export.head.size), personalData: withPersonalData)
      }
    }
    try common.show(answer) { answer in
      Terminal.line(
        "\(answer.pages) pages in \(answer.folder), \(answer.written) written, \(Terminal.bytes(answer.bytesWritten)); "
          + "open \(answer.folder)/index.html")
    }
  }
}
