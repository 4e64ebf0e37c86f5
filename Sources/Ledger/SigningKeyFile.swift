import Foundation

extension SigningKey {
  /// Reads a key file, if nobody but its owner can.
  ///
  /// Symbolic links are followed: secrets are often mounted as such. One newline at the end is allowed.
  ///
  /// - Throws: every case of `SigningKeyFileError` but `.invalidModelKey`.
  public static func load(path: String) throws(SigningKeyFileError) -> SigningKey {
    // The prefix and the newline on top of the longest key.
    let limit = VerifierKey.maximumTextBytes + 15
    var text = try KeyFile.read(path: path, maximumBytes: limit)[...]
    guard text.count <= limit else { throw .invalid(path: path, .tooLarge) }
    if text.last == UInt8(ascii: "\n") { text.removeLast() }
    do throws(KeyError) {
      return try SigningKey(text: String(decoding: text, as: UTF8.self))
    } catch {
      throw .invalid(path: path, error)
    }
  }

  /// Makes a new key and its file, or takes the key of the file that is there.
  ///
  /// A file of that name is complete or absent and never overwritten. Of several processes that call this at once one
  /// wins, and all return the winner's key, so compare `verifierKey.name` with the name you wanted. Missing folders are made
  /// with mode 0700.
  ///
  /// - Throws: every case of `SigningKeyFileError` but `.invalidModelKey`; `.invalid` with `.invalidName` if the name can't
  ///   name a key.
  public static func create(path: String, name: String) throws(SigningKeyFileError) -> SigningKey {
    let key: SigningKey
    do throws(KeyError) {
      key = try SigningKey(name: name)
    } catch {
      throw .invalid(path: path, error)
    }
    let isNew = try KeyFile.create(path: path, content: Array((key.secretText + "\n").utf8))
    return isNew ? key : try load(path: path)
  }
}

/// The ways in which a key file can be unusable; no case carries any of its content.
public enum SigningKeyFileError: Error, Hashable, CustomStringConvertible {
  /// There is no such file.
  case notFound(path: String)
  /// A folder, a device or a pipe.
  case notARegularFile(path: String)
  /// Group or others may do something with the file; carries its mode.
  case readableByOthers(path: String, mode: mode_t)
  /// The content is no signing key.
  case invalid(path: String, KeyError)
  /// The content is no key for signing exported models.
  case invalidModelKey(path: String, P256KeyError)
  /// The folder for the file can't be made.
  case folder(path: String)
  /// A call to the operating system failed; carries its name and error number.
  case system(path: String, step: String, code: Int32)

  /// What is wrong with which file, in a sentence.
  public var description: String {
    switch self {
    case .notFound(let path): "there is no signing key at \(path)"
    case .notARegularFile(let path): "\(path) is not a file: name a file that holds the signing key"
    case .readableByOthers(let path, let mode):
      "the signing key \(path) is open to other users (mode \(String(mode, radix: 8))): run chmod 600 \(path)"
    case .invalid(let path, let error): "\(path) holds no usable signing key: \(error)"
    case .invalidModelKey(let path, let error): "\(path) holds no usable key for signing models: \(error)"
    case .folder(let path): "cannot make the folder \(path) for the signing key"
    case .system(let path, let step, let code):
      "\(step) failed for the signing key \(path): \(String(cString: strerror(code)))"
    }
  }
}
