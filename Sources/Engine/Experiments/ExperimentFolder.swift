import Foundation
import Ledger
import Store

/// Where an experiment keeps what it has finished, a file a cell, so that a run that was stopped goes on where it was.
///
/// A cell is written to a file of another name, flushed and renamed: what bears its name is whole. `experiment.json` says what the cells are
/// of, and a folder of something else is refused.
struct ExperimentFolder {
  let path: String
  private var cells: String { path + "/cells" }
  private static let name = "experiment.json"

  /// - Parameter settings: all that decides the figures.
  /// - Throws: `EngineError.experimentFolder`.
  init(_ path: String, settings: JSONValue) throws {
    self.path = path
    let text = try CanonicalJSON.encode(settings)
    let file = path + "/" + Self.name
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
      guard isFolder.boolValue else { throw EngineError.experimentFolder(path: path, reason: "it is not a folder") }
      if let found = FileManager.default.contents(atPath: file) {
        guard Array(found) == text else {
          throw EngineError.experimentFolder(
            path: path, reason: "it holds another experiment, or the same with other settings or data")
        }
      } else if try !FileManager.default.contentsOfDirectory(atPath: path).isEmpty {
        throw EngineError.experimentFolder(path: path, reason: "it holds other files")
      }
    }
    do {
      try FileManager.default.createDirectory(atPath: cells, withIntermediateDirectories: true)
      try Self.write(text, to: file)
    } catch let error as CocoaError {
      throw EngineError.experimentFolder(path: path, reason: error.localizedDescription)
    }
  }

  /// A cell that was finished before; nil if it was not. One that cannot be read is run again.
  func cell<Content: Decodable>(_ key: String, as type: Content.Type = [ExperimentFigure].self) -> Content? {
    guard let data = FileManager.default.contents(atPath: "\(cells)/\(key).json") else { return nil }
    return try? JSONDecoder().decode(type, from: data)
  }

  /// Keeps a finished cell.
  func finish(_ key: String, _ content: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    do {
      try Self.write(Array(encoder.encode(content)), to: "\(cells)/\(key).json")
    } catch let error as CocoaError {
      throw EngineError.experimentFolder(path: path, reason: error.localizedDescription)
    }
  }

  private static func write(_ bytes: [UInt8], to file: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: file), options: .atomic)
  }
}
