import Foundation
@preconcurrency import Glibc
import Synchronization

/// Writing to the person or program at the other end.
enum Terminal {
  /// Whether an option was given. Options of output count before the words are parsed, as for what the parser itself has to say.
  private static func isGiven(_ option: String) -> Bool {
    CommandLine.arguments.dropFirst().prefix { $0 != "--" }.contains(option)
  }

  /// With `--quiet` people are told nothing but errors.
  static let isQuiet = isGiven("--quiet")

  /// With `--verbose` diagnostics go to stderr.
  static let isVerbose = isGiven("--verbose")

  /// One line on standard output for people. On a terminal, control characters that somebody put into a name or reason are shown, not obeyed.
  static func line(_ text: String = "") {
    if !isQuiet { print(isTerminal ? styled(PlainText.shown(text, lines: true)) : text) }
  }

  /// An answer on standard output that was asked for with `--json`.
  static func object(_ json: String) { print(json) }

  /// One line on standard error.
  static func errorLine(_ text: String) {
    clearProgress()
    let shown = isatty(2) == 1 ? PlainText.shown(text, lines: true) : text
    FileHandle.standardError.write(Data((shown + "\n").utf8))
  }

  /// Progress goes to stderr and only to a terminal: a percentage that overwrites itself.
  static let showsProgress = isatty(2) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb" && !isQuiet

  /// What is being done, since when, and how far it was then.
  private static let stage = Mutex<(name: String, start: ContinuousClock.Instant, share: Double)?>(nil)

  /// Shows how far a command is, and after two seconds of a stage how fast it goes and how long it has still to go.
  static func progress(_ name: String, _ share: Double) {
    guard showsProgress else { return }
    let share = min(max(share, 0), 1)
    let left = stage.withLock { stage -> String in
      guard let known = stage, known.name == name, known.share <= share else {
        stage = (name, .now, share)
        return ""
      }
      let seconds = known.start.duration(to: .now) / .seconds(1)
      guard seconds >= 2, share > known.share else { return "" }
      let rate = (share - known.share) / seconds
      return ", \(speed(rate)), \(duration((1 - share) / rate)) left"
    }
    let percent = String(Int((share * 100).rounded()))
    let padding = String(repeating: " ", count: 3 - percent.count)
    FileHandle.standardError.write(Data("\r\u{1B}[K\(padding)\(percent) % \(name)\(left)".utf8))
  }

  /// 0.012 a second as `1.2 %/s`, and 0.0012 as `7.2 %/min`.
  static func speed(_ share: Double) -> String {
    share >= 0.01 ? String(format: "%.1f %%/s", share * 100) : String(format: "%.1f %%/min", share * 6_000)
  }

  /// 75 seconds as `1:15 min`.
  private static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    return whole < 60 ? "\(whole) s" : String(format: "%d:%02d min", whole / 60, whole % 60)
  }

  /// Removes the progress line before something else is written.
  static func clearProgress() {
    if showsProgress { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
  }

  /// Whether headings may be bold: stdout is a terminal that can, and NO_COLOR is not set or empty (https://no-color.org).
  static let isStyled: Bool = {
    let environment = ProcessInfo.processInfo.environment
    return isTerminal && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
  }()

  static func bold(_ text: String) -> String { isStyled ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

  private static let isTerminal = isatty(1) == 1

  /// Makes ``bold(_:)`` work again in a text whose control characters were made visible. That somebody's name comes out bold does no harm.
  private static func styled(_ text: String) -> String {
    guard isStyled else { return text }
    return ["[1m", "[0m"].reduce(text) { $0.replacingOccurrences(of: "\u{241B}\($1)", with: "\u{1B}\($1)") }
  }

  /// How many columns there are, if stdout is a terminal: what COLUMNS says, else the terminal.
  static let width: Int? = {
    guard isTerminal else { return nil }
    if let given = ProcessInfo.processInfo.environment["COLUMNS"].flatMap(Int.init), given > 0 { return given }
    var size = winsize()
    return ioctl(1, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
  }()

  /// Rows as columns that line up; the first row is the heading. On a terminal, cells are wrapped so that it fits.
  static func table(_ rows: [[String]]) {
    if isQuiet { return }
    for (text, isHeading) in TextTable.lines(rows, within: width) { print(isHeading ? bold(text) : text) }
  }

  /// 0.8712 as `87.1 %`.
  static func percent(_ share: Double?) -> String {
    share.map { String(format: "%.1f %%", $0 * 100) } ?? "–"
  }

  /// 1234567 as `1.2 MB`.
  static func bytes(_ count: Int) -> String {
    switch count {
    case ..<1_000: "\(count) B"
    case ..<1_000_000: String(format: "%.1f kB", Double(count) / 1e3)
    case ..<1_000_000_000: String(format: "%.1f MB", Double(count) / 1e6)
    default: String(format: "%.1f GB", Double(count) / 1e9)
    }
  }
}
