/// A stream of the names in a small text file: UTF-8, one a line.
///
/// Lines end with LF or CR LF; the last one may lack its end. Empty names, control characters (Unicode category Cc, and
/// the line and paragraph separators), bad UTF-8 and a byte order mark are errors that name the line. Memory is one
/// buffer and one line, whatever the file. A reader that failed throws the same error for ever.
///
/// ## Topics
///
/// ### Whole files
/// - ``classNames(path:)``
///
/// ### Line by line
/// - ``init(path:maximumLines:)``
/// - ``next()``
package final class TextLines {
  /// The longest line, in bytes without its end.
  package static let maximumLineBytes = 1_024
  /// The most lines unless the caller says otherwise: 16,777,216.
  package static let defaultMaximumLines = 1 << 24

  /// The file as the caller named it.
  package let path: String
  /// The number of lines read so far.
  package private(set) var line = 0
  private let maximumLines: Int
  private let file: InputFile
  private var buffer: ArraySlice<UInt8> = []
  private var failure: TextLinesError?

  /// Opens a file of names.
  ///
  /// - throws: ``TextLinesError`` where it can't be read.
  package init(path: String, maximumLines: Int = defaultMaximumLines) throws(TextLinesError) {
    self.path = path
    self.maximumLines = maximumLines
    do {
      file = try InputFile(path: path)
    } catch {
      throw TextLinesError(path: path, line: 0, fault: .init(error))
    }
  }

  /// Reads the names of all classes: no name twice, at most ``LabelReader/maximumClasses``.
  ///
  /// Names are compared as Swift compares strings: two that look alike because they compose the same letters
  /// differently (é as one scalar or as two) count as one name.
  ///
  /// - throws: ``TextLinesError``.
  package static func classNames(path: String) throws(TextLinesError) -> [String] {
    let lines = try TextLines(path: path, maximumLines: LabelReader.maximumClasses)
    var names: [String] = []
    var firstLines: [String: Int] = [:]
    while let name = try lines.next() {
      if let first = firstLines.updateValue(lines.line, forKey: name) {
        throw lines.fail(.duplicate(firstLine: first))
      }
      names.append(name)
    }
    return names
  }

  /// Reads the next name, nil after the last.
  ///
  /// - throws: ``TextLinesError``.
  package func next() throws(TextLinesError) -> String? {
    if let failure { throw failure }
    guard var bytes = try nextLine() else { return nil }
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    guard line > 1 || bytes.count > Self.maximumLineBytes || !bytes.starts(with: [0xEF, 0xBB, 0xBF]) else {
      throw fail(.byteOrderMark)
    }
    do throws(TextLinesError.Fault) {
      return try Self.name(bytes)
    } catch {
      throw fail(error)
    }
  }

  /// What some bytes name, wherever they stood.
  static func name(_ bytes: [UInt8]) throws(TextLinesError.Fault) -> String {
    guard bytes.count <= maximumLineBytes else { throw .lineTooLong }
    guard let name = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
    for scalar in name.unicodeScalars {
      switch scalar.value {
      case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: throw .controlCharacter(scalar: scalar.value)
      default: continue
      }
    }
    guard bytes.contains(where: { $0 != UInt8(ascii: " ") }) else { throw .empty }
    return name
  }

  /// The bytes up to the next LF, nil at the end of the file; stops gathering where a line is surely too long.
  private func nextLine() throws(TextLinesError) -> [UInt8]? {
    var bytes: [UInt8] = []
    var started = false
    while true {
      if buffer.isEmpty {
        try refill()
        guard !buffer.isEmpty else { return started ? bytes : nil }
      }
      if !started {
        guard line < maximumLines else { throw fail(.tooManyLines(limit: maximumLines)) }
        line += 1
        started = true
      }
      let end = buffer.firstIndex(of: UInt8(ascii: "\n"))
      bytes += buffer[..<(end ?? buffer.endIndex)].prefix(Self.maximumLineBytes + 2)
      buffer = end.map { buffer[($0 + 1)...] } ?? []
      if end != nil || bytes.count > Self.maximumLineBytes + 1 { return bytes }
    }
  }

  private func refill() throws(TextLinesError) {
    do {
      buffer = try file.bytes(1 << 16)[...]
    } catch {
      throw fail(.init(error))
    }
  }

  private func fail(_ fault: TextLinesError.Fault) -> TextLinesError {
    let error = TextLinesError(path: path, line: line, fault: fault)
    failure = error
    return error
  }
}

extension TextLinesError.Fault {
  fileprivate init(_ fault: InputFile.Fault) {
    switch fault {
    case .system(let operation, let code): self = .system(operation: operation, code: code)
    case .notRegularFile: self = .notRegularFile
    }
  }
}
