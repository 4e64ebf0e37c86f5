import Foundation
import Testing

/// Data sets whose arrays lie in one npz or safetensors file.
@Suite("Arrays within files", .enabled(if: exists("/usr/bin/python3")))
struct ArchiveImportTests {
  @Test("they come in as the same data set", arguments: ["npz", "safetensors"])
  func imports(kind: String) throws {
    let session = try Session()
    try Samples().write(to: session.folder)
    let program = """
      import json, numpy as np, sys
      arrays = {f'{p}_{a}': np.load(f'{p}_{a}.npy') for p in ('train', 'validation', 'test') for a in 'xy'}
      np.savez_compressed('all.npz', **arrays, names=np.array(open('classes.txt').read().split()))
      header, data = {}, b''
      for name, array in arrays.items():
          kind = {'f': 'F32', 'i': 'I64'}[array.dtype.kind]
          header[name] = dict(dtype=kind, shape=array.shape, data_offsets=[len(data), len(data) + array.nbytes])
          data += array.tobytes()
      text = json.dumps(header).encode()
      open('all.safetensors', 'wb').write(len(text).to_bytes(8, 'little') + text + data)
      """
    let made = try run("/usr/bin/env", ["-C", session.folder.path, "/usr/bin/python3", "-c", program], in: session.folder)
    try #require(made.code == 0, "\(made.err)")
    try session.json(["init"])
    let plain = try session.json(Samples.importing())
    let places = Samples.importing("packed").map { word in
      word.hasSuffix(".npy") ? "all.\(kind):\(word.dropLast(4))" : word
    }
    let packed = try session.json(places)
    #expect(packed["parts"] == plain["parts"] && plain["parts"] != .null, "\(packed)")
    if kind == "npz" {
      let named = try session.json(places.map { $0 == "classes.txt" ? "all.npz:names" : $0 == "packed" ? "named" : $0 })
      #expect(named["classes"] == plain["classes"] && named["classes"].items.count == 5)
      let wrong = try session.failure(places.map { $0 == "classes.txt" ? "all.npz:train_y" : $0 == "packed" ? "d" : $0 })
      #expect(wrong.code == "npy.unreadable" && wrong.message.contains("should be strings"))
    }
    let missing = try session.failure(
      places.map { $0.replacingOccurrences(of: "test_y", with: "text_y") }.map { $0 == "packed" ? "c" : $0 })
    #expect(missing.code == "npy.unreadable" && missing.message.contains("text_y") && missing.remedy != "")
    #expect(try session.json(["dataset", "list"])["datasets"].items.count == (kind == "npz" ? 3 : 2))
    try session.expectValid()
    try session.expectSound()
  }
}
