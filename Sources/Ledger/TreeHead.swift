/// A log's size and root hash under its name: what the log signs after each entry.
///
/// Its text is the body of a checkpoint: three lines with the origin, the number of entries in decimal digits, and the root
/// in base64. Sign it with `SignedNote(signing:with:)`, with a key named like the origin. A log must never sign two heads
/// of which one isn't a continuation of the other: store a head before letting anybody see it.
/// Source: c2sp.org/tlog-checkpoint.
package struct TreeHead: Sendable {
  /// The log's name: not empty, one line.
  package let origin: String
  /// The number of entries.
  package let size: Int
  /// The root over those entries.
  package let root: Digest

  /// States the size and root of a log.
  ///
  /// - Throws: `TreeHeadError.invalidOrigin`, `.invalidSize`, `.wrongEmptyRoot`.
  package init(origin: String, size: Int, root: Digest) throws(TreeHeadError) {
    guard !origin.isEmpty, origin.utf8.allSatisfy({ $0 >= 0x20 }) else { throw .invalidOrigin }
    guard size >= 0 else { throw .invalidSize }
    guard size > 0 || root == MerkleTree.emptyRoot else { throw .wrongEmptyRoot }
    self.origin = origin
    self.size = size
    self.root = root
  }

  /// Reads a checkpoint's body, the text of a note that has been verified.
  ///
  /// Extension lines are allowed, must not be empty, and are left out of the result.
  ///
  /// - Throws: every case of `TreeHeadError`.
  package init(parsing text: some Collection<UInt8>) throws(TreeHeadError) {
    var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard let rest = lines.popLast(), rest.isEmpty, lines.count >= 3, lines.allSatisfy({ !$0.isEmpty }) else {
      throw .malformedLines
    }
    guard let origin = String(validating: lines[0], as: UTF8.self) else { throw .invalidOrigin }
    guard let size = Int(String(decoding: lines[1], as: UTF8.self)), String(size).utf8.elementsEqual(lines[1]) else {
      throw .invalidSize
    }
    guard let bytes = StrictBase64.decode(lines[2]), let root = try? Digest(bytes: bytes) else { throw .invalidRoot }
    try self.init(origin: origin, size: size, root: root)
  }

  /// The three lines, each with its newline.
  package var text: String { "\(origin)\n\(size)\n\(StrictBase64.encode(root.bytes))\n" }
}

extension TreeHead: Equatable {
  /// Whether two heads have the same text, byte for byte.
  package static func == (left: TreeHead, right: TreeHead) -> Bool {
    left.size == right.size && left.root == right.root && left.origin.utf8.elementsEqual(right.origin.utf8)
  }
}

/// The ways in which a checkpoint's body can be wrong.
package enum TreeHeadError: Error, Hashable, CustomStringConvertible {
  /// Fewer than three lines, an empty line, or no newline at the end.
  case malformedLines
  /// An origin that is empty, not UTF-8, or holds a control character.
  case invalidOrigin
  /// A size that is no decimal number without sign and leading zeros, or one beyond 2^63 − 1.
  case invalidSize
  /// A root that is not the base64 of 32 bytes.
  case invalidRoot
  /// A log without entries that claims another root than the empty tree's.
  case wrongEmptyRoot

  package var description: String {
    switch self {
    case .malformedLines: "a checkpoint has at least three lines, none of them empty, each ended by a newline"
    case .invalidOrigin: "a checkpoint's first line is the log's origin, without control characters"
    case .invalidSize: "a checkpoint's second line is the number of entries"
    case .invalidRoot: "a checkpoint's third line is the root hash, 32 bytes in base64"
    case .wrongEmptyRoot: "the checkpoint of an empty log states a root that no empty log has"
    }
  }
}
