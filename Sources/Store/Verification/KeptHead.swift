import Ledger

/// A signed tree head that somebody kept elsewhere, to see later that a store still continues it.
///
/// It is what shows that a file was put back as a whole, or replaced: nothing inside of the file can.
package struct KeptHead: Sendable {
  /// The note as it was kept.
  let note: SignedNote
  /// What it states.
  package let head: TreeHead

  /// Judges a note by a store's name and keys.
  ///
  /// - Throws: `LogPolicyError.signature` if a signature that claims to be by one of the keys is wrong, `.head`, `.otherLog`.
  package init(_ note: SignedNote, origin: String, keys: [VerifierKey]) throws(LogPolicyError) {
    self.note = note
    do throws(LogPolicyError) {
      head = try LogPolicy(origin: origin, keys: keys).verify(note).head
    } catch .signature(.noKnownSignature) {
      do throws(TreeHeadError) {
        head = try TreeHead(parsing: note.text.utf8)
      } catch {
        throw .head(error)
      }
      guard head.origin.utf8.elementsEqual(origin.utf8) else { throw .otherLog(expected: origin, found: head.origin) }
    }
  }

  /// Compares it with the log that lies here.
  /// - Parameters:
  ///   - keys: the log's keys by its own leaves.
  ///   - root: gives the root over the first so many of its entries, from 1 up to `size`.
  func check(size: Int, keys: KeyChain, _ result: inout Verification, root: (Int) -> Digest) {
    let subject = "tree head kept elsewhere, of \(head.size) entries"
    do throws(KeyChainError) {
      result.keptBy = try keys.verify(note).signers
    } catch .missingSignature(_, let key) {
      result.add(
        .keyRetired, subject, "it lacks the signature of \(key), the log's key by then: somebody signed with another key of the log"
      )
    } catch {
      result.add(
        .keyReplaced, subject,
        "it is of this log and not signed by this store's key: the log was signed anew, or put back to before a change of keys")
    }
    if head.size > size {
      result.add(.rewound, subject, "the log has \(size) entries: the file was put back to an earlier state")
    } else if head.size > 0, root(head.size) != head.root {
      result.add(
        .forked, subject, "the log's first \(head.size) entries are others: it was put back and went on otherwise, or was replaced")
    }
  }
}
