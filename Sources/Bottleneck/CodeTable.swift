import CKernels

/// Which keys each example selects: N × C × width 16-bit codes, the data on which training and unlearning work.
///
/// With width k the table holds selections; with a larger width, candidates ranked by distance, of which the first k are
/// the selection. Memory 2·N·C·width bytes.
package struct CodeTable: Sendable, Equatable {
  /// The code that selects nothing: a codebook without a usable key casts no vote.
  package static let none: UInt16 = .max

  /// Number of examples N.
  package let count: Int
  /// Number of codebooks C.
  package let codebooks: Int
  /// Codes an example and codebook.
  package let width: Int
  /// The codes, [N][C][width], nearest first, ``none`` behind the last.
  package var codes: [UInt16]

  /// Takes codes and checks their number.
  package init(count: Int, codebooks: Int, width: Int, codes: [UInt16]) throws(BottleneckError) {
    if count < 0 || codebooks < 1 || width < 1 {
      throw .badShape("code table \(count) x \(codebooks) x \(width)")
    }
    let (row, tooWide) = codebooks.multipliedReportingOverflow(by: width)
    let (expected, tooMany) = count.multipliedReportingOverflow(by: row)
    if tooWide || tooMany { throw .badShape("code table \(count) x \(codebooks) x \(width)") }
    if codes.count != expected {
      throw .sizeMismatch(
        what: "codes of \(count) x \(codebooks) x \(width)", expected: expected, found: codes.count)
    }
    self.count = count
    self.codebooks = codebooks
    self.width = width
    self.codes = codes
  }

  /// A table of ``none``.
  init(count: Int, codebooks: Int, width: Int) {
    self.count = count
    self.codebooks = codebooks
    self.width = width
    codes = [UInt16](repeating: Self.none, count: count * codebooks * width)
  }

  /// The first `width` codes of each codebook: the selection among ranked candidates; O(N·C·width).
  package func prefix(_ width: Int) throws(BottleneckError) -> CodeTable {
    if width == self.width { return self }
    if !(1...self.width).contains(width) {
      throw .sizeMismatch(what: "codes a codebook, at most", expected: self.width, found: width)
    }
    var result = CodeTable(count: count, codebooks: codebooks, width: width)
    codes.withUnsafeBufferPointer { from in
      result.codes.withUnsafeMutableBufferPointer { to in
        for slot in 0..<count * codebooks {
          for s in 0..<width { to[slot * width + s] = from[slot * self.width + s] }
        }
      }
    }
    return result
  }

  /// The rows of given examples, in the order given.
  package func rows(_ examples: [Int]) throws(BottleneckError) -> CodeTable {
    try checkMembers(examples, count: count)
    let row = codebooks * width
    var result = [UInt16]()
    result.reserveCapacity(examples.count * row)
    for example in examples { result.append(contentsOf: codes[example * row..<(example + 1) * row]) }
    return try CodeTable(count: examples.count, codebooks: codebooks, width: width, codes: result)
  }

  /// Throws unless the table can be used with a bottleneck: C codebooks, width ≥ k, codes below K; O(N·C·width).
  func check(against shape: BottleneckShape) throws(BottleneckError) {
    try checkLayout(shape)
    if codes.withUnsafeBufferPointer({ lethe_codes_in_range($0.baseAddress, $0.count, shape.keys) }) == 0 {
      throw .codeOutOfRange(keys: shape.keys)
    }
  }

  /// The part of ``check(against:)`` that does not look at codes.
  func checkLayout(_ shape: BottleneckShape) throws(BottleneckError) {
    if codebooks != shape.codebooks {
      throw .sizeMismatch(what: "codebooks of the code table", expected: shape.codebooks, found: codebooks)
    }
    if width < shape.topK {
      throw .sizeMismatch(what: "codes a codebook, at least", expected: shape.topK, found: width)
    }
  }

  /// Which pairs at least one of these (training) examples selects, one byte a pair: Method §1, usage masking.
  ///
  /// Only the first k codes of a codebook count; O(N·C·k).
  package func usablePairs(_ shape: BottleneckShape) throws(BottleneckError) -> [UInt8] {
    try check(against: shape)
    var usable = [UInt8](repeating: 0, count: shape.pairs)
    codes.withUnsafeBufferPointer { codes in
      usable.withUnsafeMutableBufferPointer { usable in
        for slot in 0..<count * codebooks {
          let base = slot % codebooks * shape.keys
          for s in 0..<shape.topK {
            let code = codes[slot * width + s]
            if code != Self.none { usable[base + Int(code)] = 1 }
          }
        }
      }
    }
    return usable
  }
}

/// Throws unless every index is that of one of `count` examples.
func checkMembers(_ members: [Int], count: Int) throws(BottleneckError) {
  for member in members where member < 0 || member >= count {
    throw .exampleOutOfRange(example: member, count: count)
  }
}
