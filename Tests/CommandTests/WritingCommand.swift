import Foundation
import Testing

/// A command that writes, for tests that kill it, let the disk fail under it, or run it twice: a new one is one line in `all`.
struct WritingCommand: Sendable, CustomTestStringConvertible {
  var name: String
  var arguments: [String]
  /// What its log entries say was done, one after the other; each is a transaction of its own.
  var actions: [String]
  /// Commands that must have been run before.
  var before: [[String]] = []
  /// Whether it needs a trained model; else it begins with a store that holds nothing.
  var needsModel = true
  /// Files that lie beside the store, by name.
  var files: [String: String] = [:]
  /// Files that it makes for itself, which may be there although it has not happened.
  var own: Set<String> = []
  /// Whether it writes those in place of what has their names; else they have to go before it is run again.
  var replacesOwn = true

  var testDescription: String { name }

  static let forgetting = ["forget", "m", "--class", "frog", "--reason", "r"]

  static let all = [
    WritingCommand(name: "dataset import", arguments: Samples.importing(), actions: ["import"], needsModel: false),
    WritingCommand(name: "train", arguments: Samples.training(), actions: ["train"]),
    WritingCommand(name: "forget", arguments: forgetting, actions: ["forget"]),
    WritingCommand(
      name: "rollback", arguments: ["rollback", "m", "--to", "1", "--reason", "r"], actions: ["rollback"], before: [forgetting]),
    WritingCommand(
      name: "rollback --reinstate", arguments: ["rollback", "m", "--to", "1", "--reinstate", "--reason", "r"],
      actions: ["reinstate"],
      before: [forgetting]),
    WritingCommand(
      name: "checkpoint import", arguments: ["checkpoint", "import", "m", "m.safetensors", "--dataset", "pets"],
      actions: ["import-checkpoint"], before: [["checkpoint", "export", "m", "m.safetensors"]]),
    WritingCommand(
      name: "erase", arguments: ["erase", "m", "--class", "frog", "--yes"], actions: ["erase", "certify"], before: [forgetting]),
    WritingCommand(
      name: "retention apply", arguments: ["retention", "apply", "m", "--yes"], actions: ["erase", "certify"],
      before: [forgetting, ["retention", "set", "m", "--keep-last", "1", "--reason", "r"]]),
  ]

  private static let holding = ["hold", "place", "m@1", "--reason", "r", "--owner", "o", "--review", "2031-01-31"]
  private static let requesting = ["request", "open", "case 7", "--ground", "17-1-b", "--channel", "email"]
  private static let list =
    #"{"exclusions":[{"digest":"sha256:\#(String(repeating: "0", count: 64))","erasure":null,"kind":"example"}],"log_size":1,"#
    + #""origin":"example.com/other","root":"sha256:\#(String(repeating: "1", count: 64))","schema":"lethe/exclusion-list/v1"}"#

  /// Commands that only add a record or two, which all of them do in the same way: they are killed, but the disk does not fail under
  /// each of them.
  static let recording = [
    WritingCommand(name: "hold place", arguments: holding, actions: ["hold"]),
    WritingCommand(name: "hold lift", arguments: ["hold", "lift", "1", "--reason", "r"], actions: ["lift"], before: [holding]),
    WritingCommand(
      name: "retention set", arguments: ["retention", "set", "m", "--keep-last", "2", "--reason", "r"], actions: ["retention"]),
    WritingCommand(
      name: "copy clear", arguments: ["copy", "clear", "1"], actions: ["copy-clear"],
      before: [["copy", "add", "a drawer", "--kind", "other"]], needsModel: false),
    WritingCommand(
      name: "exclusion import", arguments: ["exclusion", "import", "list.json"], actions: ["exclude"], needsModel: false,
      files: ["list.json": list + "\n"]),
    WritingCommand(
      name: "log redact", arguments: ["log", "redact", "3", "--reason", "r", "--yes"], actions: ["redact"], before: [forgetting]),
    WritingCommand(name: "request open", arguments: requesting, actions: ["request"], needsModel: false),
    WritingCommand(
      name: "request extend", arguments: ["request", "extend", "1", "--reason", "r"], actions: ["request-extend"],
      before: [requesting],
      needsModel: false),
    WritingCommand(
      name: "request answer", arguments: ["request", "answer", "1", "--outcome", "full"], actions: ["request-answer"],
      before: [requesting], needsModel: false),
    WritingCommand(
      name: "request policy", arguments: ["request", "policy", "--two-people", "--reason", "r"], actions: ["request-policy"],
      needsModel: false),
    WritingCommand(
      name: "recipient told", arguments: ["recipient", "told", "1"], actions: ["notice"],
      before: [["checkpoint", "export", "m", "m.safetensors", "--to", "somebody"]]),
    WritingCommand(
      name: "checkpoint export --to", arguments: ["checkpoint", "export", "m", "out.safetensors", "--to", "somebody"],
      actions: ["export"], own: ["out.safetensors", "out.safetensors.sig", "model"], replacesOwn: false),
    WritingCommand(
      name: "report --record", arguments: ["report", "--format", "html", "--output", "page.html", "--record"], actions: ["report"],
      needsModel: false, own: ["page.html", "page.json"]),
    // Whether it has happened or not, the next run works: with the old key it takes the file that is there.
    WritingCommand(
      name: "log rotate-key", arguments: ["log", "rotate-key", "new-key", "--reason", "r"], actions: ["rotate-key"],
      needsModel: false,
      own: ["new-key"]),
  ]

  /// A store on which the command can be run.
  func session() throws -> Session {
    let session = needsModel ? try Session.trained() : try Session()
    if !needsModel {
      try Samples().write(to: session.folder)
      try session.json(["init"])
    }
    for (name, text) in files { _ = try session.folder.write(text: text, name) }
    for command in before { try session.json(command) }
    return session
  }
}

/// A session's store before a command, to which the store is put back as often as one likes.
struct StoreState {
  let session: Session
  let file: Data
  let dump: String
  let entries: Int
  let names: Set<String>

  init(of session: Session) throws {
    self.session = session
    file = try Data(contentsOf: URL(fileURLWithPath: session.store))
    dump = try session.dump()
    entries = try session.json(["verify"])["log_size"].count ?? 0
    names = try Self.names(in: session)
  }

  /// Removes the store with whatever lies beside it, and puts it there as it was.
  func restore() throws {
    for name in try Self.names(in: session).subtracting(names) { unlink(session.folder.file(name)) }
    try file.write(to: URL(fileURLWithPath: session.store))
  }

  /// How many of the actions have happened, each as a whole; the store must verify and lie there alone.
  /// - Parameter own: files that may lie beside it all the same.
  func happened(
    _ actions: [String], own: Set<String> = [], _ comment: String, at location: SourceLocation = #_sourceLocation
  ) throws -> Int {
    let verified = try session.json(["verify"], at: location)
    #expect(verified["ok"] == true && verified["findings"] == [], "\(comment)", sourceLocation: location)
    // A file is written under a name of its own before it gets that name.
    let left = try Self.names(in: session).filter { name in
      !own.contains { name == $0 || name.hasPrefix(".\($0).") || name.hasPrefix("\($0).") && name.hasSuffix(".partial") }
    }
    #expect(left == names, "\(comment)", sourceLocation: location)
    let count = (verified["log_size"].count ?? 0) - entries
    #expect((0...actions.count).contains(count), "\(comment)", sourceLocation: location)
    if count > 0 {
      // The whole of each: its entry, and whatever it wrote, to which `verify` holds the entry.
      let newest = try session.json(["history", "--limit", String(count)], at: location)["entries"].all("action")
      #expect(newest.reversed() == actions.prefix(count).map(JSON.string), "\(comment)", sourceLocation: location)
    } else {
      #expect(try session.dump() == dump, "\(comment)", sourceLocation: location)
    }
    return count
  }

  private static func names(in session: Session) throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: session.folder.path))
  }
}
