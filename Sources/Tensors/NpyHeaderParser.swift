/// A strict parser of the one dictionary literal that an npy header holds.
///
/// ```
/// header = "{" pair *("," pair) [","] "}" *space newline      spaces may stand between any two tokens
/// pair   = "'descr'" ":" string / "'fortran_order'" ":" ("True" / "False") / "'shape'" ":" tuple
/// tuple  = "(" ")" / "(" number "," ")" / "(" number 1*("," number) [","] ")"
/// ```
///
/// Each key stands exactly once, in any order; strings have single or double quotes, printable ASCII and no escapes;
/// numbers have no leading zeros. Whatever it accepts, numpy accepts with the same meaning (tested); it refuses much
/// that Python's `literal_eval` takes. Nothing is evaluated and nothing recurses.
struct NpyHeaderParser {
  /// What the three keys say.
  struct Fields {
    var dtype: DType
    var isBigEndian: Bool
    var shape: [Int]
  }

  let text: [UInt8]
  let offset: Int
  let elements: NpyHeader.Elements
  let path: String
  private var position = 0

  init(text: [UInt8], offset: Int, elements: NpyHeader.Elements, path: String) {
    self.text = text
    self.offset = offset
    self.elements = elements
    self.path = path
  }

  /// Parses the whole text.
  mutating func parse() throws(NpyError) -> Fields {
    var element: (dtype: DType, isBigEndian: Bool, width: Int?)?
    var shape: [Int]?
    var hasOrder = false
    try take("{", "'{'")
    skipSpaces()
    while peek != UInt8(ascii: "}") {
      let start = position
      let key = try string()
      skipSpaces()
      try take(":", "':'")
      skipSpaces()
      switch key {
      case "descr":
        guard element == nil else { throw duplicate(key, start) }
        element = try elementType()
      case "fortran_order":
        guard !hasOrder else { throw duplicate(key, start) }
        try cOrder()
        hasOrder = true
      case "shape":
        guard shape == nil else { throw duplicate(key, start) }
        shape = try tuple()
      default:
        throw error(.unknownKey(Self.clipped(key), byte: offset + start))
      }
      skipSpaces()
      if peek == UInt8(ascii: "}") { break }
      try take(",", "',' or '}'")
      skipSpaces()
    }
    try take("}", "'}'")
    skipSpaces()
    try take("\n", "a space or the final newline")
    guard position == text.count else { throw malformed("the end of the header") }
    guard let element else { throw error(.missingKey("descr")) }
    guard hasOrder else { throw error(.missingKey("fortran_order")) }
    guard let shape else { throw error(.missingKey("shape")) }
    return Fields(
      dtype: element.dtype, isBigEndian: element.isBigEndian, shape: shape + (element.width.map { [$0] } ?? []))
  }

  // MARK: Values

  /// `'<f4'`: byte order, kind, size; `'<U7'` and `'|S7'` where strings are wanted. A list or tuple here is a structured type.
  private mutating func elementType() throws(NpyError) -> (dtype: DType, isBigEndian: Bool, width: Int?) {
    if peek == UInt8(ascii: "[") || peek == UInt8(ascii: "(") { throw error(.structuredDType) }
    let descr = try string()
    let order = descr.first
    let code = String(descr.drop { "<>|=".contains($0) })
    guard code.first != "O" else { throw error(.objectDType) }
    let isNativeBig = 1.bigEndian == 1
    if elements == .texts {
      let kind = code.first
      guard let order, kind == "U" ? order != "|" : kind == "S" && order == "|", descr.utf8.count == 1 + code.utf8.count,
        let width = Int(code.dropFirst()), width > 0, "\(width)" == code.dropFirst()
      else { throw error(.textsExpected("'" + Self.clipped(descr) + "'")) }
      return (kind == "U" ? .uint32 : .uint8, order == ">" || (order == "=" && isNativeBig), width)
    }
    guard let order, let dtype = DType(npyCode: code), descr.utf8.count == 1 + code.utf8.count,
      order != "|" || dtype.size == 1
    else { throw error(.unsupportedDType(Self.clipped(descr))) }
    return (dtype, dtype.size > 1 && (order == ">" || (order == "=" && isNativeBig)), nil)
  }

  private mutating func cOrder() throws(NpyError) {
    if word("False") { return }
    if word("True") { throw error(.fortranOrder) }
    throw malformed("True or False")
  }

  private mutating func tuple() throws(NpyError) -> [Int] {
    var shape: [Int] = []
    try take("(", "'('")
    skipSpaces()
    while peek != UInt8(ascii: ")") {
      shape.append(try number(axis: shape.count))
      guard shape.count <= TensorDescription.maximumRank else { throw error(.shape(.tooManyDimensions)) }
      skipSpaces()
      // `(3)` is a number in Python, so that a lone dimension needs its comma.
      if peek == UInt8(ascii: ")"), shape.count > 1 { break }
      try take(",", shape.count > 1 ? "',' or ')'" : "','")
      skipSpaces()
    }
    try take(")", "')'")
    return shape
  }

  private mutating func number(axis: Int) throws(NpyError) -> Int {
    let start = position
    if peek == UInt8(ascii: "-") { throw error(.shape(.negativeDimension(axis: axis))) }
    var value = 0
    var overflow = false
    while let digit = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) {
      let (tens, tooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, tooLargeToo) = tens.addingReportingOverflow(Int(digit - UInt8(ascii: "0")))
      overflow = overflow || tooLarge || tooLargeToo
      value = sum
      position += 1
    }
    guard position > start else { throw malformed("a dimension") }
    guard position == start + 1 || text[start] != UInt8(ascii: "0") else {
      position = start
      throw malformed("a dimension without leading zeros")
    }
    guard !overflow else { throw error(.shape(.overflow)) }
    return value
  }

  private mutating func string() throws(NpyError) -> String {
    guard let quote = peek, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw malformed("a quoted string")
    }
    position += 1
    let start = position
    while let byte = peek, byte != quote {
      guard (0x20...0x7E).contains(byte), byte != UInt8(ascii: "\\") else { throw malformed("printable ASCII") }
      position += 1
    }
    guard peek == quote else { throw malformed("a closing quote") }
    defer { position += 1 }
    return String(decoding: text[start..<position], as: UTF8.self)
  }

  // MARK: Tokens

  private var peek: UInt8? { position < text.count ? text[position] : nil }

  private mutating func skipSpaces() {
    while peek == UInt8(ascii: " ") { position += 1 }
  }

  private mutating func take(_ token: Unicode.Scalar, _ expected: String) throws(NpyError) {
    guard peek == UInt8(ascii: token) else { throw malformed(expected) }
    position += 1
  }

  private mutating func word(_ word: String) -> Bool {
    guard text[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  // MARK: Errors

  private func error(_ fault: NpyError.Fault) -> NpyError { NpyError(path: path, fault: fault) }

  private func malformed(_ expected: String) -> NpyError {
    error(.malformedHeader(byte: offset + position, expected: expected))
  }

  private func duplicate(_ key: String, _ start: Int) -> NpyError { error(.duplicateKey(key, byte: offset + start)) }

  /// A string from the file, short enough for a message.
  private static func clipped(_ string: String) -> String {
    string.utf8.count <= 64 ? string : string.prefix(64) + "..."
  }
}
