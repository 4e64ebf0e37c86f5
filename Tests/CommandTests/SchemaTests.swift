import Foundation
import Testing

/// The schemas themselves: one for each answer, documented, and strict enough that a document with one fault is refused.
@Suite("JSON Schemas")
struct SchemaTests {
  static let names: Set<String> = [
    "init", "dataset", "dataset-list", "checkpoint", "checkpoint-list", "checkpoint-diff", "checkpoint-export", "checkpoint-import",
    "checkpoint-key",
    "evaluate",
    "forget", "forget-preview",
    "rollback", "history", "explain-class", "explain-example", "verify", "stats", "log-list", "log-checkpoint", "log-key",
    "log-prove", "log-receipt", "log-export", "log-redact", "log-rotate-key", "log-cosign", "verify-receipt",
    "verify-receipt-statement", "report",
    "error", "erase", "hold", "hold-list", "copy", "copy-list", "exclusion-list", "exclusion-export", "exclusion-import", "backup",
    "restore", "retention", "retention-list", "retention-apply", "request", "request-list", "request-policy", "recipient",
    "recipient-list", "experiment", "site",
  ]
  /// What is described although no command prints it: the log's leaves, and documents that commands write to files.
  static let written: Set<String> = ["entry", "erasure-certificate"]

  /// Every object of a schema that describes a value, with where it stands.
  private func nodes(_ node: JSON, _ place: String = "") -> [(place: String, node: JSON)] {
    var found = [(place: String, node: JSON)]()
    for name in node["properties"].keys {
      let child = node["properties"][name]
      found.append((place + "/" + name, child))
      found += nodes(child, place + "/" + name)
    }
    if node["items"] != .null {
      found.append((place + "/*", node["items"]))
      found += nodes(node["items"], place + "/*")
    }
    return found
  }

  @Test("each answer has one, each property a title and a description, each object all that it may hold")
  func documented() throws {
    // Predicates of receipts are no answers; others may add members to them.
    let files = try FileManager.default.contentsOfDirectory(atPath: Schemas.folder).sorted().filter { !$0.hasPrefix("predicate-") }
    #expect(Set(files) == Set(Self.names.union(Self.written).map { $0 + ".json" }))
    for file in files {
      let schema = try JSON(String(contentsOfFile: Schemas.folder + "/" + file, encoding: .utf8))
      let name = file.dropLast(5)
      #expect(schema["$schema"] == "https://json-schema.org/draft/2020-12/schema")
      #expect(schema["$id"] == .string("urn:lethe:\(name):v1"))
      if name != "entry" { #expect(schema["properties"]["schema"]["const"] == .string("lethe/\(name)/v1")) }
      for (place, node) in [("", schema)] + nodes(schema) {
        #expect(node["title"].text?.isEmpty == false && node["description"].text?.isEmpty == false, "\(file)\(place)")
        guard node["type"] == "object", node["properties"] != .null else { continue }
        #expect(node["additionalProperties"] == false, "\(file)\(place)")
        let required = Set(node["required"].items.compactMap(\.text))
        if name != "entry" { #expect(required == node["properties"].keys, "\(file)\(place)") }
      }
    }
  }

  @Test("every command's answer is valid, and is not once a key is missing, added or renamed", .enabled(if: Schemas.canValidate))
  func strict() throws {
    let session = try Session.trained()
    let commands: [[String]] = [
      ["init", "--store", "new.db"], ["dataset", "list"], ["dataset", "show", "pets"], Samples.training("other"),
      ["forget", "m", "--class", "frog", "--reason", "r", "--dry-run"], ["forget", "m", "--class", "frog", "--reason", "r"],
      ["evaluate", "m"], ["rollback", "m", "--to", "1", "--reason", "r"], ["history"], ["explain", "m"],
      ["explain", "--class", "frog"],
      ["explain", "--example", "train-0"], ["checkpoint", "list", "m"], ["checkpoint", "show", "m"],
      ["checkpoint", "diff", "m@1", "m@2"], ["checkpoint", "export", "m@2", "m.safetensors"],
      ["checkpoint", "import", "m", "m.safetensors", "--dataset", "pets"], ["verify"], ["stats"], ["log", "list"],
      ["log", "checkpoint"], ["log", "key"], ["checkpoint", "key"],
      ["log", "prove", "2", "--output", "receipt"],
      ["log", "receipt", "2", "--output", "receipt.json"], ["log", "export", "public"],
      ["log", "redact", "4", "--reason", "r", "--yes"], ["report"],
      ["hold", "place", "other@1", "--reason", "r", "--owner", "o", "--review", "2031-01-31"], ["hold", "list"],
      ["request", "open", "case 7", "--ground", "17-1-b", "--channel", "in-person", "--reason", "r"],
      ["request", "extend", "1", "--reason", "r"], ["request", "list"],
      ["request", "answer", "1", "--outcome", "partial", "--basis", "17(3)(b)", "--reason", "r", "--approved-by", "Grace"],
      ["request", "policy", "--two-people", "--procedure", "SOP 12", "--reason", "r"],
      ["checkpoint", "export", "m@2", "out.safetensors", "--to", "Institute"], ["recipient", "list"], ["recipient", "told", "1"],
      ["site", "public-site"],
      ["copy", "add", "x", "--kind", "backup", "--clear-by", "2031-01-31"], ["copy", "list"],
      ["erase", "m", "--class", "frog", "--dry-run"],
      ["exclusion", "list"], ["exclusion", "export", "list.json"], ["exclusion", "import", "list.json"], ["backup", "b.db"],
      ["restore", "b.db"], ["retention", "set", "m", "--keep-last", "2", "--reason", "r"], ["retention", "list"],
      ["retention", "apply", "--dry-run"],
      [
        "experiment", "initial", "--dataset", "pets", "--codebooks", "8", "--keys", "16", "--key-dimension", "4", "--output",
        "study",
      ],
    ]
    for command in commands { try session.json(command) }
    let key = try #require(try session.json(["log", "key"])["verifier_key"].text)
    try session.json(["verify-receipt", "receipt", "--key", key])
    try session.json(["verify-receipt", "receipt.json", "--key", key, "--proof", "receipt"])
    try session.cosign()
    try session.json(["log", "checkpoint"])
    try session.json(["verify", "--witness", "w.pub", "--since", "w.note"])
    try session.json(["log", "rotate-key", "second-key", "--reason", "r"])
    session.environment["LETHE_KEY"] = session.folder.file("second-key")
    // Another model still knows the class.
    try session.json(["erase", "m", "--class", "frog", "--yes"], code: 21)
    try session.json(["evaluate", "nobody"], code: 1)
    let documents = session.documents
    #expect(try Set(documents.map { try JSON($0)["schema"].text?.split(separator: "/")[1] ?? "" }.map(String.init)) == Self.names)
    try session.expectValid()

    // Each of these documents has one fault at one place, and each must be refused.
    var faulty: [String] = []
    for document in documents {
      let value = try JSON(document)
      for key in value.keys where key != "schema" {
        guard case .object(let members) = value else { continue }
        var (without, other, renamed) = (members, members, members)
        without[key] = nil
        other[key] = .object(["unexpected": true])
        renamed[key] = nil
        renamed[key + "s"] = members[key]
        faulty += try [without, other, renamed].map { try Self.encode(.object($0)) }
      }
    }
    // Deeper down: digests, times, shares, enumerations and names are checked too.
    let spoilings = [
      (#""sha256:"#, #""sha256:0"#), (#""accuracy""#, #""precision""#), (#"Z""#, #"+00:00""#), (#""part":"t"#, #""part":"T"#),
      (#""high":"#, #""high":1"#), (#""name":""#, #""name":"@"#), (#""log_index":"#, #""log_index":-1"#),
    ]
    for (good, bad) in spoilings {
      let spoilt = documents.filter { $0.contains(good) && !$0.contains(good + "null") && !$0.contains("lethe/error") }
        .map { $0.replacingOccurrences(of: good, with: bad) }
      #expect(!spoilt.isEmpty, "\(good)")
      faulty += spoilt
    }
    #expect(faulty.count > 300)
    let accepted = try Schemas.accepted(of: faulty)
    #expect(accepted.isEmpty, "\(accepted)")
  }

  private static func encode(_ value: JSON) throws -> String {
    String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
  }
}

extension JSON: Encodable {
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }
}
