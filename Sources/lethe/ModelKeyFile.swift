import Foundation
import Ledger

/// The file of the private key that signs exported checkpoints; never the log's.
enum ModelKeyFile {
  static var path: String {
    ProcessInfo.processInfo.environment["LETHE_MODEL_KEY"] ?? NSHomeDirectory() + "/.config/lethe/model-key.pem"
  }

  /// Reads the key, or makes one on first use.
  /// - Throws: `EvidenceError.modelKey`.
  static func loadOrCreate() throws -> ModelSigningKey {
    do throws(SigningKeyFileError) {
      return try FileManager.default.fileExists(atPath: path)
        ? ModelSigningKey.load(path: path) : ModelSigningKey.create(path: path)
    } catch {
      throw EvidenceError.modelKey(error)
    }
  }
}
