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
}
