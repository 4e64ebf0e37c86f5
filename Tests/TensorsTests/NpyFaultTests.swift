import Foundation
import Tensors
import Testing

/// One hand-made file for each way in which an npy file can lie.
@Suite struct NpyFaultTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  private func faultOfOpening(_ bytes: [UInt8]) throws -> NpyError.Fault? {
    let path = try folder.file(bytes)
    return fault { _ = try NpyReader(path: path) }
  }

  @Test func whatCannotBeOpened() throws {
    let missing = folder.path("missing.npy")
    #expect(fault { _ = try NpyReader(path: missing) } == .system(operation: "open", code: ENOENT))
    #expect(fault { _ = try NpyReader(path: folder.path) } == .notRegularFile)
    #expect(fault { _ = try NpyReader(path: "/dev/null") } == .notRegularFile)
    #expect(fault { _ = try NpyReader(path: missing + "\0x") } == .system(operation: "open", code: EINVAL))
    let pipe = folder.path("pipe")
    try #require(mkfifo(pipe, 0o600) == 0)
    #expect(fault { _ = try NpyReader(path: pipe) } == .notRegularFile)
  }

  /// Address 0 of this process is not mapped, so that reading it through /proc fails in `read` itself.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/mem"), "there is no /proc"))
  func whatCannotBeRead() {
    #expect(fault { _ = try NpyReader(path: "/proc/self/mem") } == .system(operation: "read", code: EIO))
    let error = #expect(throws: TextLinesError.self) { try TextLines.classNames(path: "/proc/self/mem") }
    #expect(error?.fault == .system(operation: "read", code: EIO))
  }

  @Test func whatCannotBeWritten() throws {
    let path = folder.path("missing/a.npy")
    let found = fault { try NpyWriter.write([UInt8(1)], shape: [1], to: path) }
    #expect(found == .system(operation: "open", code: ENOENT))
    let taken = fault { try NpyWriter.write([UInt8(1)], shape: [1], to: folder.path) }
    #expect(taken == .system(operation: "rename", code: EISDIR))
  }

  @Test func whatIsNotNpy() throws {
    #expect(try faultOfOpening([]) == .notNpy)
    #expect(try faultOfOpening(Array("PK\u{3}\u{4} an archive".utf8)) == .notNpy)
    let good = npy(header("|u1", "(2,)"), data: [1, 2])
    #expect(try faultOfOpening(good) == nil)
    #expect(try faultOfOpening(Array(good[..<5])) == .notNpy)
  }

  @Test func versionsAndLengths() throws {
    let text = header("|u1", "(2,)")
    #expect(try faultOfOpening(npy(text, version: 4)) == .unsupportedVersion(major: 4, minor: 0))
    #expect(try faultOfOpening(npy(text, version: 0)) == .unsupportedVersion(major: 0, minor: 0))
    var minor = npy(text, data: [1, 2])
    minor[7] = 1
    #expect(try faultOfOpening(minor) == .unsupportedVersion(major: 1, minor: 1))
    let long = try faultOfOpening(npy(text, version: 2, length: 0xFFFF_FFFF))
    #expect(long == .headerTooLong(bytes: 0xFFFF_FFFF))
    #expect(try faultOfOpening(npy(text, version: 3, length: 1 << 20 + 1)) == .headerTooLong(bytes: 1 << 20 + 1))
  }

  @Test func everyTruncationIsFound() throws {
    for version: UInt8 in 1...3 {
      let text = header("<f4", "(2, 3)")
      let good = npy(text, data: [UInt8](repeating: 0, count: 24), version: version)
      let front = version == 1 ? 10 : 12
      for length in 0..<good.count {
        let found = try faultOfOpening(Array(good[..<length]))
        switch length {
        case ..<6: #expect(found == .notNpy)
        case ..<8: #expect(found == .headerTruncated(expected: 8, actual: length))
        case ..<front: #expect(found == .headerTruncated(expected: front, actual: length))
        case ..<(good.count - 24):
          #expect(found == .headerTruncated(expected: good.count - 24, actual: length))
        default:
          #expect(found == .dataTruncated(expected: 24, actual: length - (good.count - 24)))
        }
      }
      #expect(try faultOfOpening(good) == nil)
      #expect(try faultOfOpening(good + [0, 0]) == .trailingBytes(2))
    }
  }

  @Test(arguments: [
    ("", 0, "'{'"),
    (" {'descr': '<f4', 'fortran_order': False, 'shape': (3,)}\n", 0, "'{'"),
    ("{'descr' '<f4'}\n", 9, "':'"),
    ("{descr: '<f4'}\n", 1, "a quoted string"),
    ("{'descr: <f4}", 13, "a closing quote"),
    ("{'descr\": '<f4'}\n", 11, "':'"),
    ("{'de\\scr': '<f4'}\n", 4, "printable ASCII"),
    ("{'descr': '<f4' 'shape': ()}\n", 16, "',' or '}'"),
    ("{,}\n", 1, "a quoted string"),
    ("{'descr': '<f4',, }\n", 16, "a quoted string"),
    ("{'fortran_order': 0}\n", 18, "True or False"),
    ("{'fortran_order': Falsehood}\n", 23, "',' or '}'"),
    ("{'shape': [3]}\n", 10, "'('"),
    ("{'shape': (3)}\n", 12, "','"),
    ("{'shape': (,)}\n", 11, "a dimension"),
    ("{'shape': (3,,)}\n", 13, "a dimension"),
    ("{'shape': (3 4)}\n", 13, "','"),
    ("{'shape': (3, 4 5)}\n", 16, "',' or ')'"),
    ("{'shape': (03,)}\n", 11, "a dimension without leading zeros"),
    ("{'shape': (3L,)}\n", 12, "','"),
    ("{'shape': (1_0,)}\n", 12, "','"),
    ("{'shape': (+1,)}\n", 11, "a dimension"),
    ("{'shape': (True,)}\n", 11, "a dimension"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}", 55, "a space or the final newline"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}\n\n", 56, "the end of the header"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (3,)} + 1\n", 56, "a space or the final newline"),
    ("{'descr': '<f4',\t'shape': ()}\n", 16, "a quoted string"),
  ])
  func malformedHeaders(text: String, byte: Int, expected: String) throws {
    #expect(try faultOfOpening(npy(text)) == .malformedHeader(byte: 10 + byte, expected: expected))
    #expect(try faultOfOpening(npy(text, version: 2)) == .malformedHeader(byte: 12 + byte, expected: expected))
  }

  @Test func keys() throws {
    #expect(try faultOfOpening(npy("{}\n")) == .missingKey("descr"))
    #expect(try faultOfOpening(npy("{'descr': '<f4'}\n")) == .missingKey("fortran_order"))
    #expect(try faultOfOpening(npy("{'descr': '<f4', 'fortran_order': False}\n")) == .missingKey("shape"))
    #expect(try faultOfOpening(npy("{'shape': (), 'shape': ()}\n")) == .duplicateKey("shape", byte: 24))
    #expect(try faultOfOpening(npy("{'descr': '<f4', 'descr': '<f4'}\n")) == .duplicateKey("descr", byte: 27))
    let order = "'fortran_order': False"
    #expect(try faultOfOpening(npy("{\(order), \(order)}\n")) == .duplicateKey("fortran_order", byte: 35))
    #expect(try faultOfOpening(npy("{'extra': 1}\n")) == .unknownKey("extra", byte: 11))
    let long = String(repeating: "x", count: 1_000)
    #expect(try faultOfOpening(npy("{'\(long)': 1}\n")) == .unknownKey(long.prefix(64) + "...", byte: 11))
  }

  @Test func whatNumpyAlsoTakes() throws {
    for text in [
      "{\"shape\":(2,1,),\"fortran_order\":False,\"descr\":\"|u1\"}\n",
      "{ 'fortran_order' : False , 'shape' : ( 2 , ) , 'descr' : '<u1' , }    \n",
      "{'descr': '=u1', 'fortran_order': False, 'shape': (1, 2)}\n",
    ] {
      #expect(try faultOfOpening(npy(text, data: [1, 2])) == nil)
    }
  }

  @Test func elementTypes() throws {
    func found(_ descr: String) throws -> NpyError.Fault? { try faultOfOpening(npy(header(descr, "(0,)"))) }
    for descr in ["O", "|O", "<O8", "O8"] { #expect(try found(descr) == .objectDType) }
    for descr in ["<c8", "|b1", "<U3", "|S1", "|V4", "<M8[s]", "<f16", "<f3", "f4", "|f4", "<", "", "<<f4", "<f4 "] {
      #expect(try found(descr) == .unsupportedDType(descr))
    }
    let records = "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,), }\n"
    #expect(try faultOfOpening(npy(records)) == .structuredDType)
    let subarray = "{'descr': ('<f4', (2,)), 'fortran_order': False, 'shape': (3,), }\n"
    #expect(try faultOfOpening(npy(subarray)) == .structuredDType)
  }

  @Test func orderAndShape() throws {
    #expect(try faultOfOpening(npy(header("<f4", "(2, 3)", fortran: "True"))) == .fortranOrder)
    #expect(try faultOfOpening(npy(header("<f4", "(2, -3)"))) == .shape(.negativeDimension(axis: 1)))
    #expect(try faultOfOpening(npy(header("<f4", "(4611686018427387904, 2)"))) == .shape(.overflow))
    #expect(try faultOfOpening(npy(header("<f8", "(2147483648, 1073741824)"))) == .shape(.overflow))
    #expect(try faultOfOpening(npy(header("|u1", "(99999999999999999999,)"))) == .shape(.overflow))
    #expect(try faultOfOpening(npy(header("|u1", "(4294967296, 4294967296, 0)"))) == .shape(.overflow))
    let many = "(" + String(repeating: "1, ", count: 33) + ")"
    #expect(try faultOfOpening(npy(header("|u1", many))) == .shape(.tooManyDimensions))
    let exabyte = try faultOfOpening(npy(header("|u1", "(1152921504606846976,)")))
    #expect(exabyte == .dataTruncated(expected: 1 << 60, actual: 0))
  }

  @Test func rowsWhereThereAreNone() throws {
    let single = try NpyReader(path: folder.file(npy(header("|u1", "()"), data: [7])))
    #expect(single.description.count == 1)
    #expect(fault { _ = try single.nextBlock() } == .wrongRank(shape: [], expected: "an array with rows"))
    let hollow = try NpyReader(path: folder.file(npy(header("|u1", "(1152921504606846976, 0)"))))
    #expect(fault { _ = try hollow.nextBlock() } == .emptyRows(shape: [1 << 60, 0]))
    let empty = try NpyReader(path: folder.file(npy(header("|u1", "(0, 4)"))))
    #expect(try empty.nextBlock() == nil)
  }

  @Test func fileThatChangesWhileItIsRead() throws {
    let path = try folder.file(npy(header("|u1", "(4,)"), data: [1, 2, 3, 4]))
    let shrinking = try NpyReader(path: path)
    #expect(try shrinking.nextBlock(rows: 1) == [1])
    let handle = try #require(FileHandle(forUpdatingAtPath: path))
    try handle.truncate(atOffset: UInt64(shrinking.header.dataOffset + 2))
    #expect(fault { _ = try shrinking.nextBlock() } == .dataTruncated(expected: 4, actual: 2))
    #expect(fault { _ = try shrinking.nextBlock() } == .dataTruncated(expected: 4, actual: 2))

    let other = try folder.file(npy(header("|u1", "(2,)"), data: [1, 2]), "b.npy")
    let growing = try NpyReader(path: other)
    let more = try #require(FileHandle(forUpdatingAtPath: other))
    try more.seekToEnd()
    try more.write(contentsOf: Data([3]))
    #expect(fault { _ = try growing.nextBlock() } == .trailingBytes(1))
  }

  @Test func messagesNameFilePlaceAndRemedy() throws {
    let path = try folder.file(npy(header("<f4", "(2, 3)", fortran: "True")))
    let error = #expect(throws: NpyError.self) { try NpyReader(path: path) }
    #expect(
      error?.description == "\(path): the array is in Fortran order (column by column); "
        + "save with np.save(path, np.ascontiguousarray(a))")
  }
}
