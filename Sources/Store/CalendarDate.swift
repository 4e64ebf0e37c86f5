import Foundation

/// A day of the Gregorian calendar as ISO 8601 writes it: `2026-12-31`. Such texts compare as the days do.
package struct CalendarDate: Sendable, Hashable, CustomStringConvertible {
  /// Four digits, two, two.
  package let description: String

  /// - Throws: `StoreError.badDate` for anything but a day that there is, from year 1 to 9999.
  package init(_ text: String) throws(StoreError) {
    guard let match = text.wholeMatch(of: /([0-9]{4})-([0-9]{2})-([0-9]{2})/), let year = Int(match.1), year > 0 else {
      throw .badDate(text)
    }
    let day = DateComponents(
      calendar: Calendar(identifier: .gregorian), timeZone: .gmt, year: year, month: Int(match.2), day: Int(match.3))
    guard day.isValidDate else { throw .badDate(text) }
    description = text
  }

  /// The day in UTC at a moment.
  package init(_ moment: Date) {
    description = String(NewEntry.timeText(moment).prefix(10))
  }

  /// The same day so many months later, or that month's last day if it has no such day: 2026-01-31 and one month is 2026-02-28.
  /// (Regulation 1182/71, article 3(2)(c), which GDPR's periods follow.)
  /// - Throws: `StoreError.badDate` beyond year 9999.
  package func adding(months: Int) throws(StoreError) -> CalendarDate { try adding(.month, months) }

  /// So many days later.
  /// - Throws: `StoreError.badDate` beyond year 9999.
  package func adding(days: Int) throws(StoreError) -> CalendarDate { try adding(.day, days) }

  private func adding(_ unit: Calendar.Component, _ count: Int) throws(StoreError) -> CalendarDate {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let numbers = description.split(separator: "-").compactMap { Int($0) }
    let parts = DateComponents(calendar: calendar, timeZone: .gmt, year: numbers[0], month: numbers[1], day: numbers[2])
    guard let start = parts.date, let end = calendar.date(byAdding: unit, value: count, to: start) else {
      throw .badDate(description)
    }
    let found = calendar.dateComponents([.year, .month, .day], from: end)
    func digits(_ number: Int?, _ count: Int) -> String {
      let text = String(number ?? 0)
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    return try CalendarDate("\(digits(found.year, 4))-\(digits(found.month, 2))-\(digits(found.day, 2))")
  }
}
