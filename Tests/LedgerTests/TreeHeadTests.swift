import Testing

@testable import Ledger

@Suite("Tree head")
struct TreeHeadTests {
  /// The body of the example of c2sp.org/tlog-checkpoint.
  private static let example = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
  private static let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="

  private func parse(_ text: String) throws(TreeHeadError) -> TreeHead { try TreeHead(parsing: text.utf8) }

  @Test("the standard's example is read and written back")
  func standardExample() throws {
    let head = try parse(Self.example)
    #expect(head.origin == "example.com/behind-the-sofa")
    #expect(head.size == 20_852_163)
    #expect(head.root.hex == "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62")
    #expect(head.text == Self.example)
  }

  @Test("the head of an empty log and of the largest one")
  func limits() throws {
    let empty = try TreeHead(origin: "a", size: 0, root: MerkleTree.emptyRoot)
    #expect(try parse(empty.text) == empty)
    let largest = try TreeHead(origin: "a", size: .max, root: MerkleTree.emptyRoot)
    #expect(try parse(largest.text) == largest)
  }

  @Test("extension lines are passed over when reading and never written")
  func extensions() throws {
    #expect(try parse(Self.example + "one more\nand another\n").text == Self.example)
  }

  @Test("a signed head comes back through its note")
  func signed() throws {
    let head = try TreeHead(origin: "example.com/log", size: 7, root: Digest.of([1]))
    let key = try SigningKey(name: head.origin)
    let note = try SignedNote(parsing: SignedNote(signing: head.text, with: key).bytes)
    try note.verified(by: [key.verifierKey])
    #expect(try parse(note.text) == head)
  }

  @Test(
    "missing, empty and unfinished lines are refused",
    arguments: [
      "", "\n", "a\n1\n", "a\n1\n\(root)", "\n1\n\(root)\n", "a\n\n\(root)\n", "a\n1\n\(root)\n\n", "a\n1\n\(root)\nx",
      "a\n1\n\(root)\n\nx\n",
    ])
  func malformedLines(text: String) {
    #expect(throws: TreeHeadError.malformedLines) { try parse(text) }
  }

  @Test("an origin is UTF-8 without control characters")
  func invalidOrigin() {
    #expect(throws: TreeHeadError.invalidOrigin) { try TreeHead(parsing: [0xFF] + Array(Self.example.utf8)) }
    #expect(throws: TreeHeadError.invalidOrigin) { try parse("\t" + Self.example) }
    #expect(throws: TreeHeadError.invalidOrigin) { try TreeHead(origin: "", size: 1, root: MerkleTree.emptyRoot) }
    #expect(throws: TreeHeadError.invalidOrigin) { try TreeHead(origin: "a\nb", size: 1, root: MerkleTree.emptyRoot) }
  }

  @Test(
    "a size is plain decimal digits",
    arguments: ["-1", "+1", "01", "00", "1.0", "1 ", " 1", "0x1", "ten", "9223372036854775808", "\u{661}"])
  func invalidSize(size: String) {
    #expect(throws: TreeHeadError.invalidSize) { try parse("a\n\(size)\n\(Self.root)\n") }
  }

  @Test("a size is not negative")
  func negativeSize() {
    #expect(throws: TreeHeadError.invalidSize) { try TreeHead(origin: "a", size: -1, root: MerkleTree.emptyRoot) }
  }

  @Test(
    "a root is the base64 of 32 bytes, spelt in the one way there is",
    arguments: ["AAAA", "x", root + "AAAA", String(root.dropLast()), String(root.dropLast(2)) + "J=", root + " "])
  func invalidRoot(root: String) {
    #expect(throws: TreeHeadError.invalidRoot) { try parse("a\n1\n\(root)\n") }
  }

  @Test("an empty log has the empty tree's root")
  func wrongEmptyRoot() {
    #expect(throws: TreeHeadError.wrongEmptyRoot) { try parse("a\n0\n\(Self.root)\n") }
  }

  @Test("origins are told apart by their bytes")
  func equivalentOrigins() throws {
    let composed = try TreeHead(origin: "\u{e9}", size: 1, root: MerkleTree.emptyRoot)
    #expect(composed != (try TreeHead(origin: "e\u{301}", size: 1, root: MerkleTree.emptyRoot)))
  }

  @Test("a damaged head is refused, or written back byte for byte up to its extension lines")
  func mutations() throws {
    var random = Seeded(5)
    var accepted = 0
    for _ in 0..<5_000 {
      let damaged = mutate(Array(Self.example.utf8), using: &random)
      do throws(TreeHeadError) {
        let head = try TreeHead(parsing: damaged)
        #expect(damaged.starts(with: head.text.utf8))
        accepted += 1
      } catch {
        #expect(!error.description.isEmpty)
      }
    }
    #expect(accepted > 250)
  }
}
