import Tensors
import Testing

@Suite struct TextLinesTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  private func lines(_ bytes: [UInt8], maximum: Int = 100) throws -> [String] {
    let reader = try TextLines(path: folder.file(bytes, "names.txt"), maximumLines: maximum)
    var lines: [String] = []
    while let line = try reader.next() { lines.append(line) }
    return lines
  }

  private func failure(_ bytes: [UInt8], maximum: Int = 100) throws -> TextLinesError? {
    do {
      _ = try lines(bytes, maximum: maximum)
      return nil
    } catch let error as TextLinesError {
      return error
    }
  }

  private func check(_ bytes: [UInt8], line: Int, _ fault: TextLinesError.Fault, maximum: Int = 100) throws {
    let error = try failure(bytes, maximum: maximum)
    #expect(error?.line == line)
    #expect(error?.fault == fault)
  }

  @Test func endsOfLines() throws {
    #expect(try lines([]) == [])
    #expect(try lines(Array("a".utf8)) == ["a"])
    #expect(try lines(Array("a\nb b\n".utf8)) == ["a", "b b"])
    #expect(try lines(Array("a\r\nÄpfel\r\n猫".utf8)) == ["a", "Äpfel", "猫"])
    #expect(try lines(Array("a\n a \na".utf8)) == ["a", " a ", "a"])
  }

  @Test func faults() throws {
    try check(Array("a\n\nb\n".utf8), line: 2, .empty)
    try check(Array("\n".utf8), line: 1, .empty)
    try check(Array("a\n\r\n".utf8), line: 2, .empty)
    try check(Array("a\n   \n".utf8), line: 2, .empty)
    try check(Array("a\nb\tc\n".utf8), line: 2, .controlCharacter(scalar: 9))
    try check(Array("a\rb\n".utf8), line: 1, .controlCharacter(scalar: 13))
    try check(Array("a\r\r\n".utf8), line: 1, .controlCharacter(scalar: 13))
    try check([97, 10, 0], line: 2, .controlCharacter(scalar: 0))
    try check(Array("a\u{85}b".utf8), line: 1, .controlCharacter(scalar: 0x85))
    try check(Array("a\u{2028}b".utf8), line: 1, .controlCharacter(scalar: 0x2028))
    try check(Array("\u{FEFF}a\n".utf8), line: 1, .byteOrderMark)
    try check(Array("a\nb\n".utf8), line: 1, .tooManyLines(limit: 1), maximum: 1)
    for bad: [UInt8] in [[0x80], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE7, 0x8C]] {
      try check([97, 10] + bad + [10], line: 2, .notUTF8)
    }
    let missing = folder.path("missing.txt")
    let error = #expect(throws: TextLinesError.self) { try TextLines(path: missing) }
    #expect(error?.fault == .system(operation: "open", code: 2))
    #expect(throws: TextLinesError.self) { try TextLines(path: folder.path) }
  }

  @Test func longestLine() throws {
    let longest = [UInt8](repeating: 97, count: 1_024)
    for end: [UInt8] in [[], [10], [13, 10]] {
      #expect(try lines(longest + end).first?.utf8.count == 1_024)
      try check([98, 10] + longest + [97] + end, line: 2, .lineTooLong)
    }
    // Without any line end, only the beginning is gathered.
    try check([UInt8](repeating: 97, count: 1 << 20), line: 1, .lineTooLong)
  }

  /// Lines of every length, so that one crosses the buffer's edge at each of its bytes.
  @Test func linesAcrossTheBuffer() throws {
    for shift in 1...40 {
      let names = (0..<3_000).map { "\($0) " + String(repeating: "é", count: shift % 7 + $0 % 13) }
      let text = String(repeating: "x", count: shift) + "\r\n" + names.joined(separator: "\r\n")
      #expect(try lines(Array(text.utf8), maximum: 3_001).dropFirst() == names[...])
    }
  }

  @Test func classNamesAreUnique() throws {
    #expect(try TextLines.classNames(path: folder.file(text: "cat\ndog\n")) == ["cat", "dog"])
    let twice = try folder.file(text: "cat\ndog\ncat\n")
    let error = #expect(throws: TextLinesError.self) { try TextLines.classNames(path: twice) }
    #expect(
      error?.description
        == "\(twice), line 3: the name stands already on line 1; give every class a name of its own")
    let composed = try folder.file(text: "caf\u{E9}\ncafe\u{301}\n")
    #expect(throws: TextLinesError.self) { try TextLines.classNames(path: composed) }
    let many = try folder.file(text: (0...65_535).map { "c\($0)\n" }.joined())
    let tooMany = #expect(throws: TextLinesError.self) { try TextLines.classNames(path: many) }
    #expect(tooMany?.fault == .tooManyLines(limit: 65_535))
  }

  @Test func failureStays() throws {
    let reader = try TextLines(path: folder.file(text: "a\n\nb\n"))
    #expect(try reader.next() == "a")
    for _ in 0..<3 { #expect(throws: TextLinesError.self) { try reader.next() } }
  }
}
