/// A receipt for one log entry: where it stands, the way from it to the root, and the signed checkpoint with that root.
///
/// ```text
/// c2sp.org/tlog-proof@v1
/// extra b3B0aW9uYWw=
/// index 3
/// HZv4Oo1t… (one hash a line, the leaf's sibling first)
///
/// example.com/log
/// 7
/// 3bib5AOA…
///
/// — example.com/log Az3grl…
/// ```
///
/// With the log's key it can be checked offline for ever; whoever has it needs the store no more. Its file's name ends in
/// `.tlog-proof`. `extra` isn't covered by any signature. Source: c2sp.org/tlog-proof.
///
/// ## Topics
/// - ``init(_:checkpoint:extra:)``
/// - ``init(parsing:)``
/// - ``verify(entry:policy:)``
/// - ``bytes``
package struct TLogProof: Sendable {
  /// The most extra data, in bytes: a log entry fits.
  package static let maximumExtraBytes = 65_535

  /// The longest proof that is read, in bytes: first lines, extra data in base64, 64 hashes and the longest checkpoint.
  package static let maximumBytes = 88_000 + 64 * 45 + SignedNote.maximumBytes

  /// The most hashes a proof can need: the depth of a tree of 2^63 leaves.
  private static let maximumHashes = 63

  private static let header = "c2sp.org/tlog-proof@v1"

  /// Data that nothing vouches for, such as what is needed to make the entry's bytes; never empty.
  package let extra: [UInt8]?
  /// The entry's place in the log, counted from 0.
  package let index: Int
  /// The hashes beside the way from leaf to root, the leaf's sibling first.
  package let hashes: [Digest]
  /// The signed checkpoint, not yet verified.
  package let checkpoint: SignedNote

  /// Puts a proof together with the checkpoint of the tree that it was made for.
  ///
  /// - Throws: `TLogProofError.otherTree` if sizes differ, `.extraTooLarge`.
  package init(_ proof: InclusionProof, checkpoint: SignedNote, extra: [UInt8]? = nil) throws(TLogProofError) {
    guard (try? TreeHead(parsing: checkpoint.text.utf8))?.size == proof.size else { throw .otherTree }
    guard (extra ?? []).count <= Self.maximumExtraBytes else { throw .extraTooLarge }
    self.extra = extra.flatMap { $0.isEmpty ? nil : $0 }
    index = proof.index
    hashes = proof.hashes
    self.checkpoint = checkpoint
  }

  /// Reads a proof without believing it.
  ///
  /// Whatever is accepted is written again by `bytes` as it was read, byte for byte.
  ///
  /// - Throws: every case of `TLogProofError` but those that only making and verifying throw.
  package init(parsing input: some Collection<UInt8>) throws(TLogProofError) {
    guard input.count <= Self.maximumBytes else { throw .tooLarge(input.count) }
    var rest = Array(input)[...]
    func nextLine() -> ArraySlice<UInt8>? {
      guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      defer { rest = rest[(end + 1)...] }
      return rest[..<end]
    }
    guard let first = nextLine(), first.elementsEqual(Self.header.utf8) else { throw .wrongHeader }
    var line = nextLine()
    if let text = line?.after("extra ") {
      guard let bytes = StrictBase64.decode(text), !bytes.isEmpty else { throw .malformedExtra }
      guard bytes.count <= Self.maximumExtraBytes else { throw .extraTooLarge }
      extra = bytes
      line = nextLine()
    } else {
      extra = nil
    }
    guard let text = line?.after("index "), let index = Int(String(decoding: text, as: UTF8.self)),
      index >= 0, String(index).utf8.elementsEqual(text)
    else { throw .malformedIndex }
    self.index = index
    var hashes: [Digest] = []
    while true {
      guard let line = nextLine() else { throw .noCheckpoint }
      if line.isEmpty { break }
      guard hashes.count < Self.maximumHashes else { throw .tooManyHashes }
      guard line.count == 44, let bytes = StrictBase64.decode(line), let hash = try? Digest(bytes: bytes) else {
        throw .malformedHash(line: hashes.count + 1)
      }
      hashes.append(hash)
    }
    self.hashes = hashes
    do throws(SignedNoteError) {
      checkpoint = try SignedNote(parsing: rest)
    } catch {
      throw .malformedCheckpoint(error)
    }
  }

  /// The proof as it is stored and handed out.
  package var bytes: [UInt8] {
    var lines = [Self.header]
    if let extra { lines.append("extra " + StrictBase64.encode(extra)) }
    lines.append("index \(index)")
    lines += hashes.map { StrictBase64.encode($0.bytes) }
    return Array((lines.joined(separator: "\n") + "\n\n").utf8) + checkpoint.bytes
  }

  /// Checks that a log which meets the policy has an entry of these bytes at this place.
  ///
  /// - Returns: what the checkpoint states and who signed it.
  /// - Throws: `TLogProofError.checkpoint`, `.inclusion`.
  @discardableResult
  package func verify(entry: [UInt8], policy: LogPolicy) throws(TLogProofError) -> VerifiedCheckpoint {
    let verified: VerifiedCheckpoint
    do throws(LogPolicyError) {
      verified = try policy.verify(checkpoint)
    } catch {
      throw .checkpoint(error)
    }
    do throws(ProofError) {
      let proof = InclusionProof(index: index, size: verified.head.size, hashes: hashes)
      try proof.verify(leafHash: MerkleTree.leafHash(entry), root: verified.head.root)
    } catch {
      throw .inclusion(error)
    }
    return verified
  }
}

extension ArraySlice<UInt8> {
  /// What follows a prefix, or nil.
  fileprivate func after(_ prefix: String) -> ArraySlice<UInt8>? {
    starts(with: prefix.utf8) ? dropFirst(prefix.utf8.count) : nil
  }
}

/// The ways in which a proof of inclusion can be malformed or wrong.
package enum TLogProofError: Error, Hashable, CustomStringConvertible {
  /// More bytes than a proof can need; carries their number.
  case tooLarge(Int)
  /// Another first line than `c2sp.org/tlog-proof@v1`.
  case wrongHeader
  /// Extra data that are empty or no base64.
  case malformedExtra
  /// More than 65,535 bytes of extra data.
  case extraTooLarge
  /// No `index` line, or no decimal number without sign and leading zeros.
  case malformedIndex
  /// A hash line, counted from 1, that isn't the base64 of 32 bytes.
  case malformedHash(line: Int)
  /// More than 63 hashes.
  case tooManyHashes
  /// The proof ends before the empty line in front of the checkpoint.
  case noCheckpoint
  /// What follows the empty line is no signed note.
  case malformedCheckpoint(SignedNoteError)
  /// A proof that is put together with the checkpoint of a tree of another size.
  case otherTree
  /// The checkpoint isn't one that the reader accepts.
  case checkpoint(LogPolicyError)
  /// The checkpoint is accepted, and the entry isn't at this place under its root.
  case inclusion(ProofError)

  package var description: String {
    switch self {
    case .tooLarge(let count): "a proof holds at most \(TLogProof.maximumBytes) bytes, this has \(count)"
    case .wrongHeader: "a proof begins with the line c2sp.org/tlog-proof@v1"
    case .malformedExtra: "the proof's extra data are not base64"
    case .extraTooLarge: "a proof carries at most \(TLogProof.maximumExtraBytes) bytes of extra data"
    case .malformedIndex: "the proof has no line with the word index and the entry's number"
    case .malformedHash(let line): "hash \(line) of the proof is not the base64 of 32 bytes"
    case .tooManyHashes: "no tree is deep enough for so many hashes"
    case .noCheckpoint: "the proof ends before its checkpoint"
    case .malformedCheckpoint(let error): "the proof's checkpoint: \(error)"
    case .otherTree: "the proof is for a tree of another size than the checkpoint states"
    case .checkpoint(let error): error.description
    case .inclusion(let error): error.description
    }
  }
}
