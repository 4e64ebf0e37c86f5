import Foundation

/// How long one thing took, several times over, in milliseconds.
struct Timings: Encodable {
  var what: String
  var n: Int
  var minimum: Double
  var median: Double
  var p95: Double
  /// CPU time of this process: the median. Other processes do not lengthen it.
  var cpu: Double
  /// What else is worth saying: how many rows came, how many bytes.
  var notes: [String: Double] = [:]

  /// Runs `body` once for warming up, then `count` times, each with its number.
  init(_ what: String, count: Int, _ body: (Int) throws -> Void) rethrows {
    try body(0)
    var (wall, cpu) = ([Double](), [Double]())
    for number in 0..<count {
      let (start, startOfCPU) = (Self.milliseconds(CLOCK_MONOTONIC), Self.milliseconds(CLOCK_PROCESS_CPUTIME_ID))
      try body(number)
      wall.append(Self.milliseconds(CLOCK_MONOTONIC) - start)
      cpu.append(Self.milliseconds(CLOCK_PROCESS_CPUTIME_ID) - startOfCPU)
    }
    wall.sort()
    cpu.sort()
    (self.what, n, self.cpu) = (what, count, cpu[count / 2])
    (minimum, median, p95) = (wall[0], wall[count / 2], wall[min(count - 1, count * 95 / 100)])
  }

  private static func milliseconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) * 1e-6
  }

  /// One line of JSON on standard output.
  func report() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(self), as: UTF8.self))
  }
}
