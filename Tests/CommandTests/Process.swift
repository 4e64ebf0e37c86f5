import Foundation
@preconcurrency import Glibc
import Testing

/// How a process ended and what it said.
struct Outcome {
  /// The exit code; 128 and the signal's number if a signal ended it, as a shell says.
  var code: Int32
  var out: String
  var err: String
}

/// A process that was started and is waited for. Its output goes to files, so that no pipe can fill up.
final class RunningProcess {
  let id: pid_t
  private let folder: Folder
  private let label: String
  private var status: Int32?

  /// - Parameter environment: all of it; nothing is inherited.
  init(_ program: String, _ arguments: [String], environment: [String: String], in folder: Folder) throws {
    self.folder = folder
    label = UUID().uuidString
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    let flags = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, 1, folder.file("\(label).out"), flags, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, folder.file("\(label).err"), flags, 0o600)
    // `env` changes the folder and then becomes the program.
    var argv = (["env", "-C", folder.path, program] + arguments).map { strdup($0) } + [nil]
    var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var id: pid_t = 0
    let code = posix_spawn(&id, "/usr/bin/env", &actions, nil, &argv, &envp)
    try #require(code == 0, "\(program): \(String(cString: strerror(code)))")
    self.id = id
  }

  deinit {
    if status == nil {
      kill()
      _ = try? wait()
    }
  }

  /// Ends it as a power failure would: no handler runs, nothing is closed or flushed by the program.
  func kill() { _ = Glibc.kill(id, SIGKILL) }

  func wait() throws -> Outcome {
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0 { try #require(errno == EINTR) }
    self.status = status
    let texts = try ["out", "err"].map { try String(contentsOfFile: folder.file("\(label).\($0)"), encoding: .utf8) }
    for suffix in ["out", "err"] { unlink(folder.file("\(label).\(suffix)")) }
    let signal = status & 0x7F
    return Outcome(code: signal == 0 ? (status >> 8) & 0xFF : 128 + signal, out: texts[0], err: texts[1])
  }
}

/// Runs another program to its end.
func run(_ program: String, _ arguments: [String], in folder: Folder) throws -> Outcome {
  try RunningProcess(program, arguments, environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"], in: folder).wait()
}

/// Plain `sqlite3`, which knows nothing of Lethe.
func sqlite(_ store: String, _ sql: String, in folder: Folder) throws -> String {
  let outcome = try run("/usr/bin/sqlite3", ["-bail", store, sql], in: folder)
  try #require(outcome.code == 0, "\(outcome.err)")
  return outcome.out
}
