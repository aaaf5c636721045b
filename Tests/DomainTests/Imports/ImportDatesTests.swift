import Testing

@testable import Domain

@Suite struct ImportDatesTests {
  let today = Day(iso: "2026-11-23")!

  func read(_ text: String, _ order: DateOrder = .dayFirst, _ edge: MonthEdge = .first) -> String {
    switch DateReader(order: order, today: today).read(text, monthOnly: edge) {
    case .success(let day): day?.iso ?? "none"
    case .failure(let problem): problem.reason
    }
  }

  @Test(arguments: [
    ("03/04/2026", "2026-04-03"), ("3/4/2026", "2026-04-03"), ("3.4.2026", "2026-04-03"), ("03-04-26", "2026-04-03"),
    ("2026-04-03", "2026-04-03"), ("2026/4/3", "2026-04-03"), ("20260403", "2026-04-03"), ("3-Apr-26", "2026-04-03"),
    ("03-APR-2026", "2026-04-03"), ("3rd April 2026", "2026-04-03"), ("Friday 3 April 2026", "2026-04-03"),
    ("Apr 3, 2026", "2026-04-03"), ("1st of Sept 2025", "2025-09-01"), ("2026-Apr-03", "2026-04-03"),
    ("2026-04-03T10:20:30Z", "2026-04-03"), ("03/04/2026 00:00", "2026-04-03"), ("03/04/2026 1:20:00 PM", "2026-04-03"),
    ("2026-04-03 00:00:00.000", "2026-04-03"), ("29/02/2024", "2024-02-29"),
    ("01/02/56", "2056-02-01"), ("01/02/57", "1957-02-01"), ("01/02/99", "1999-02-01"),
    ("", "none"), ("-", "none"), ("N/A", "none"), ("none", "none"),
  ])
  func reads(_ text: String, _ day: String) { #expect(read(text) == day) }

  @Test func monthFirst() {
    #expect(read("03/04/2026", .monthFirst) == "2026-03-04")
    #expect(read("12/31/2016 13:20", .monthFirst) == "2016-12-31")
    #expect(read("26-04-03", .yearFirst) == "2026-04-03")
    #expect(read("2026-04-03", .monthFirst) == "2026-04-03")
    #expect(read("25/12/2026", .yearFirst) == "2026-12-25")
    #expect(read("03/04/2026", .yearFirst).contains("day first or month first"))
  }

  @Test func monthsAlone() {
    #expect(read("04/2026") == "2026-04-01" && read("04/2026", .monthFirst, .last) == "2026-04-30")
    #expect(read("02/2024", .dayFirst, .last) == "2024-02-29" && read("Apr-2026", .dayFirst, .last) == "2026-04-30")
    #expect(read("2026-04", .dayFirst, .last) == "2026-04-30" && read("April 2026") == "2026-04-01")
    #expect(read("Apr-26", .dayFirst, .last) == "2026-04-30" && read("13/2026") == "“13/2026” has no month 13")
  }

  @Test func impossible() {
    #expect(read("31/02/2026") == "“31/02/2026” is not a day: February 2026 has no day 31")
    #expect(read("29/02/2025") == "“29/02/2025” is not a day: February 2025 has no day 29")
    #expect(read("04/13/2026") == "“04/13/2026” has no month 13 when read day/month/year")
    #expect(read("01/02/3017") == "“01/02/3017” has the year 3017, which cannot be meant")
    #expect(read("45383").contains("spreadsheet") && read("2026").contains("only a year"))
    #expect(read("3 April").contains("no year") && read("soon").contains("not a date"))
    for text in ["1/2/3/4", "123456789", "99999999999999999999", "12-Foo-2026", "1/2/20266", "T", "AM", "1/2/6"] {
      #expect(read(text).contains("“"), "\(text)")
    }
    for text in ["////", "?", "--"] { #expect(read(text) == "none") }
  }

  /// Every way to write a day gives that day back.
  @Test func roundTrips() {
    for number in stride(from: -3000, through: 14_000, by: 11) {
      let day = Day(dayNumber: number)
      let (y, m, d) = day.parts
      #expect(read("\(d)/\(m)/\(y)") == day.iso && read("\(m)/\(d)/\(y)", .monthFirst) == day.iso)
      #expect(read(day.iso) == day.iso && read(day.words) == day.iso && read(day.short) == day.iso)
      #expect(read(day.longWords) == day.iso)
    }
  }

  func verdict(_ texts: String...) -> DateEvidence.Verdict {
    var evidence = DateEvidence()
    for text in texts { evidence.note(text) }
    return evidence.verdict
  }

  @Test func evidence() {
    #expect(verdict("01/02/2026", "13/02/2026", "") == .decided(.dayFirst))
    #expect(verdict("01/02/2026", "02/13/2026") == .decided(.monthFirst))
    #expect(verdict("01/02/2026", "03/02/2026") == .ambiguous)
    #expect(verdict("2026-02-01") == .decided(.yearFirst))
    #expect(verdict("3 April 2026", "04/04/2026", "05/2026") == .indifferent)
    #expect(verdict("13/02/2026", "02/13/2026") == .contradictory(dayFirst: 1, monthFirst: 1))
    var mostly = DateEvidence()
    for _ in 0..<200 { mostly.note("13/02/2026") }
    mostly.note("02/13/2026")
    #expect(mostly.verdict == .decided(.dayFirst) && mostly.isDateColumn)
    var names = DateEvidence()
    for name in ["Ash", "Bo", "May 2020"] { names.note(name) }
    #expect(!names.isDateColumn)
  }
}
