import Domain
import Foundation
import Portal
import TestSupport
import Testing

/// The bank holidays of the configuration against the rules by which they fall.
@Suite struct BankHolidayTests {
  private func day(_ year: Int, _ month: Int, _ day: Int) -> Day { Day(year: year, month: month, day: day) ?? Arrange.today }

  /// Easter Sunday of the Gregorian calendar (the anonymous algorithm, as Meeus gives it).
  private func easter(_ year: Int) -> Day {
    let a = year % 19, b = year / 100, c = year % 100
    let d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3
    let h = (19 * a + b - d - g + 15) % 30, i = c / 4, k = c % 4
    let l = (32 + 2 * e + 2 * i - h - k) % 7, m = (a + 11 * h + 22 * l) / 451
    return day(year, (h + l - 7 * m + 114) / 31, (h + l - 7 * m + 114) % 31 + 1)
  }

  private func firstMonday(_ year: Int, _ month: Int) -> Day {
    var found = day(year, month, 1)
    while found.weekday != .monday { found = found + 1 }
    return found
  }

  private func lastMonday(_ year: Int, _ month: Int) -> Day { day(year, month, 1).lastOfMonth.startOfWeek }

  /// A day on a weekend moves to the next working day that is not taken.
  private func computed(_ year: Int) -> Set<Day> {
    var days: Set<Day> = [easter(year) - 2, easter(year) + 1, firstMonday(year, 5), lastMonday(year, 5), lastMonday(year, 8)]
    let fixed = [day(year, 1, 1), day(year, 12, 25), day(year, 12, 26)]
    days.formUnion(fixed.filter { !$0.weekday.isWeekend })
    for moved in fixed where moved.weekday.isWeekend {
      var instead = moved
      while instead.weekday.isWeekend || days.contains(instead) { instead = instead + 1 }
      days.insert(instead)
    }
    return days
  }

  @Test func easterFallsWhereItDid() {
    for (year, month, of) in [(2000, 4, 23), (2008, 3, 23), (2011, 4, 24), (2019, 4, 21), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2038, 4, 25)] {
      #expect(easter(year) == day(year, month, of), "\(year)")
    }
  }

  @Test func theFileHoldsTheDaysOfTheRules() throws {
    let settings = try Settings(directory: TestDatabase.root.appendingPathComponent("Config"))
    let through = settings.holidaysKnownThrough
    #expect(through == day(through.year, 12, 31) && through.year >= 2028)
    let listed = settings.workingDays.holidays
    let first = listed.map(\.year).min() ?? 0
    #expect(first == 2024)
    for year in first...through.year {
      let own = listed.filter { $0.year == year }
      #expect(own == computed(year), "\(year): \(own.symmetricDifference(computed(year)).map(\.iso).sorted())")
      #expect(own.count == 8 && own.allSatisfy { !$0.weekday.isWeekend }, "\(year)")
    }
    #expect(!listed.contains { $0.year > through.year })
  }
}
