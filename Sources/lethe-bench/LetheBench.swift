import ArgumentParser
import Foundation

/// `swift run -c release lethe-bench NAME [NUMBER]`: one benchmark, one file, one function that prints its lines.
@main
struct LetheBench {
  private static let benchmarks: [String: @Sendable (Int?) throws -> Void] = [
    "log": LogBenchmark.run,
    "storage": StorageBenchmark.run,
    "tree": TreeBenchmark.run,
  ]

  /// Benchmarks with options of their own, which print JSON lines for the scripts in `tools`.
  private static let commands: [String: any ParsableCommand.Type] = [
    "provenance-make": ProvenanceMake.self, "provenance-ask": ProvenanceAsk.self, "provenance-plans": ProvenancePlans.self,
    "commits": Commits.self, "engine": EngineBenchmark.self,
  ]

  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    if let command = arguments.first.flatMap({ commands[$0] }) { return command.main(Array(arguments.dropFirst())) }
    guard let name = arguments.first, let benchmark = benchmarks[name] else {
      print("usage: lethe-bench \(benchmarks.keys.sorted().joined(separator: "|")) [NUMBER]")
      print("       lethe-bench \(commands.keys.sorted().joined(separator: "|")) --help")
      exit(64)
    }
    let load = (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)) ?? "unknown"
    print("\(name): \(ProcessInfo.processInfo.activeProcessorCount) cores, load \(load.prefix { $0 != "\n" })")
    try benchmark(arguments.dropFirst().first.flatMap { Int($0) })
  }
}

/// Wall and CPU seconds of some repetitions of the same work.
struct Timing {
  private var wall: [Double] = []
  private var cpu: [Double] = []

  /// Runs the work and keeps how long it took.
  mutating func measure<Result>(_ work: () throws -> Result) rethrows -> Result {
    let (start, startOfCPU) = (Self.now(CLOCK_MONOTONIC), Self.now(CLOCK_PROCESS_CPUTIME_ID))
    let result = try work()
    wall.append(Self.now(CLOCK_MONOTONIC) - start)
    cpu.append(Self.now(CLOCK_PROCESS_CPUTIME_ID) - startOfCPU)
    return result
  }

  /// One line: median, minimum and maximum of the wall time for one of `count` operations, and the CPU time's median.
  func line(_ title: String, count: Int = 1) -> String {
    let (wall, cpu) = (wall.sorted(), cpu.sorted())
    func text(_ seconds: Double?) -> String {
      let one = (seconds ?? 0) / Double(count)
      return one < 1e-3 ? String(format: "%.2f µs", one * 1e6) : String(format: "%.3f s", one)
    }
    return "\(title): \(text(wall[wall.count / 2])) (\(text(wall.first)) to \(text(wall.last))), "
      + "CPU \(text(cpu[cpu.count / 2])), \(wall.count) repetitions"
  }

  /// Operations a second at the median.
  func rate(count: Int) -> Double { Double(count) / wall.sorted()[wall.count / 2] }

  /// The last repetition's wall and CPU time in microseconds.
  var last: (wall: Int64, cpu: Int64) { (Int64((wall.last ?? 0) * 1e6), Int64((cpu.last ?? 0) * 1e6)) }

  private static func now(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
