import Foundation
import Tensors
import Testing

/// Python's `safetensors`, the reference that the tests compare with.
enum ReferenceSafetensors {
  static let missing: Comment = "safetensors is not importable by /usr/bin/python3 (tools/test installs it to .build/python)"

  /// Whether it can be imported.
  static let isAvailable: Bool = (try? run("import safetensors.numpy")) != nil

  /// Runs a Python program and returns what it printed.
  static func run(_ program: String, _ arguments: String...) throws -> String {
    let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardized
    let path = root.appendingPathComponent(".build/python").path
    return try Numpy.run("import sys; sys.path.insert(0, \"\(path)\")\n" + program, arguments)
  }
}

/// The reference and this module read each other's files and agree on every byte.
@Suite(.enabled(if: ReferenceSafetensors.isAvailable, ReferenceSafetensors.missing)) struct SafetensorsOracleTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  @Test func theReferenceReadsWhatIsWritten() throws {
    var generator = SeededGenerator(state: 12)
    let (tensors, contents) = try samples(&generator)
    let metadata = ["one": "a\n\"\\é", "two": "", "\u{FEFF}mark": "\u{FEFF}"]
    let writer = try SafetensorsWriter(path: folder.path("a.safetensors"), tensors: tensors, metadata: metadata)
    for tensor in writer.tensors { try writer.append(contents[tensor.name] ?? []) }
    try writer.finish()
    // The reference lays the same tensors out anew: the data of both files must be the same bytes.
    let program = """
      import json, safetensors
      from safetensors.numpy import load_file, save_file
      from safetensors import safe_open
      path = sys.argv[1]
      with safe_open(path + '/a.safetensors', framework='np') as f:
        metadata = f.metadata()
        tensors = {name: f.get_tensor(name) for name in f.keys()}
      save_file(tensors, path + '/b.safetensors')
      for name in sorted(tensors, key=lambda n: n.encode()):
        a = tensors[name]
        print('-' + name.encode().hex(), a.dtype.name, '[' + ','.join(map(str, a.shape)) + ']', '-' + a.tobytes().hex())
      print(json.dumps(metadata, sort_keys=True))
      """
    let printed = try ReferenceSafetensors.run(program, folder.path).split(separator: "\n").map(String.init)
    let names = tensors.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let expected = try names.map { name in
      let tensor = try #require(tensors[name])
      let data = (contents[name] ?? []).map { hex($0) }.joined()
      return "-" + name.utf8.map { hex($0) }.joined() + " \(tensor.dtype.rawValue) \(tensor.shapeText) -\(data)"
    }
    #expect(Array(printed.dropLast()) == expected)
    #expect(try JSONDecoder().decode([String: String].self, from: Data((printed.last ?? "").utf8)) == metadata)
    let (ours, theirs) = try (data(of: "a.safetensors"), data(of: "b.safetensors"))
    #expect(ours == theirs)
  }

  private func data(of name: String) throws -> Data {
    let reader = try SafetensorsReader(path: folder.path(name))
    return try Data(contentsOf: URL(fileURLWithPath: folder.path(name))).dropFirst(reader.header.dataOffset)
  }

  @Test func readsWhatTheReferenceWrites() throws {
    let program = """
      import numpy as np
      from safetensors.numpy import save_file
      rng = np.random.default_rng(7)
      tensors = {}
      for name in sys.argv[2].split(','):
        for shape in [(3,), (2, 5), (4, 1, 3), (0, 3), ()]:
          a = rng.integers(0, 100, int(np.prod(shape))).astype(np.dtype(name)).reshape(shape)
          tensors[f'{name} {len(tensors)} é'] = a
          print(f'{name} {len(tensors) - 1} é', name, '[' + ','.join(map(str, shape)) + ']', '-' + a.tobytes().hex(), sep='|')
      save_file(tensors, sys.argv[1], metadata={'format': 'np', 'é': '\\u0000"'})
      """
    let path = folder.path("a.safetensors")
    let lines = try ReferenceSafetensors.run(program, path, DType.allCases.map(\.rawValue).joined(separator: ","))
      .split(separator: "\n")
    let reader = try SafetensorsReader(path: path)
    #expect(reader.header.tensors.count == lines.count)
    #expect(reader.header.metadata == ["format": "np", "é": "\0\""])
    for line in lines {
      let parts = line.split(separator: "|").map(String.init)
      let tensor = try reader.tensor(parts[0])
      #expect(tensor.description.dtype.rawValue == parts[1] && tensor.description.shapeText == parts[2])
      #expect(try "-" + whole(tensor, of: reader).map { hex($0) }.joined() == parts[3])
    }
  }
}
