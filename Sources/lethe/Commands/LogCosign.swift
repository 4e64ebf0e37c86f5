import ArgumentParser
import Ledger
import Report
import Store

extension LogCommand {
  /// `lethe log cosign`.
  struct Cosign: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "cosign", abstract: "Take in what witnesses signed of a tree head.",
      discussion: """
        A witness cosigns a tree head (C2SP tlog-cosignature) when it continues all that it has seen of the log before. Send it what
        `lethe log checkpoint` prints, and give back what it answers: the note with its signature, or the signature line alone, which is
        then taken for one under the last tree head, or that of --size. Each --witness must have signed it; signatures by others are
        passed over. Get the witnesses' keys from elsewhere. It is no log entry, needs no signing key, and shows in `lethe log
        checkpoint`, in receipts under that tree head, and in `lethe verify --witness`.

        EXAMPLES
          lethe log cosign head.cosigned --witness witness.example+a1b2c3d4+BIxY…
          lethe log cosign answer.txt --size 7 --witness w1.pub --witness w2.pub --json
        """)
    @OptionGroup var common: CommonOptions
    @Argument(help: ArgumentHelp("What the witness answered.", valueName: "file"), completion: .file()) var file: String
    @OptionGroup var witnesses: WitnessOptions
    @Option(help: ArgumentHelp("How many entries the tree head has, if the file is signature lines alone.", valueName: "entries"))
    var size: Int64?

    func validate() throws {
      if witnesses.keys.isEmpty { throw ValidationError("Name the witnesses whose signatures you take in with --witness.") }
    }

    func run() throws {
      let keys = try witnesses.read()
      let bytes = try ShortFile.read(file, atMost: SignedNote.maximumBytes)
      let answer = try common.withStore(for: .writing) { store -> LogCosignAnswer in
        let (note, head) = try store.read { try self.note(bytes, in: $0) }
        let added = try store.add(cosignatures(of: note, by: keys), size: Int64(head.size))
        return try store.read { try LogCosignAnswer(size: Int64(head.size), root: head.root, added: added, in: $0) }
      }
      try common.show(answer) { answer in
        Terminal.line("Took in \(answer.added) cosignatures of the tree head of \(answer.size) entries, which has:")
        for item in answer.cosignatures { Terminal.line("\(item.witness), time \(item.unixTime)") }
      }
    }

    /// The note that the witness answered with, over the very text that this log signed.
    /// - Throws: `EvidenceError.notATreeHead`, `.headRefused`, `.notOurs`.
    private func note(_ bytes: [UInt8], in snapshot: Snapshot) throws -> (note: SignedNote, head: TreeHead) {
      let isAlone = bytes.starts(with: "\u{2014} ".utf8)
      let own = isAlone ? try snapshot.verifiedTreeHead(size: size) : nil
      do {
        let note = try SignedNote(parsing: own.map { Array($0.note.text.utf8) + Array("\n".utf8) + bytes } ?? bytes)
        let head = try TreeHead(parsing: note.text.utf8)
        let origin = try snapshot.identity().origin
        guard head.origin == origin else {
          throw EvidenceError.headRefused(path: file, .otherLog(expected: origin, found: head.origin))
        }
        let last = try snapshot.lastSignedTreeHead().size
        guard head.size > 0, head.size <= last, try snapshot.verifiedTreeHead(size: Int64(head.size)).note.text == note.text
        else { throw EvidenceError.notOurs(path: file, size: head.size) }
        return (note, head)
      } catch let error as SignedNoteError {
        throw EvidenceError.notATreeHead(path: file, error.description)
      } catch let error as TreeHeadError {
        throw EvidenceError.notATreeHead(path: file, error.description)
      }
    }

    /// - Throws: `EvidenceError.notCosigned`, `.headRefused` for a signature that is wrong.
    private func cosignatures(of note: SignedNote, by keys: [CosignerKey]) throws -> [Cosignature] {
      let found: [Cosignature]
      do throws(SignedNoteError) {
        found = try note.cosignatures(by: keys)
      } catch {
        throw EvidenceError.cosignatureBad(path: file, error)
      }
      if let missing = keys.first(where: { key in !found.contains { $0.key.publicKey == key.publicKey } }) {
        throw EvidenceError.notCosigned(path: file, witness: missing.name)
      }
      return found
    }
  }
}
