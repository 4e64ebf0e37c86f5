import Foundation
import Testing

/// Witnesses that share no code with Lethe: Python's standard library and `openssl`, by the text of c2sp.org/tlog-cosignature.
@Suite("Witnesses", .enabled(if: exists("/usr/bin/python3") && exists("/usr/bin/openssl")))
struct CosignTests {
  /// Usage: `witness.py NAME TIME NOTE OUTPUT`: makes a key on first use, leaves its public text in `NAME.pub`, and writes its
  /// signature line, behind the whole note unless the output's name ends in `.line`.
  fileprivate static let program = """
    import base64, hashlib, os, struct, subprocess, sys
    name, time, note, output = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
    def openssl(*words): return subprocess.run(['/usr/bin/openssl', *words], check=True, capture_output=True).stdout
    if not os.path.exists(name + '.pem'): openssl('genpkey', '-algorithm', 'ed25519', '-out', name + '.pem')
    public = openssl('pkey', '-in', name + '.pem', '-pubout', '-outform', 'DER')[-32:]
    key_id = hashlib.sha256(name.encode() + b'\\n\\x04' + public).digest()[:4]
    open(name + '.pub', 'w').write(f'{name}+{key_id.hex()}+{base64.b64encode(bytes([4]) + public).decode()}\\n')
    whole = open(note, 'rb').read()
    text = whole[:whole.index(b'\\n\\n') + 1]
    open('message', 'wb').write(b'cosignature/v1\\ntime %d\\n' % time + text)
    signature = openssl('pkeyutl', '-sign', '-inkey', name + '.pem', '-rawin', '-in', 'message')
    line = '\\u2014 ' + name + ' ' + base64.b64encode(key_id + struct.pack('>Q', time) + signature).decode() + '\\n'
    open(output, 'wb').write((b'' if output.endswith('.line') else whole) + line.encode())
    """

  private let session: Session

  init() throws {
    session = try Session.trained()
    _ = try session.folder.write(text: Self.program, "witness.py")
    try note("three.note")
  }

  private func note(_ name: String, size: Int? = nil) throws {
    let outcome = try session.run(["log", "checkpoint"] + (size.map { ["--size", "\($0)"] } ?? []))
    #expect(outcome.code == 0, "\(outcome.err)")
    _ = try session.folder.write(text: outcome.out, name)
  }

  private func witness(_ name: String, _ time: Int, _ note: String, _ output: String) throws {
    let outcome = try run("/usr/bin/python3", ["witness.py", name, "\(time)", note, output], in: session.folder)
    try #require(outcome.code == 0, "\(outcome.err)")
  }

  @Test("cosignatures are taken in, shown, carried by receipts, and asked for by verify")
  func endToEnd() throws {
    try witness("w1", 1_790_000_000, "three.note", "three.w1")
    try witness("w2", 1_790_000_001, "three.note", "w2.line")
    try witness("w3", 1_790_000_002, "three.note", "three.w3")
    // Nothing has been cosigned here yet.
    let policy = ["--witness", "w1.pub", "--witness", "w2.pub", "--witness", "w3.pub"]
    let none = try session.json(["verify", "--quorum", "2"] + policy, code: 20)
    #expect(none["findings"].all("code") == ["log.too_few_witnesses"] && none["witnessed"]["size"] == .null)

    session.environment["LETHE_KEY"] = session.folder.file("no-key-is-needed")
    let dump = try session.dump()
    let first = try session.json(["log", "cosign", "three.w1", "--witness", "w1.pub"])
    #expect(first["size"] == 3 && first["added"] == 1 && first["cosignatures"].items.count == 1)
    #expect(try session.json(["log", "cosign", "three.w1", "--witness", "w1.pub"])["added"] == 0, "it is here already")
    #expect(try session.json(["verify", "--quorum", "2"] + policy, code: 20)["witnessed"]["cosignatures"].items.count == 1)
    let w2 = try String(contentsOfFile: session.folder.file("w2.pub"), encoding: .utf8).dropLast()
    #expect(try session.json(["log", "cosign", "w2.line", "--witness", String(w2)])["cosignatures"].items.count == 2)
    // It is no entry: the log is as it was.
    #expect(try session.json(["log", "list"])["size"] == 3)
    #expect(try Set(session.dump().split(separator: "\n")).isSuperset(of: dump.split(separator: "\n")))
    session.environment["LETHE_KEY"] = session.folder.file("key")

    let shown = try session.json(["log", "checkpoint"])
    #expect(shown["cosignatures"].all("unix_time") == [1_790_000_000, 1_790_000_001] && shown["cosigned_size"] == 3)
    #expect(shown["note"].text?.components(separatedBy: "\u{2014} ").count == 4)
    let verified = try session.json(["verify", "--quorum", "2"] + policy)
    #expect(verified["ok"] == true && verified["witnessed"]["size"] == 3)
    try session.json(["verify"] + policy, code: 20)

    // The log goes on: what was cosigned stays, and it is said how far that goes.
    try session.json(["forget", "m", "--class", "frog", "--reason", "r"])
    let text = try session.run(["verify", "--quorum", "2"] + policy)
    #expect(text.code == 0 && text.out.contains("cosigned by 2 of 3 witnesses up to 3 of 4 entries"))
    #expect(try session.json(["log", "checkpoint"])["cosignatures"].items.isEmpty)
    // The third has signed a note that was kept elsewhere.
    #expect(try session.json(["verify", "--since", "three.w3"] + policy)["witnessed"]["cosignatures"].items.count == 3)

    let key = try #require(try session.json(["log", "key"])["verifier_key"].text)
    try session.json(["log", "prove", "2", "--size", "3", "--output", "two.tlog-proof"])
    let receipt = ["verify-receipt", "two.tlog-proof", "--key", key, "--quorum", "2"] + policy
    #expect(try session.json(receipt)["cosignatures"].all("witness") == ["w1", "w2"])
    try session.json(["log", "prove", "2", "--output", "last.tlog-proof"])
    let uncosigned = ["verify-receipt", "last.tlog-proof", "--key", key, "--witness", "w1.pub"]
    #expect(try session.failure(uncosigned, code: 20).code == "receipt.too_few_witnesses")
    try session.json(["log", "export", "public"])
    try session.json(["backup", "b.db"])
    #expect(try session.json(["verify", "--store", "b.db", "--quorum", "2"] + policy)["ok"] == true)
    try session.expectValid()
  }

  @Test("what is not this witness's, or not of this log, is refused and nothing is written")
  func refused() throws {
    try witness("w1", 1_790_000_000, "three.note", "three.w1")
    try witness("w2", 1_790_000_000, "three.note", "three.w2")
    let elsewhere = try Session()
    try elsewhere.json(["init", "--origin", "example.com/elsewhere"])
    _ = try session.folder.write(text: elsewhere.run(["log", "checkpoint"]).out, "other.note")
    try witness("w1", 1_790_000_000, "other.note", "other.w1")
    let good = try String(contentsOfFile: session.folder.file("three.w1"), encoding: .utf8)
    // A log of the same name and size that holds something else.
    _ = try session.folder.write(text: good.replacingOccurrences(of: "\n3\n", with: "\n2\n"), "two.forged")
    try witness("w1", 1_790_000_000, "two.forged", "two.w1")
    try witness("w1", 1_790_000_000, "three.note", "w1.line")
    let dump = try session.dump()
    func fails(_ file: String, _ code: String, _ exit: Int32, _ key: String = "w1.pub", _ more: String...) throws {
      let error = try session.failure(["log", "cosign", file, "--witness", key] + more, code: exit)
      #expect(error.code == code, "\(file): \(error)")
    }
    try fails("three.note", "note.not_cosigned", 1)
    try fails("three.w2", "note.not_cosigned", 1)
    try fails("other.w1", "note.other_log", 1)
    try fails("two.w1", "note.not_this_log", 20)
    try fails("w1.line", "note.cosignature_bad", 20, "w1.pub", "--size", "2")
    try fails("w1.line", "head.unknown", 1, "w1.pub", "--size", "9")
    try fails("classes.txt", "note.malformed", 1)
    try fails("missing", "file.unreadable", 1)
    try fails("/dev/zero", "file.unreadable", 1)
    try fails("three.w1", "key.malformed", 1, "classes.txt")
    var changed = Array(good)
    let place = changed.count - 20
    changed[place] = changed[place] == "A" ? "B" : "A"
    _ = try session.folder.write(text: String(changed), "three.bad")
    try fails("three.bad", "note.cosignature_bad", 20)
    #expect(try session.run(["verify", "--witness", "w1.pub", "--witness", "w1.pub"]).code == 64)
    #expect(try session.dump() == dump)
    for store in [session, elsewhere] { try store.expectValid() }
  }

  @Test("a cosignature that was changed in the file is found", .enabled(if: Machine.hasSQLite))
  func tampered() throws {
    try witness("w1", 1_790_000_000, "three.note", "three.w1")
    try session.json(["log", "cosign", "three.w1", "--witness", "w1.pub"])
    for change in ["unix_time = unix_time + 1", "signature = zeroblob(64)", "size = 2", "unix_time = -1"] {
      let copy = try Session(copy: session.folder)
      _ = try sqlite(
        copy.store,
        """
        DROP TRIGGER cosignature_refuses_update; UPDATE cosignature SET \(change);
        CREATE TRIGGER cosignature_refuses_update BEFORE UPDATE ON cosignature BEGIN SELECT RAISE(ABORT, 'rows of cosignature are never changed'); END
        """, in: copy.folder)
      #expect(try copy.json(["verify"], code: 20)["findings"].all("code") == ["log.cosignature_bad"], "\(change)")
      // A witness who is asked for is not taken by name.
      let asked = try copy.json(["verify", "--witness", "w1.pub"], code: 20)["findings"].all("code")
      #expect(asked == ["log.cosignature_bad", "log.too_few_witnesses"])
      try copy.expectValid()
    }
    try session.expectValid()
  }
}

extension Session {
  /// Lets a witness, whose key is then in `w.pub`, cosign the last tree head.
  func cosign() throws {
    _ = try folder.write(text: CosignTests.program, "witness.py")
    _ = try folder.write(text: run(["log", "checkpoint"]).out, "w.note")
    let outcome = try CommandTests.run("/usr/bin/python3", ["witness.py", "w", "1790000000", "w.note", "w.cosigned"], in: folder)
    try #require(outcome.code == 0, "\(outcome.err)")
    try json(["log", "cosign", "w.cosigned", "--witness", "w.pub"])
  }
}
