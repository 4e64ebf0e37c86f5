import Foundation
import Tensors
import Testing

/// Seeded mutations of good headers: a typed error, or a meaning that the reference reader shares; never a crash.
@Suite struct SafetensorsFuzzTests {
  private static let seeds = [
    #"{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}"#,
    #"{"__metadata__":{"k":"v","l":""},"b":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}   "#,
    #"{"x":{"shape":[0,5],"data_offsets":[2,2],"dtype":"I64"},"y":{"dtype":"U16","shape":[1],"data_offsets":[0,2]}}"#,
    #"{ "ä\u00e9\n" : { "dtype" : "F16" , "shape" : [ 1 , 1 ] , "data_offsets" : [ 0 , 2 ] } }"#,
  ]

  /// Bytes that mean something in a header, so that mutations stay close to the grammar.
  private static let alphabet = Array(#"{}[]":,0123456789 -+.eEUFI\_dtypeshaofuln"#.utf8) + [0, 9, 10, 0xC3, 0xEF, 0xFF]

  /// What a header means: names as hexadecimal UTF-8, so that each name is one word.
  private static func meaning(_ header: SafetensorsHeader) -> String {
    func word(_ text: String) -> String { "-" + text.utf8.map { hex($0) }.joined() }
    let tensors = header.tensors.map { "\(word($0.name)) \($0.description.dtype.safetensorsCode) \($0.description.shapeText)" }
    let metadata = header.metadata.map { "\(word($0.key))=\(word($0.value))" }
    return (tensors.sorted() + metadata.sorted()).joined(separator: ";")
  }

  /// The mutations that were accepted, each with the number of its bytes of data and its meaning.
  private func accepted(_ count: Int) -> [(text: [UInt8], data: Int, meaning: String)] {
    var generator = SeededGenerator(state: 2_027)
    var accepted: [(text: [UInt8], data: Int, meaning: String)] = []
    for index in 0..<count {
      let text = mutate(Array(Self.seeds[index % Self.seeds.count].utf8), with: Self.alphabet, &generator)
      do {
        let header = try SafetensorsHeader(text: text, path: "fuzz")
        accepted.append((text, header.dataByteCount, Self.meaning(header)))
      } catch {
        #expect(error.path == "fuzz" && !error.description.isEmpty)
      }
    }
    return accepted
  }

  @Test func someMutationsAreAcceptedAndMostAreNot() {
    let accepted = accepted(20_000)
    #expect(accepted.count > 500 && accepted.count < 15_000)
  }

  @Test(.enabled(if: ReferenceSafetensors.isAvailable, ReferenceSafetensors.missing))
  func theReferenceReaderAgreesWithEveryAcceptedHeader() throws {
    let folder = try Folder()
    let accepted = accepted(20_000)
    let lines = accepted.map { "\($0.text.map { hex($0) }.joined()) \($0.data)" }.joined(separator: "\n")
    let path = try folder.file(text: lines, "headers.txt")
    let program = """
      import sys, json, struct, safetensors
      word = lambda text: '-' + text.encode().hex()
      for line in open(sys.argv[1]):
        text, size = line.split()
        text = bytes.fromhex(text)
        try:
          tensors = safetensors.deserialize(struct.pack('<Q', len(text)) + text + bytes(int(size)))
        except Exception as error:
          print('refused:', error, text)
          continue
        parts = sorted(f"{word(n)} {t['dtype']} {json.dumps(t['shape'], separators=(',', ':'))}" for n, t in tensors)
        metadata = json.loads(text).get('__metadata__', {})
        print(';'.join(parts + sorted(f'{word(k)}={word(v)}' for k, v in metadata.items())))
      """
    let printed = try ReferenceSafetensors.run(program, path).split(separator: "\n", omittingEmptySubsequences: false)
    for (line, header) in zip(printed, accepted) {
      #expect(line == header.meaning, "\(String(decoding: header.text, as: UTF8.self))")
    }
    #expect(printed.count == accepted.count + 1)
  }

  @Test func wholeFilesNeverCrash() throws {
    let folder = try Folder()
    var generator = SeededGenerator(state: 78)
    for index in 0..<1_500 {
      let seed = Self.seeds[index % Self.seeds.count]
      let size = [24, 1, 2, 2][index % Self.seeds.count]
      let good = safetensors(seed, data: [UInt8](repeating: 0, count: size))
      let path = try folder.file(mutate(good, with: Self.alphabet, &generator))
      _ = safetensorsFault {
        let reader = try SafetensorsReader(path: path)
        for tensor in reader.header.tensors { _ = try whole(tensor, of: reader) }
      }
    }
  }
}
