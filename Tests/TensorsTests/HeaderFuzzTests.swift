import Foundation
import Tensors
import Testing

/// Seeded mutations of good headers: a typed error, or a meaning that numpy shares; never a crash.
@Suite struct HeaderFuzzTests {
  private static let seeds = [
    header("<f4", "(256, 1024)"), header("|u1", "(7,)"), header(">i8", "()"), header("=f2", "(1, 2, 3, )"),
    "{ \"shape\" : (10,) , \"descr\" : \"<u2\" , \"fortran_order\" : False }   \n",
    "{'shape':(0,5),'fortran_order':False,'descr':'<f8'}\n",
  ]

  /// Bytes that mean something in a header, so that mutations stay close to the grammar.
  private static let alphabet =
    Array("{}()[]':\",0123456789 -+<>=|fiucbOVLl_\\\n\t\0\u{7F}TrueFalsedescrhapn.#x".utf8) + [0xFF]

  /// The mutations that were accepted, each with its meaning as numpy would print it.
  private func accepted(_ count: Int) -> [(text: [UInt8], meaning: String)] {
    var generator = SeededGenerator(state: 2_026)
    var accepted: [(text: [UInt8], meaning: String)] = []
    for index in 0..<count {
      let text = mutate(Array(Self.seeds[index % Self.seeds.count].utf8), with: Self.alphabet, &generator)
      do {
        let header = try NpyHeader(text: text, offset: 10, path: "fuzz")
        let tensor = header.description
        accepted.append((text, "\(tensor.dtype.rawValue) \(header.isBigEndian) \(tensor.shapeText)"))
      } catch {
        #expect(error.path == "fuzz" && !error.description.isEmpty)
      }
    }
    return accepted
  }

  @Test func acceptedHeadersMeanTheSameWhenWrittenAgain() throws {
    let accepted = accepted(20_000)
    #expect(accepted.count > 500)
    for (text, _) in accepted {
      let tensor = try NpyHeader(text: text, offset: 10, path: "fuzz").description
      let again = Array(NpyHeader.bytes(for: tensor).dropFirst(10))
      #expect(try NpyHeader(text: again, offset: 10, path: "fuzz").description == tensor)
    }
  }

  @Test(.enabled(if: Numpy.isAvailable, Numpy.missing)) func numpyAgreesWithEveryAcceptedHeader() throws {
    let folder = try Folder()
    let accepted = accepted(20_000)
    let lines = accepted.map { $0.text.map { hex($0) }.joined() }.joined(separator: "\n")
    let path = try folder.file(text: lines, "headers.txt")
    let program = """
      import sys, io, numpy as np
      from numpy.lib import format
      for line in open(sys.argv[1]):
        text = bytes.fromhex(line)
        shape, fortran, dtype = format.read_array_header_1_0(io.BytesIO(len(text).to_bytes(2, 'little') + text))
        assert not fortran
        big = 'true' if dtype.byteorder == '>' else 'false'
        print(dtype.name, big, '[' + ','.join(map(str, shape)) + ']')
      """
    let printed = try Numpy.run(program, path).split(separator: "\n").map(String.init)
    #expect(printed == accepted.map(\.meaning))
  }

  @Test func wholeFilesNeverCrash() throws {
    let folder = try Folder()
    var generator = SeededGenerator(state: 77)
    let good = npy(header("<f4", "(4, 2)"), data: bytes([Float](repeating: 1, count: 8)))
    for _ in 0..<1_500 {
      let path = try folder.file(mutate(good, with: Self.alphabet, &generator))
      _ = fault {
        let reader = try EmbeddingReader(path: path)
        var rows = 0
        while let block = try reader.nextBlock(rows: 3) { rows += block.count / reader.rowByteCount }
        #expect(rows == reader.rows)
      }
      _ = fault { while try LabelReader(path: path, classes: 10).nextBlock()?.isEmpty == true {} }
    }
  }
}
