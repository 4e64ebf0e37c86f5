import Foundation
import Testing

@testable import Ledger

@Suite("Commitment")
struct CommitmentTests {
  @Test("opens with its own text and salt and with no other")
  func opening() {
    let (commitment, salt) = Commitment.make("Ada Lovelace")
    #expect(salt.count == 32)
    #expect(commitment.opens("Ada Lovelace", salt: salt))
    #expect(!commitment.opens("Ada Lovelac", salt: salt))
    #expect(!commitment.opens("", salt: salt))
    #expect(!commitment.opens("Ada Lovelace", salt: Array(salt.reversed())))
    #expect(!commitment.opens("Ada Lovelace", salt: Array(salt.dropLast())))
    // Moving a byte from the text into the salt must not give the same hash.
    #expect(!commitment.opens("da Lovelace", salt: salt + [UInt8(ascii: "A")]))
  }

  @Test("Unicode-equivalent texts are different texts")
  func equivalence() {
    let (commitment, salt) = Commitment.make("\u{e9}")
    #expect(commitment.opens("\u{e9}", salt: salt))
    #expect(!commitment.opens("e\u{301}", salt: salt))
  }

  @Test("the same text never gives the same commitment twice")
  func salts() {
    let made = (0..<100).map { _ in Commitment.make("yes") }
    #expect(Set(made.map(\.salt)).count == 100)
    #expect(Set(made.map(\.commitment)).count == 100)
  }

  @Test("the bytes hashed are the documented ones")
  func format() throws {
    let (commitment, salt) = Commitment.make("reason")
    #expect(commitment.digest == Digest.of(Array("lethe-commitment/v1\n".utf8) + salt + Array("reason".utf8)))
    let json = try JSONEncoder().encode(commitment)
    #expect(String(decoding: json, as: UTF8.self) == "\"\(commitment.digest)\"")
    #expect(try JSONDecoder().decode(Commitment.self, from: json) == commitment)
    #expect(Commitment(digest: commitment.digest) == commitment)
  }

  @Test("many at once are each under a salt of their own", arguments: [0, 1, 255, 256, 257, 1_000])
  func batch(count: Int) {
    let values = (0..<count).map { "person \($0 % 7)" }
    let made: [(commitment: Commitment, salt: [UInt8])] = Commitment.make(values)
    #expect(made.count == count && Set(made.map(\.salt)).count == count && Set(made.map(\.commitment)).count == count)
    for (value, item) in zip(values, made) { #expect(item.commitment.opens(value, salt: item.salt)) }
  }
}
