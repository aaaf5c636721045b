import Foundation
import Testing

@testable import Domain

@Suite struct DayTests {
  func day(_ text: String) -> Day { Day(iso: text)! }

  @Test func knownDays() {
    #expect(day("2000-01-01").dayNumber == 0)
    #expect(day("1970-01-01").dayNumber == -10_957)
    #expect(day("2026-04-03").dayNumber == 9589)
    #expect(day("2000-01-01").weekday == .saturday)
    #expect(day("1999-12-31").weekday == .friday)
    #expect(day("1900-01-01").weekday == .monday)
    #expect(day("2026-04-03").weekday == .friday)
    #expect(day("0001-01-01").weekday == .monday)
  }

  /// Two whole cycles of 400 years, day by day: number and parts agree, and follow one another.
  @Test func everyDayInTurn() {
    var number = day("1590-01-01").dayNumber
    var mistakes = 0
    for year in 1590...2410 {
      for month in 1...12 {
        for date in 1...Day.length(ofMonth: month, year: year) {
          let made = Day(year: year, month: month, day: date)!
          let parts = made.parts
          if made.dayNumber != number || parts != (year, month, date) { mistakes += 1 }
          number += 1
        }
      }
    }
    #expect(mistakes == 0)
    #expect(number - 1 == day("2410-12-31").dayNumber)
    #expect(day("9999-12-31") - day("0001-01-01") == 3_652_058)
  }

  @Test func agreesWithFoundation() {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(secondsFromGMT: 0)!
    for number in stride(from: -30_000, through: 60_000, by: 37) {
      let date = Date(timeIntervalSinceReferenceDate: Double(number - 366) * 86_400)
      let parts = calendar.dateComponents([.year, .month, .day, .weekday], from: date)
      let day = Day(dayNumber: number)
      #expect(day.year == parts.year && day.month == parts.month && day.day == parts.day)
      #expect(day.weekday.rawValue % 7 + 1 == parts.weekday)
    }
  }

  @Test(arguments: [
    "2026-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-01", "2026-01-00", "0000-01-01", "2026-4-3", "",
    "2026/04/03", "2026-04-03 ", " 2026-04-03", "26-04-03", "２026-04-03", "2026-04-0x",
  ])
  func refuses(_ text: String) { #expect(Day(iso: text) == nil) }

  @Test func writes() throws {
    let day = day("2026-04-03")
    #expect(day.iso == "2026-04-03" && "\(day)" == "2026-04-03")
    #expect(day.words == "3 April 2026" && day.short == "3 Apr 2026")
    #expect(day.longWords == "Friday 3 April 2026" && day.monthWords == "April 2026")
    #expect(String(decoding: try JSONEncoder().encode([day]), as: UTF8.self) == #"["2026-04-03"]"#)
    #expect(try JSONDecoder().decode([Day].self, from: Data(#"["2026-04-03"]"#.utf8)) == [day])
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([Day].self, from: Data(#"["3/4/26"]"#.utf8)) }
  }

  @Test func years() {
    #expect(day("2024-02-29").adding(years: 1) == day("2025-02-28"))
    #expect(day("2024-02-29").adding(years: 4) == day("2028-02-29"))
    #expect(day("2024-02-29").adding(years: -1) == day("2023-02-28"))
    #expect(day("2025-02-28").adding(years: 3) == day("2028-02-28"))
    #expect(day("2026-12-31").adding(years: 3) == day("2029-12-31"))
  }

  @Test func months() {
    #expect(day("2026-01-31").adding(months: 1) == day("2026-02-28"))
    #expect(day("2024-01-31").adding(months: 1) == day("2024-02-29"))
    #expect(day("2026-12-15").adding(months: 1) == day("2027-01-15"))
    #expect(day("2026-01-15").adding(months: -1) == day("2025-12-15"))
    #expect(day("2026-03-31").adding(months: -13) == day("2025-02-28"))
    #expect(day("2026-02-10").firstOfMonth == day("2026-02-01") && day("2026-02-10").lastOfMonth == day("2026-02-28"))
    #expect(day("2024-02-10").lastOfMonth == day("2024-02-29") && day("2024-12-31").lastOfMonth == day("2024-12-31"))
  }

  @Test func differences() {
    #expect(day("2026-04-03") + 30 == day("2026-05-03") && day("2026-03-01") - 1 == day("2026-02-28"))
    #expect(day("2026-04-03") - day("2025-04-03") == 365)
    #expect(day("2026-04-03").daysUntil(day("2026-04-10")) == 7)
    #expect(day("2026-04-03").startOfWeek == day("2026-03-30") && day("2026-03-30").startOfWeek == day("2026-03-30"))
    #expect(day("2024-06-01").isLeap && !day("2026-06-01").isLeap && Day.isLeap(2000) && !Day.isLeap(1900))
    #expect(day("1999-12-31") < day("2000-01-01"))
  }

  @Test func ranges() {
    let term = DayRange(from: day("2026-04-03"), before: day("2027-04-03"))
    #expect(term.contains(day("2026-04-03")) && term.contains(day("2027-04-02")) && !term.contains(day("2027-04-03")))
    #expect(!term.contains(day("2026-04-02")) && term.count == 365 && term.last == day("2027-04-02"))
    #expect(DayRange(from: term.from, through: day("2027-04-02")) == term)
    let next = DayRange(from: day("2027-04-03"), before: nil)
    #expect(!term.overlaps(next) && !next.overlaps(term) && next.contains(day("9999-01-01")) && next.last == nil)
    let earlier = DayRange(from: day("2020-01-01"), before: nil)
    #expect(earlier.overlaps(term) && earlier.intersection(term) == term)
    let empty = DayRange(from: day("2026-06-01"), before: day("2026-06-01"))
    #expect(empty.isEmpty && !empty.overlaps(term) && !term.overlaps(empty) && !empty.contains(day("2026-06-01")))
    #expect("\(term)" == "[2026-04-03,2027-04-03)" && "\(next)" == "[2027-04-03,)")
    #expect(term.words == "3 April 2026 to 2 April 2027" && next.words == "from 3 April 2027")
  }
}
