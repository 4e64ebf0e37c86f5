import Ledger

/// A signed tree head that somebody kept elsewhere, to see later that a store still continues it.
///
/// It is what shows that a file was put back as a whole, or replaced: nothing inside of the file can.
package struct KeptHead: Sendable {
  /// What it states.
  package let head: TreeHead
  /// Whether the store's own key signed it.
  let isSigned: Bool

  /// Judges a note by a store's name and key.
  ///
  /// - Throws: `LogPolicyError.signature` if the signature that claims to be by the store's key is wrong, `.head`, `.otherLog`.
  package init(_ note: SignedNote, origin: String, key: VerifierKey) throws(LogPolicyError) {
    do throws(LogPolicyError) {
      head = try LogPolicy(origin: origin, keys: [key]).verify(note).head
      isSigned = true
    } catch .signature(.noKnownSignature) {
      do throws(TreeHeadError) {
        head = try TreeHead(parsing: note.text.utf8)
      } catch {
        throw .head(error)
      }
      guard head.origin.utf8.elementsEqual(origin.utf8) else { throw .otherLog(expected: origin, found: head.origin) }
      isSigned = false
    }
  }

  /// Compares it with the log that lies here; `root` gives the root over the first so many of its entries, from 1 up to `size`.
  func check(size: Int, _ result: inout Verification, root: (Int) -> Digest) {
    let subject = "tree head kept elsewhere, of \(head.size) entries"
    if !isSigned {
      result.add(.keyReplaced, subject, "it is of this log and not signed by this store's key: the log was signed anew")
    }
    if head.size > size {
      result.add(.rewound, subject, "the log has \(size) entries: the file was put back to an earlier state")
    } else if head.size > 0, root(head.size) != head.root {
      result.add(
        .forked, subject, "the log's first \(head.size) entries are others: it was put back and went on otherwise, or was replaced")
    }
  }
}
