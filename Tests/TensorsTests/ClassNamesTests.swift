import Foundation
import Tensors
import Testing

/// Class names out of arrays of strings, as numpy writes them, and one array for each way in which it can lie.
@Suite struct ClassNamesTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  private func utf32(_ names: [String], width: Int, big: Bool = false) -> [UInt8] {
    names.flatMap { name in
      let scalars = name.unicodeScalars.map(\.value)
      return (scalars + [UInt32](repeating: 0, count: width - scalars.count)).flatMap { number in
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * (big ? 3 - $0 : $0))) }
      }
    }
  }

  private func names(_ descr: String, _ shape: String, _ data: [UInt8], name: String = "names.npy") throws -> [String] {
    try ClassNames.read(path: folder.file(npy(header(descr, shape), data: data), name))
  }

  private func fault(_ descr: String, _ shape: String, _ data: [UInt8]) -> NpyError.Fault? {
    TensorsTests.fault { _ = try names(descr, shape, data) }
  }

  @Test func stringsOfBothKinds() throws {
    let known = ["ant", "Käfer", "🐸 x"]
    #expect(try names("<U5", "(3,)", utf32(known, width: 5)) == known)
    #expect(try names(">U5", "(3, 1)", utf32(known, width: 5, big: true)) == known)
    #expect(try names("=U7", "(3,)", utf32(known, width: 7)) == known)
    #expect(try names("|S6", "(3,)", Array("ant\0\0\0Käferfrog\0\0".utf8)) == ["ant", "Käfer", "frog"])
    // Text files are what they were, whatever else they may be called.
    #expect(try ClassNames.read(path: folder.file(text: "ant\nbee\n", "classes.txt")) == ["ant", "bee"])
    #expect(throws: TextLinesError.self) { try ClassNames.read(path: folder.path("none.txt")) }
  }

  @Test(.enabled(if: Numpy.isAvailable, Numpy.missing)) func whatNumpyWrites() throws {
    _ = try Numpy.run(
      """
      import numpy as np, os, sys
      os.chdir(sys.argv[1])
      names = ['T-shirt/top', 'Käfer', '蛙', 'a b ', '\\U0001F438']
      np.savez_compressed('a.npz', u=np.array(names), s=np.array([n.encode() for n in names]), column=np.array(names)[:, None],
        big=np.array(names).astype('>U20'), y=np.arange(5), objects=np.array(names, dtype=object))
      np.save('u.npy', np.array(names))
      """, folder.path)
    let known = ["T-shirt/top", "Käfer", "蛙", "a b ", "\u{1F438}"]
    for place in ["a.npz:u", "a.npz:s", "a.npz:column", "a.npz:big", "u.npy"] {
      #expect(try ClassNames.read(path: folder.path(place)) == known, "\(place)")
    }
    #expect(TensorsTests.fault { _ = try ClassNames.read(path: folder.path("a.npz:y")) } == .textsExpected("'<i8'"))
    #expect(TensorsTests.fault { _ = try ClassNames.read(path: folder.path("a.npz:objects")) } == .objectDType)
    #expect(TensorsTests.fault { _ = try LabelReader(path: folder.path("a.npz:u"), classes: 5) } == .unsupportedDType("<U11"))
  }

  @Test func whatTheHeaderSays() throws {
    for descr in ["<f4", "|U5", "<S5", "<U", "<U0", "<U05", "<U+5", "U5", "<U5 ", "<V5", "<U99999999999999999999"] {
      #expect(fault(descr, "(1,)", utf32(["ant"], width: 5)) == .textsExpected("'\(descr)'"), "\(descr)")
    }
    #expect(fault("<U1025", "(1,)", utf32(["ant"], width: 1_025)) == .textsTooWide(1_025))
    #expect(try names("<U1024", "(1,)", utf32(["ant"], width: 1_024)) == ["ant"])
    #expect(fault("<U3", "()", utf32(["ant"], width: 3)) == .wrongRank(shape: [], expected: "[classes] or [classes,1]"))
    #expect(
      fault("<U3", "(1, 2)", utf32(["ant", "bee"], width: 3)) == .wrongRank(shape: [1, 2], expected: "[classes] or [classes,1]"))
    #expect(fault("<U3", "(0,)", []) == .classCount(0))
    #expect(fault("|S1", "(65536,)", [UInt8](repeating: 65, count: 65_536)) == .classCount(65_536))
    #expect(fault("<U4611686018427387904", "(4,)", []) == .shape(.overflow))
    #expect(fault("<U3", "(2,)", utf32(["ant"], width: 3)) == .dataTruncated(expected: 24, actual: 12))
    #expect(fault("<U3", "(1,)", utf32(["ant", "bee"], width: 3)) == .trailingBytes(12))
    let tensor = try folder.file(
      safetensors(#"{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, data: [65]), "a.safetensors")
    #expect(TensorsTests.fault { _ = try ClassNames.read(path: tensor + ":x") } == .textsExpected("uint8"))
  }

  @Test func whatTheNamesAre() throws {
    func bad(_ scalars: [UInt32]) -> NpyError.Fault? {
      fault("<U4", "(2,)", utf32(["ant"], width: 4) + bytes(scalars + [UInt32](repeating: 0, count: 4 - scalars.count)))
    }
    #expect(bad([]) == .badName(row: 1, .empty))
    #expect(bad([0x20]) == .badName(row: 1, .empty))
    #expect(bad([0x61, 0, 0x62]) == .badName(row: 1, .controlCharacter(scalar: 0)))
    #expect(bad([0x1B]) == .badName(row: 1, .controlCharacter(scalar: 0x1B)))
    #expect(bad([0xD800]) == .badName(row: 1, .notUnicode(0xD800)))
    #expect(bad([0x11_0000]) == .badName(row: 1, .notUnicode(0x11_0000)))
    #expect(bad([0x61, 0x6E, 0x74]) == .duplicateName(row: 1, first: 0))
    #expect(fault("|S2", "(1,)", [0xC3, 0x28]) == .badName(row: 0, .notUTF8))
    #expect(fault("|S3", "(1,)", [0x61, 0, 0x62]) == .badName(row: 0, .controlCharacter(scalar: 0)))
    let long = String(repeating: "蛙", count: 342)
    #expect(fault("<U342", "(1,)", utf32([long], width: 342)) == .badName(row: 0, .lineTooLong))
    for found: NpyError.Fault in [
      .textsExpected("x"), .textsTooWide(2_000), .badName(row: 3, .notUnicode(0xD800)), .duplicateName(row: 3, first: 1),
    ] {
      #expect(!found.problem.isEmpty && !found.remedy.isEmpty)
    }
    #expect(NpyError.Fault.badName(row: 3, .notUnicode(0xD800)).problem == "row 3: U+D800 is no Unicode character")
  }

  /// Seeded mutations of whole files: names that a text file would take, or a typed error; never a crash.
  @Test func mutations() throws {
    var generator = SeededGenerator(state: 5)
    let seeds = [
      npy(header("<U3", "(2,)"), data: utf32(["ant", "bee"], width: 3)), npy(header("|S3", "(2, 1)"), data: Array("antbee".utf8)),
    ]
    let alphabet = Array("{}()':,0123456789 <>|=US\n\0descrshap".utf8) + [0xD8, 0xFF]
    var accepted = 0
    for index in 0..<6_000 {
      let path = try folder.file(mutate(seeds[index % 2], with: alphabet, &generator))
      do {
        let found = try ClassNames.read(path: path)
        accepted += 1
        #expect(Set(found).count == found.count && found.count <= 2)
        let text = try folder.file(text: found.map { $0 + "\n" }.joined())
        #expect(try TextLines.classNames(path: text) == found)
      } catch let error as NpyError {
        #expect(!error.description.isEmpty)
      }
    }
    #expect(accepted > 100)
  }
}
