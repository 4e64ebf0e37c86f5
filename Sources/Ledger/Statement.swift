/// A claim about things that are named by their digests: in-toto's Statement v1, the payload of our envelopes.
///
/// What is claimed is the predicate; its type says how to read it. Subjects are matched by digest alone, their names are for
/// people. What is written is canonical JSON; what is read may be any JSON, since others write statements as well.
/// Source: in-toto Attestation Framework, spec/v1/statement.md.
package struct Statement: Sendable, Hashable {
  /// The payload type of an envelope that holds a statement.
  package static let payloadType = "application/vnd.in-toto+json"

  /// The statement's own type.
  package static let type = "https://in-toto.io/Statement/v1"

  /// The most subjects a statement may have.
  package static let maximumSubjects = 10_000

  /// Something that the claim is about.
  package struct Subject: Sendable, Hashable {
    /// What people call it.
    package let name: String?
    /// Its digests by algorithm, in hexadecimal digits; never none. Ours have `sha256`.
    package let digests: [String: String]

    /// A thing that is known by its SHA-256.
    package init(name: String?, digest: Digest) {
      self.name = name
      digests = ["sha256": digest.hex]
    }

    init(name: String?, digests: [String: String]) {
      self.name = name
      self.digests = digests
    }

    /// Whether this is the thing with that SHA-256.
    package func matches(_ digest: Digest) -> Bool { digests["sha256"] == digest.hex }
  }

  /// What the claim is about; never nothing.
  package let subjects: [Subject]
  /// How to read the predicate: a URI.
  package let predicateType: String
  /// What is claimed.
  package let predicate: JSONValue?

  /// States a claim.
  ///
  /// - Throws: `StatementError.noSubjects`, `.tooManySubjects`, `.invalidPredicateType`.
  package init(subjects: [Subject], predicateType: String, predicate: JSONValue?) throws(StatementError) {
    guard !subjects.isEmpty else { throw .noSubjects }
    guard subjects.count <= Self.maximumSubjects else { throw .tooManySubjects(subjects.count) }
    guard let colon = predicateType.firstIndex(of: ":"), colon > predicateType.startIndex,
      predicateType.utf8.allSatisfy({ 0x21...0x7E ~= $0 })
    else { throw .invalidPredicateType }
    self.subjects = subjects
    self.predicateType = predicateType
    self.predicate = predicate
  }

  /// Reads a statement out of a payload whose signatures have been checked.
  ///
  /// - Throws: every case of `StatementError`.
  package init(_ payload: VerifiedPayload) throws(StatementError) {
    guard payload.type.utf8.elementsEqual(Self.payloadType.utf8) else { throw .wrongPayloadType }
    try self.init(parsing: payload.bytes)
  }

  /// Reads a statement; members that the standard doesn't name are passed over.
  ///
  /// - Throws: every case of `StatementError` but `.wrongPayloadType`.
  package init(parsing bytes: [UInt8]) throws(StatementError) {
    let document: JSONValue
    do throws(JSONDocumentError) {
      document = try JSONDocument.parse(bytes)
    } catch {
      throw .notJSON(error)
    }
    guard document["_type"]?.text == Self.type else { throw .wrongType }
    guard let list = document["subject"]?.elements, let predicateType = document["predicateType"]?.text else {
      throw .malformed
    }
    guard list.count <= Self.maximumSubjects else { throw .tooManySubjects(list.count) }
    var subjects: [Subject] = []
    for (index, subject) in list.enumerated() {
      guard let digests = subject["digest"]?.members, !digests.isEmpty else { throw .noDigest(subject: index) }
      let texts = digests.compactMapValues(\.text)
      guard texts.count == digests.count else { throw .malformed }
      switch subject["name"] {
      case nil: subjects.append(Subject(name: nil, digests: texts))
      case .string(let name)?: subjects.append(Subject(name: name, digests: texts))
      default: throw .malformed
      }
    }
    let predicate = document["predicate"]
    if let predicate, predicate.members == nil { throw .malformed }
    try self.init(subjects: subjects, predicateType: predicateType, predicate: predicate)
  }

  /// The statement as it is signed: canonical JSON.
  ///
  /// - Throws: `CanonicalJSONError.tooLarge` beyond 700,000 bytes, which the envelope's base64 needs; `.tooDeep`,
  ///   `.integerOutOfRange`.
  package func encoded() throws(CanonicalJSONError) -> [UInt8] {
    var members: [String: JSONValue] = [
      "_type": .string(Self.type), "predicateType": .string(predicateType),
      "subject": .array(
        subjects.map { subject in
          var members: [String: JSONValue] = ["digest": .object(subject.digests.mapValues { .string($0) })]
          members["name"] = subject.name.map { .string($0) }
          return .object(members)
        }),
    ]
    members["predicate"] = predicate
    return try CanonicalJSON.encode(.object(members), maximumBytes: 700_000)
  }
}

/// The kinds of claims that Lethe itself makes, by their predicate types.
///
/// A predicate type is a URI that nobody else may give another meaning. The project owns no domain, so none stands here: a URN
/// made from a random UUID is unique without anybody's leave (RFC 9562), belongs to whoever drew it, and never lapses.
/// The fragment (RFC 8141 section 2.3.3) names kind and version; a change that a reader must know about is a new version.
/// What each holds is in `schema/json/predicate-*.json`.
package enum PredicateType: String, Sendable, CaseIterable {
  case training, unlearning, rollback
  case erasureCertificate = "erasure-certificate"

  private static let namespace = "urn:uuid:a7fae2c6-41d5-4e9e-94a1-fd5bce7ba39d#"

  /// The URI.
  package var uri: String { "\(Self.namespace)\(rawValue)/v1" }

  /// The kind that has this URI.
  package init?(uri: String) {
    guard let kind = Self.allCases.first(where: { $0.uri.utf8.elementsEqual(uri.utf8) }) else { return nil }
    self = kind
  }
}

/// The ways in which a payload can fail to be a statement.
package enum StatementError: Error, Hashable, CustomStringConvertible {
  /// The envelope says that it holds something else.
  case wrongPayloadType
  /// Not JSON, too large, too deep, or with repeated names.
  case notJSON(JSONDocumentError)
  /// JSON of another type, or of another version of statements.
  case wrongType
  /// A member that is missing or of another kind than the standard's.
  case malformed
  /// No subjects.
  case noSubjects
  /// More than 10,000 subjects; carries their number.
  case tooManySubjects(Int)
  /// A subject, counted from 0, that has no digest: a name alone names nothing.
  case noDigest(subject: Int)
  /// A predicate type that is no URI.
  case invalidPredicateType

  package var description: String {
    switch self {
    case .wrongPayloadType: "the envelope holds no in-toto statement"
    case .notJSON(let error): "the statement: \(error)"
    case .wrongType: "not an in-toto statement of version 1"
    case .malformed: "the statement lacks subject, predicateType or predicate of the kind that in-toto has"
    case .noSubjects: "the statement is about nothing"
    case .tooManySubjects(let count):
      "a statement has at most \(Statement.maximumSubjects) subjects, this has \(count)"
    case .noDigest(let subject): "subject \(subject) of the statement has no digest"
    case .invalidPredicateType: "the statement's predicate type is not a URI"
    }
  }
}
