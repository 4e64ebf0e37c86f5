/// Receipts: what is accepted is written back byte for byte, and a proof of any size and place ends.
func checkProof(_ bytes: [UInt8]) {
  guard let proof = try? TLogProof(parsing: bytes) else { return }
  precondition(proof.bytes == bytes)
  let size = (try? TreeHead(parsing: proof.checkpoint.text.utf8))?.size ?? .max
  _ = try? InclusionProof(index: proof.index, size: size, hashes: proof.hashes).root(leafHash: MerkleTree.emptyRoot)
  _ = try? ConsistencyProof(from: proof.index, to: size, hashes: proof.hashes)
    .verify(oldRoot: MerkleTree.emptyRoot, newRoot: MerkleTree.emptyRoot)
}
