/// What is wrong with an npz archive, one case for each way in which it can lie.
package enum NpzFault: Error, Hashable, Sendable {
  /// The file is no zip archive, or its list of members is cut off.
  case notZip
  /// There is nothing in it.
  case empty
  /// More members than are read.
  case tooManyMembers(Int)
  /// A member's name is longer than any array's.
  case nameTooLong(Int)
  /// There is no such array; `known` lists some that there are.
  case missingMember(String, known: [String])
  /// Two members of one name, so that two readers could disagree.
  case duplicateMember(String)
  /// Several arrays, and none was named.
  case memberUnnamed([String])
  /// The member is encrypted.
  case encrypted
  /// The member is neither stored nor deflated.
  case method(Int)
  /// The member claims more bytes than its compressed ones can become.
  case impossibleSize(claimed: UInt64, compressed: UInt64)
  /// The archive contradicts itself, or the compressed bytes are no deflate stream; `code` is minizip's.
  case damaged(code: Int32)
  /// The bytes are not those that were packed.
  case checksum

  /// What is wrong, in words.
  package var problem: String {
    switch self {
    case .notZip: "not an npz archive: it has no list of members"
    case .empty: "the archive holds no array"
    case .tooManyMembers(let count): "the archive lists more than \(count) members"
    case .nameTooLong(let bytes): "a member's name has \(bytes) bytes"
    case .missingMember(let name, let known):
      "the archive has no array \(name.debugDescription) (there is \(Self.list(known)))"
    case .duplicateMember(let name): "the archive holds two arrays \(name.debugDescription)"
    case .memberUnnamed(let known): "the archive holds several arrays: \(Self.list(known))"
    case .encrypted: "the array is encrypted"
    case .method(let method): "the array is packed by method \(method), not stored or deflated"
    case .impossibleSize(let claimed, let compressed):
      "the archive claims \(claimed) bytes of the array, which its \(compressed) cannot become"
    case .damaged(let code): "the archive is damaged (minizip says \(code))"
    case .checksum: "the array's bytes do not have the checksum that the archive has for them"
    }
  }

  /// What the user can do, in words.
  package var remedy: String {
    switch self {
    case .missingMember, .memberUnnamed: "name the array after the file and a colon: data.npz:train_x"
    case .empty, .encrypted, .method, .tooManyMembers, .nameTooLong, .duplicateMember:
      "write the arrays with np.savez or np.savez_compressed"
    case .notZip, .impossibleSize, .damaged, .checksum: "copy the file again, it is incomplete, damaged or not what it says"
    }
  }

  /// Names come from the file: quoted, so that nothing in them acts on a terminal.
  private static func list(_ names: [String]) -> String { names.map(\.debugDescription).joined(separator: ", ") }
}
