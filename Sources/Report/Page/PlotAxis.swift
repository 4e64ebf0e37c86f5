import Foundation

/// One axis of a drawing: what it measures, and how a value becomes a place and a text.
package struct PlotAxis: Sendable {
  package enum Scale: Sendable { case linear, logarithmic }
  package enum Format: Sendable {
    case plain
    /// A share from 0 to 1 as per cent.
    case percent
  }

  package var label: String
  package var scale: Scale
  package var format: Format
  /// The values at its ends; nil: those of the data.
  package var range: ClosedRange<Double>?

  package init(_ label: String, scale: Scale = .linear, format: Format = .plain, range: ClosedRange<Double>? = nil) {
    (self.label, self.scale, self.format, self.range) = (label, scale, format, range)
  }

  /// Accuracy from 0 to 100 %.
  package static func share(_ label: String) -> PlotAxis {
    PlotAxis(label, format: .percent, range: 0...1)
  }

  /// The axis with ends, from the data where it has none of its own. A logarithmic one passes over what is not positive.
  func fitted(to values: [Double]) -> FittedAxis {
    let usable = values.filter { $0.isFinite && (scale == .linear || $0 > 0) }
    let standard = scale == .linear ? 0.0...1.0 : 1.0...10.0
    var ends = range ?? (usable.min().flatMap { low in usable.max().map { low...$0 } } ?? standard)
    if ends.lowerBound == ends.upperBound {
      let low = ends.lowerBound
      ends = scale == .logarithmic ? (low / 2)...(low * 2) : (low - max(abs(low), 1) / 2)...(low + max(abs(low), 1) / 2)
    }
    return FittedAxis(axis: self, low: ends.lowerBound, high: ends.upperBound)
  }
}

/// An axis whose ends are known.
struct FittedAxis {
  let axis: PlotAxis
  let low: Double
  let high: Double

  /// Where a value lies between the ends, 0 to 1; nil if it lies nowhere.
  func position(_ value: Double) -> Double? {
    guard value.isFinite else { return nil }
    switch axis.scale {
    case .linear: return min(1, max(0, (value - low) / (high - low)))
    case .logarithmic:
      guard value > 0, low > 0 else { return nil }
      return min(1, max(0, (log10(value) - log10(low)) / (log10(high) - log10(low))))
    }
  }

  /// Round values within the ends, about as many as asked for: 1, 2 or 5 times a power of ten, or powers of ten alone.
  func ticks(_ count: Int) -> [Double] {
    if axis.scale == .logarithmic {
      let decades = Int(log10(low).rounded(.up))...max(Int(log10(low).rounded(.up)), Int(log10(high).rounded(.down)))
      let step = max(1, (decades.count + count - 1) / count)
      let powers = stride(from: decades.lowerBound, through: decades.upperBound, by: step).map { pow(10, Double($0)) }
      let within = powers.filter { $0 >= low && $0 <= high }
      return within.count >= 2 ? within : [low, high]
    }
    let rough = (high - low) / Double(max(1, count))
    let power = pow(10, log10(rough).rounded(.down))
    let step = [1.0, 2, 2.5, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? rough
    let first = Int((low / step - 1e-9).rounded(.up))
    let last = Int((high / step + 1e-9).rounded(.down))
    return first <= last && last - first <= 50 ? (first...last).map { Double($0) * step } : [low, high]
  }

  func text(_ value: Double) -> String {
    axis.format == .percent ? FigureText.percent(value) : FigureText.plain(value)
  }

  /// A tick's text: without the decimals that a round value does not need.
  func tickText(_ value: Double) -> String {
    guard axis.format == .percent else { return FigureText.plain(value) }
    return String(format: "%g\u{A0}%%", (value * 1000).rounded() / 10)
  }
}

/// How figures are written.
package enum FigureText {
  /// `93.4 %` of 0.934, with a space that is not broken; `–` of nothing.
  package static func percent(_ share: Double?) -> String {
    guard let share, share.isFinite, abs(share) < 1e9 else { return "–" }
    let tenths = Int(tenths(share * 100))
    return "\(tenths < 0 || (tenths == 0 && share < 0) ? "-" : "")\(tenths.magnitude / 10).\(tenths.magnitude % 10)\u{A0}%"
  }

  /// Ten times a number as a whole one, rounded as `printf` does: by the exact product, a tie to the even digit.
  private static func tenths(_ value: Double) -> Double {
    let product = value * 10
    let rest = (-product).addingProduct(value, 10)
    let floor = product.rounded(.down)
    if product - floor == 0.5, rest != 0 { return rest > 0 ? floor + 1 : floor }
    return product.rounded(.toNearestOrEven)
  }

  /// At most four digits that count; `20k`, `1.5M`, `2G` from ten thousand up.
  package static func plain(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    let (size, value) = (abs(value), value == 0 ? 0 : value)
    for (unit, name) in [(1e9, "G"), (1e6, "M"), (1e3, "k")] where size >= unit && size >= 1e4 {
      return String(format: "%.4g", value / unit) + name
    }
    return String(format: "%.4g", value)
  }

  /// `1,234,567`.
  package static func count(_ number: some BinaryInteger) -> String {
    let digits = Array(String(number.magnitude))
    var text = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }
}
