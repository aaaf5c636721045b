package import Domain
package import Foundation

/// Legal days and clock times as people in the county live them.
package enum London {
  private static let calendar: Calendar = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(identifier: "Europe/London") ?? .gmt
    return calendar
  }()

  package static func day(of moment: Date) -> Day {
    let parts = calendar.dateComponents([.year, .month, .day], from: moment)
    guard let day = Day(year: parts.year ?? 1970, month: parts.month ?? 1, day: parts.day ?? 1) else {
      preconditionFailure("the Gregorian calendar gave a day that does not exist")
    }
    return day
  }

  /// "3:07pm on 4 April 2026"
  package static func time(of moment: Date) -> String {
    let parts = calendar.dateComponents([.hour, .minute], from: moment)
    let hour = parts.hour ?? 0
    let minute = parts.minute ?? 0
    let clock = "\(hour % 12 == 0 ? 12 : hour % 12):\(minute < 10 ? "0" : "")\(minute)\(hour < 12 ? "am" : "pm")"
    return "\(clock) on \(day(of: moment).words)"
  }
}
