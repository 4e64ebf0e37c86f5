import Foundation
import Testing

/// The JSON Schemas of `schema/json`, and Debian's python3-jsonschema to judge by them.
enum Schemas {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("schema/json").path

  /// Whether there is a validator on this machine.
  static let canValidate: Bool = {
    guard exists("/usr/bin/python3"), let folder = try? Folder() else { return false }
    let outcome = try? run("/usr/bin/python3", ["-c", "from jsonschema import Draft202012Validator"], in: folder)
    return outcome?.code == 0
  }()

  /// Documents, one a line, each against the schema that it names; one process for all of them. Leaves of the log are documents too,
  /// and so are statements, of which the predicate is judged.
  private static let program = """
    import base64, json, os, sys
    from jsonschema import Draft202012Validator
    validators = {}
    def check(document, name):
        version = name.split('/')
        assert version[0] == 'lethe' and version[2] == 'v1', name
        if name not in validators:
            with open(os.path.join(sys.argv[1], version[1] + '.json')) as file: schema = json.load(file)
            Draft202012Validator.check_schema(schema)
            validators[name] = Draft202012Validator(schema)
        for error in validators[name].iter_errors(document):
            print(name, '/'.join(map(str, error.absolute_path)), error.message[:300])
    def statement(text):
        document = json.loads(text, object_pairs_hook=exact)
        assert document['_type'] == 'https://in-toto.io/Statement/v1'
        check(document['predicate'], 'lethe/predicate-' + document['predicateType'].split('#')[1].split('/')[0] + '/v1')
    def leaves(value):
        if isinstance(value, dict):
            for key, member in value.items():
                if key == 'leaf' and isinstance(member, str): check(json.loads(member), 'lethe/entry/v1')
                elif key == 'statement' and isinstance(member, str): statement(member)
                elif key == 'envelope' and isinstance(member, str): statement(base64.b64decode(json.loads(member)['payload']))
                else: leaves(member)
        elif isinstance(value, list):
            for member in value: leaves(member)
    def exact(pairs):
        assert len(dict(pairs)) == len(pairs), 'a key stands twice'
        return dict(pairs)
    for number, line in enumerate(open(sys.argv[2], encoding='utf-8')):
        document = json.loads(line, object_pairs_hook=exact)
        if 'schema' in document:
            check(document, document['schema'])
            leaves(document)
        else: statement(line)
        print(f'#{number}')
    """

  /// What is wrong with the documents, a line each; empty if they are valid or nothing here can tell.
  static func faults(in documents: [String]) throws -> String {
    guard canValidate else { return "" }
    return try judgements(of: documents).flatMap { $0 }.joined(separator: "\n")
  }

  /// The documents that are valid.
  static func accepted(of documents: [String]) throws -> [String] {
    try zip(documents, judgements(of: documents)).filter { $0.1.isEmpty }.map(\.0)
  }

  /// What is wrong with each document.
  private static func judgements(of documents: [String]) throws -> [[String]] {
    let folder = try Folder()
    let file = try folder.write(text: documents.map { $0 + "\n" }.joined(), "documents")
    let outcome = try run("/usr/bin/python3", ["-c", program, self.folder, file], in: folder)
    try #require(outcome.code == 0, "\(outcome.err.suffix(600))")
    var (judgements, faults) = ([[String]](), [String]())
    for line in outcome.out.split(separator: "\n") {
      if line == "#\(judgements.count)" {
        judgements.append(faults)
        faults = []
      } else {
        faults.append(String(line))
      }
    }
    try #require(judgements.count == documents.count)
    return judgements
  }
}
