/// The stored form of a sorted set of row numbers: what a derived tensor has zeroed.
///
/// First byte 1: gap varints: for each row in ascending order, the difference to the row before it minus one (the first: the row
/// itself) as an LEB128 varint. First byte 2: a bitmap of the base's rows, bit r%8 of byte r/8 set when row r is zeroed, padded
/// with zero bits. The writer takes the shorter form, so a list never costs more than one bit a row of the base: 2 % of
/// 1,048,576 rows take 21 kB, 40 % take 131 kB.
enum RowList {
  /// - Precondition: `rows` ascend strictly and lie below `total`.
  static func encode(_ rows: [UInt32], total: Int) -> [UInt8] {
    var gaps: [UInt8] = [1]
    let bitmapSize = 1 + (total + 7) / 8
    var next: UInt32 = 0
    for row in rows {
      var gap = row - next
      while gap >= 0x80 {
        gaps.append(UInt8(truncatingIfNeeded: gap) | 0x80)
        gap >>= 7
      }
      gaps.append(UInt8(gap))
      next = row + 1
      if gaps.count >= bitmapSize { break }
    }
    if gaps.count < bitmapSize { return gaps }
    var bitmap = [UInt8](repeating: 0, count: bitmapSize)
    bitmap[0] = 2
    for row in rows { bitmap[1 + Int(row / 8)] |= 1 << UInt8(row % 8) }
    return bitmap
  }

  /// The rows of either list, ascending; both must ascend strictly. O(n).
  static func union(_ a: [UInt32], _ b: [UInt32]) -> [UInt32] {
    var (result, i, j) = ([UInt32](), 0, 0)
    result.reserveCapacity(a.count + b.count)
    while i < a.count || j < b.count {
      let next = i == a.count ? b[j] : j == b.count ? a[i] : min(a[i], b[j])
      result.append(next)
      if i < a.count, a[i] == next { i += 1 }
      if j < b.count, b[j] == next { j += 1 }
    }
    return result
  }

  /// Reads either form back, strictly: a list has exactly one encoding of each form, and every row lies below `total`.
  static func decode(_ bytes: [UInt8], total: Int) throws(StoreError) -> [UInt32] {
    switch bytes.first {
    case 1: return try decodeGaps(bytes, total: total)
    case 2: return try decodeBitmap(bytes, total: total)
    default: throw .rowListCorrupt(reason: "its first byte is neither 1 nor 2")
    }
  }

  private static func decodeGaps(_ bytes: [UInt8], total: Int) throws(StoreError) -> [UInt32] {
    var rows: [UInt32] = []
    var (next, gap, shift): (UInt64, UInt64, UInt64) = (0, 0, 0)
    for byte in bytes.dropFirst() {
      guard shift < 35 else { throw .rowListCorrupt(reason: "a gap is too long") }
      gap |= UInt64(byte & 0x7f) << shift
      shift += 7
      if byte & 0x80 != 0 { continue }
      guard byte != 0 || shift == 7 else { throw .rowListCorrupt(reason: "a gap is not in shortest form") }
      let row = next + gap
      guard row < UInt64(total) else { throw .rowListCorrupt(reason: "row \(row) is beyond the last of \(total)") }
      rows.append(UInt32(row))
      (next, gap, shift) = (row + 1, 0, 0)
    }
    guard shift == 0 else { throw .rowListCorrupt(reason: "it ends within a gap") }
    return rows
  }

  private static func decodeBitmap(_ bytes: [UInt8], total: Int) throws(StoreError) -> [UInt32] {
    guard bytes.count == 1 + (total + 7) / 8 else { throw .rowListCorrupt(reason: "its bitmap has the wrong length") }
    var rows: [UInt32] = []
    for (index, byte) in bytes.dropFirst().enumerated() where byte != 0 {
      for bit in 0..<8 where byte & (1 << UInt8(bit)) != 0 { rows.append(UInt32(index * 8 + bit)) }
    }
    if let last = rows.last, Int(last) >= total {
      throw .rowListCorrupt(reason: "row \(last) is beyond the last of \(total)")
    }
    return rows
  }
}
