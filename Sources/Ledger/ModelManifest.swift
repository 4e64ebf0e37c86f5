/// The files that make up an exported model, each with its digest: what OpenSSF Model Signing v1.0 signs.
///
/// As a statement it has one subject, the model, whose digest is SHA-256 over the files' raw digests in their order (by
/// code point of the names); the predicate lists the files. A digest stands there as plain text beside its algorithm, not
/// in in-toto's map. Source: github.com/ossf/model-signing-spec, and `model_signing` 1.1.1, which reads and writes it.
package struct ModelManifest: Sendable, Hashable {
  /// The predicate type of the statement.
  package static let predicateType = "https://model_signing/signature/v1.0"

  /// The most files a manifest may list.
  package static let maximumFiles = 10_000

  /// A file of the model.
  package struct File: Sendable, Hashable {
    /// Its path below the model's folder, with `/` between the parts.
    package let name: String
    /// SHA-256 of its bytes.
    package let digest: Digest

    /// Names a file and its digest.
    package init(name: String, digest: Digest) {
      (self.name, self.digest) = (name, digest)
    }
  }

  /// The model's name, for people.
  package let name: String
  /// The files, ours by code point of their names.
  package let files: [File]
  /// Paths in the folder that were left out, the signature's own file among them.
  package let ignoredPaths: [String]

  /// Lists a model's files.
  ///
  /// - Throws: `ModelManifestError.noFiles`, `.tooManyFiles`, `.invalidName`, `.repeatedName`.
  package init(name: String, files: [File], ignoredPaths: [String] = []) throws(ModelManifestError) {
    try Self.check(files)
    self.name = name
    // UTF-8 sorts by code point.
    self.files = files.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    self.ignoredPaths = ignoredPaths
  }

  /// A model that is a single file and no folder: the reference implementation calls the file `.` then.
  ///
  /// - Parameters:
  ///   - name: the file's name, for people.
  ///   - digest: SHA-256 of the file.
  package init(file name: String, digest: Digest) {
    self.name = name
    files = [File(name: Self.itself, digest: digest)]
    ignoredPaths = []
  }

  /// Takes the manifest out of a statement.
  ///
  /// - Throws: every case of `ModelManifestError` but those of the signature.
  package init(_ statement: Statement) throws(ModelManifestError) {
    guard statement.predicateType == Self.predicateType else { throw .wrongPredicateType }
    guard statement.subjects.count == 1, let model = statement.subjects.first else { throw .notOneSubject }
    guard let predicate = statement.predicate, let list = predicate["resources"]?.elements,
      let serialization = predicate["serialization"], serialization["method"]?.text == "files"
    else { throw .malformed }
    guard list.count <= Self.maximumFiles else { throw .tooManyFiles(list.count) }
    var files: [File] = []
    for resource in list {
      guard let name = resource["name"]?.text, resource["algorithm"]?.text == "sha256",
        let hex = resource["digest"]?.text, let digest = try? Digest(hex: hex)
      else { throw .malformed }
      files.append(File(name: name, digest: digest))
    }
    try Self.check(files)
    let paths = serialization["ignore_paths"]?.elements ?? []
    ignoredPaths = paths.compactMap(\.text)
    guard ignoredPaths.count == paths.count else { throw .malformed }
    self.files = files
    name = model.name ?? ""
    guard model.matches(root) else { throw .wrongDigest }
  }

  /// The model's own digest.
  package var root: Digest {
    var builder = DigestBuilder()
    for file in files { builder.update(file.digest) }
    return builder.finalize()
  }

  /// The statement that is signed.
  package var statement: Statement {
    get throws(StatementError) {
      let files = files.map { file in
        JSONValue.object([
          "name": .string(file.name), "algorithm": .string("sha256"), "digest": .string(file.digest.hex),
        ])
      }
      return try Statement(
        subjects: [Statement.Subject(name: name, digest: root)], predicateType: Self.predicateType,
        predicate: .object([
          "resources": .array(files),
          "serialization": .object([
            "method": .string("files"), "hash_type": .string("sha256"), "allow_symlinks": .bool(false),
            "ignore_paths": .array(ignoredPaths.map { .string($0) }),
          ]),
        ]))
    }
  }

  /// What a model is called in its own manifest if it is a file.
  private static let itself = "."

  /// Names are joined to a folder by whoever checks files, so none may lead out of it.
  private static func check(_ files: [File]) throws(ModelManifestError) {
    guard !files.isEmpty else { throw .noFiles }
    if files.count == 1, files[0].name == itself { return }
    guard files.count <= maximumFiles else { throw .tooManyFiles(files.count) }
    var seen: Set<[UInt8]> = []
    for file in files {
      let parts = file.name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      guard file.name.utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\\") }),
        parts.allSatisfy({ !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) })
      else { throw .invalidName(file.name) }
      guard seen.insert(Array(file.name.utf8)).inserted else { throw .repeatedName(file.name) }
    }
  }
}

/// The ways in which the signature of a model can be malformed or wrong.
package enum ModelManifestError: Error, Hashable, CustomStringConvertible {
  /// Not a Sigstore bundle of version 0.3 with a DSSE envelope and a public key.
  case notABundle
  /// The bundle's envelope is malformed, or not signed by the known key.
  case envelope(EnvelopeError)
  /// What is signed is no in-toto statement.
  case statement(StatementError)
  /// The bundle says that another key signed it.
  case otherKey
  /// A statement about something else than a model's files.
  case wrongPredicateType
  /// More or fewer subjects than one.
  case notOneSubject
  /// A member that is missing or of another kind; or files hashed by something else than SHA-256, whole.
  case malformed
  /// No files.
  case noFiles
  /// More than 10,000 files; carries their number.
  case tooManyFiles(Int)
  /// A path that leads out of the model's folder, or is no plain path.
  case invalidName(String)
  /// Two files of the same name.
  case repeatedName(String)
  /// The subject's digest is not that of the listed files.
  case wrongDigest

  package var description: String {
    switch self {
    case .notABundle: "not a Sigstore bundle of version 0.3 that a key has signed"
    case .envelope(let error): error.description
    case .statement(let error): error.description
    case .otherKey: "the model was signed with another key"
    case .wrongPredicateType: "the signature is not one of a model (OMS v1.0)"
    case .notOneSubject: "a model's signature is about exactly one model"
    case .malformed: "the model's signature does not list files with their SHA-256 digests"
    case .noFiles: "the model's signature lists no files"
    case .tooManyFiles(let count): "a model has at most \(ModelManifest.maximumFiles) files, this lists \(count)"
    case .invalidName(let name): "the model's signature lists a file outside of its folder: \(name)"
    case .repeatedName(let name): "the model's signature lists \(name) twice"
    case .wrongDigest: "the model's digest is not that of the files listed with it"
    }
  }
}
