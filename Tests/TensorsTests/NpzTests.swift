import Foundation
import Tensors
import Testing

/// Arrays out of npz archives that numpy and Python's zipfile wrote, and one archive for each way in which they can lie.
@Suite(.enabled(if: Numpy.isAvailable, Numpy.missing)) struct NpzTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  /// Runs Python in the folder, with `x` an array of 1000 rows, `npy(a)` its bytes, and `patch` to change bytes of what was written.
  private func python(_ program: String) throws {
    _ = try Numpy.run(
      """
      import io, os, struct, sys, zipfile
      import numpy as np
      os.chdir(sys.argv[1])
      x = np.arange(3000, dtype=np.float32).reshape(1000, 3)
      def npy(a):
          out = io.BytesIO(); np.save(out, a); return out.getvalue()
      def patch(name, change):
          data = bytearray(open(name, 'rb').read()); change(data); open(name, 'wb').write(data)
      \(program)
      """, folder.path)
  }

  private func read(_ place: String) throws -> [Float] {
    let reader = try EmbeddingReader(path: folder.path(place))
    var all: [Float] = []
    while let block = try reader.nextBlock(rows: 7) { all += elements(block, as: Float.self) }
    return all
  }

  private func faultOfReading(_ place: String) -> NpyError.Fault? { fault { _ = try read(place) } }

  private func npzFault(_ place: String) -> NpzFault? {
    if case .npz(let found) = faultOfReading(place) { found } else { nil }
  }

  private let expected = (0..<3000).map(Float.init)

  @Test func storedAndDeflated() throws {
    try python(
      """
      y = np.arange(1000) % 7
      np.savez('stored.npz', x=x, y=y, half=x.astype('f2'), big=x.astype('>f4'))
      np.savez_compressed('packed.npz', x=x, y=y)
      np.savez('one.npz', x)
      with zipfile.ZipFile('64.npz', 'w', zipfile.ZIP_DEFLATED) as z:
          with z.open('x.npy', 'w', force_zip64=True) as f: f.write(npy(x))
      open('after.npz', 'wb').write(b'a program that unpacks itself' + open('stored.npz', 'rb').read())
      """)
    for place in [
      "stored.npz:x", "packed.npz:x", "packed.npz:x.npy", "one.npz", "one.npz:arr_0", "64.npz:x", "stored.npz:big", "after.npz:x",
    ] {
      #expect(try read(place) == expected, "\(place)")
    }
    let labels = try LabelReader(path: folder.path("packed.npz:y"), classes: 7)
    #expect(try labels.nextBlock(rows: 2000) == (0..<1000).map { UInt16($0 % 7) })
    #expect(try labels.nextBlock() == nil)
  }

  @Test func namesAreOnlyNames() throws {
    try python(
      """
      with zipfile.ZipFile('a.npz', 'w') as z:
          z.writestr('../../escaped.npy', npy(x)); z.writestr('/etc/passwd', npy(x)); z.writestr('a:b.npy', npy(x))
      os.mkdir('d.npz:e'); os.rename('a.npz', 'd.npz:e/a.npz'); np.savez('literal.npz', x=x + 1); np.save('literal.npz:x', x)
      os.rename('literal.npz:x.npy', 'literal.npz:x')
      """)
    for member in ["../../escaped", "/etc/passwd", "a:b"] { #expect(try read("d.npz:e/a.npz:\(member)") == expected) }
    #expect(!FileManager.default.fileExists(atPath: folder.path("../../escaped.npy")))
    // A file whose own name has a colon comes first.
    #expect(try read("literal.npz:x") == expected)
  }

  @Test func namesThatAreMissingOrTwice() throws {
    try python(
      """
      import warnings; warnings.simplefilter('ignore')
      np.savez('two.npz', x=x, y=x)
      with zipfile.ZipFile('twice.npz', 'w') as z: z.writestr('x.npy', npy(x)); z.writestr('x.npy', npy(x + 1))
      with zipfile.ZipFile('both.npz', 'w') as z: z.writestr('x.npy', npy(x + 1)); z.writestr('x', npy(x))
      with zipfile.ZipFile('none.npz', 'w') as z: pass
      open('empty.npz', 'wb').write(b'something before' + open('none.npz', 'rb').read())
      with zipfile.ZipFile('many.npz', 'w') as z:
          for i in range(10001): z.writestr(f'{i}', b'')
      with zipfile.ZipFile('long.npz', 'w') as z: z.writestr('n' * 5000, npy(x))
      """)
    #expect(npzFault("two.npz:z") == .missingMember("z", known: ["x", "y"]))
    #expect(npzFault("two.npz") == .memberUnnamed(["x", "y"]))
    #expect(npzFault("twice.npz:x") == .duplicateMember("x"))
    #expect(try read("both.npz:x") == expected)
    #expect(npzFault("none.npz:x") == .notZip)
    #expect(npzFault("empty.npz:x") == .empty)
    #expect(npzFault("many.npz:5") == .tooManyMembers(10_000))
    #expect(npzFault("long.npz") == .nameTooLong(5000))
    #expect(fault { _ = try NpyReader(path: folder.path("missing.npz:x")) } == .system(operation: "open", code: ENOENT))
  }

  @Test func bytesThatAreNotWhatTheyClaim() throws {
    try python(
      """
      np.savez_compressed('whole.npz', x=x)
      data = open('whole.npz', 'rb').read()
      open('text.npz', 'wb').write(b'hello'); open('nothing.npz', 'wb')
      open('short.npz', 'wb').write(data[:-30]); open('hole.npz', 'wb').write(data[:400] + data[900:])
      np.savez('stored.npz', x=x)
      def flip(name, to, at):
          open(to, 'wb').write(open(name, 'rb').read())
          def change(d): d[at(len(d))] ^= 0x40
          patch(to, change)
      flip('stored.npz', 'flipped.npz', lambda n: n // 2)
      flip('whole.npz', 'garbled.npz', lambda n: n // 2)
      def central(name, to, offset, kind, value):
          open(to, 'wb').write(open(name, 'rb').read())
          def change(d): struct.pack_into(kind, d, d.rindex(b'PK\\x01\\x02') + offset, value)
          patch(to, change)
      central('whole.npz', 'bomb.npz', 24, '<I', 0xFFFFFFF0)
      central('whole.npz', 'more.npz', 24, '<I', 12128 + 4)
      central('whole.npz', 'less.npz', 24, '<I', 12128 - 4)
      central('stored.npz', 'stretched.npz', 24, '<I', 12128 * 2)
      central('whole.npz', 'away.npz', 42, '<I', 0x7FFFFFFF)
      central('whole.npz', 'secret.npz', 8, '<H', 1)
      with zipfile.ZipFile('bzip2.npz', 'w', zipfile.ZIP_BZIP2) as z: z.writestr('x.npy', npy(x))
      with zipfile.ZipFile('pickle.npz', 'w') as z: z.writestr('x.npy', npy(np.array([{}], dtype=object)))
      with zipfile.ZipFile('prose.npz', 'w') as z: z.writestr('x.npy', b'not an array')
      with zipfile.ZipFile('cut.npz', 'w') as z: z.writestr('x.npy', npy(x)[:-8])
      """)
    #expect(npzFault("text.npz:x") == .notZip)
    #expect(npzFault("nothing.npz:x") == .notZip)
    #expect(npzFault("short.npz:x") == .notZip)
    #expect(npzFault("hole.npz:x") != nil)
    #expect(npzFault("flipped.npz:x") == .checksum)
    #expect(faultOfReading("garbled.npz:x") != nil)
    guard case .impossibleSize(claimed: 0xFFFF_FFF0, _) = npzFault("bomb.npz:x") else {
      Issue.record("\(String(describing: faultOfReading("bomb.npz:x")))")
      return
    }
    #expect(npzFault("stretched.npz:x") == .impossibleSize(claimed: 24256, compressed: 12128))
    for name in ["more", "less", "away"] { #expect(faultOfReading("\(name).npz:x") != nil, "\(name)") }
    #expect(npzFault("secret.npz:x") == .encrypted)
    #expect(npzFault("bzip2.npz:x") == .method(12))
    #expect(faultOfReading("pickle.npz:x") == .objectDType)
    #expect(faultOfReading("prose.npz:x") == .notNpy)
    #expect(faultOfReading("cut.npz:x") == .dataTruncated(expected: 12_000, actual: 11_992))
    // Nothing that was wrong is right the second time.
    let reader = try EmbeddingReader(path: folder.path("flipped.npz:x"))
    for _ in 0..<2 { #expect(fault { while try reader.nextBlock(rows: 1000) != nil {} } == .npz(.checksum)) }
  }

  /// Every byte of a small archive changed in turn: an error or the same array, never another one, never a crash.
  @Test func everyByteChanged() throws {
    try python("np.savez_compressed('whole.npz', x=x[:20])")
    let whole = try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder.path("whole.npz"))))
    for index in whole.indices {
      for bit: UInt8 in [0x01, 0x80] {
        var changed = whole
        changed[index] ^= bit
        _ = try folder.file(changed, "changed.npz")
        if let numbers = try? read("changed.npz:x") { #expect(numbers == Array(expected[..<60]), "byte \(index)") }
      }
    }
    for length in 0..<whole.count {
      _ = try folder.file(Array(whole[..<length]), "changed.npz")
      // What is cut off may be the length of a comment that is not there.
      if let numbers = try? read("changed.npz:x") { #expect(numbers == Array(expected[..<60]) && length > whole.count - 22) }
    }
  }

  /// 256 MiB of zeros in 260 kB come in blocks of a mebibyte.
  @Test func muchOutOfLittle() throws {
    try python("np.savez_compressed('zeros.npz', x=np.zeros((1 << 16, 1 << 10), dtype=np.float32))")
    let reader = try EmbeddingReader(path: folder.path("zeros.npz:x"))
    var rows = 0
    while let block = try reader.nextBlock() {
      #expect(block.count <= 1 << 20)
      rows += block.count / 4096
    }
    #expect(rows == 1 << 16)
  }
}

/// Tensors of safetensors files as embeddings and labels.
@Suite struct SafetensorsArrayTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  @Test func embeddingsAndLabels() throws {
    let numbers: [Float] = (0..<12).map(Float.init)
    let text = """
      {"x":{"dtype":"F32","shape":[4,3],"data_offsets":[0,48]},"y":{"dtype":"U8","shape":[4],"data_offsets":[48,52]}}
      """
    let path = try folder.file(safetensors(text, data: bytes(numbers) + [0, 1, 2, 1]), "a.safetensors")
    let reader = try EmbeddingReader(path: path + ":x")
    #expect(reader.rows == 4 && reader.columns == 3)
    #expect(try reader.nextBlock(rows: 3).map { elements($0, as: Float.self) } == Array(numbers[..<9]))
    #expect(try reader.nextBlock(rows: 3).map { elements($0, as: Float.self) } == Array(numbers[9...]))
    #expect(try reader.nextBlock() == nil)
    #expect(try LabelReader(path: path + ":y", classes: 3).nextBlock() == [0, 1, 2, 1])
    #expect(
      fault { _ = try LabelReader(path: path + ":y", classes: 2).nextBlock() } == .labelOutOfRange(row: 2, label: "2", classes: 2))
    #expect(fault { _ = try EmbeddingReader(path: path + ":z") } == .safetensors(.missingTensor("z")))
    #expect(fault { _ = try EmbeddingReader(path: path) } == .safetensors(.tensorUnnamed(["x", "y"])))
    let cut = try folder.file(safetensors(text, data: bytes(numbers)), "cut.safetensors")
    #expect(fault { _ = try EmbeddingReader(path: cut + ":x") } == .safetensors(.dataTruncated(expected: 52, actual: 48)))
    let one = try folder.file(
      safetensors(#"{"x":{"dtype":"F32","shape":[4,3],"data_offsets":[0,48]}}"#, data: bytes(numbers)), "one.safetensors")
    #expect(try EmbeddingReader(path: one).nextBlock().map { elements($0, as: Float.self) } == numbers)
    let bad = try folder.file(
      safetensors(#"{"x":{"dtype":"F32","shape":[1,3],"data_offsets":[0,12]}}"#, data: bytes([1, 2, Float.nan])), "bad.safetensors")
    #expect(fault { _ = try EmbeddingReader(path: bad).nextBlock() } == .safetensors(.nonFinite("x", element: 2, value: "nan")))
  }
}
