import Domain
import Testing

@Suite struct WorkingDaysTests {
  private func day(_ iso: String) -> Day { PanelFixture.day(iso) }
  private let days = PanelFixture.workingDays

  @Test func weekendsAndHolidaysAreNone() {
    for (on, works) in [("2026-06-16", true), ("2026-06-20", false), ("2026-06-21", false), ("2026-05-25", false), ("2026-04-03", false)] {
      #expect(days.isWorking(day(on)) == works, "\(on)")
    }
  }

  @Test func periodsBeginWithTheirFirstWorkingDay() {
    #expect(days.last(of: 1, beginning: day("2026-06-20")) == day("2026-06-22"))
    #expect(days.last(of: 5, beginning: day("2026-06-15")) == day("2026-06-19"))
    // Over Christmas and the new year: 25 and 28 December and 1 January are left out.
    #expect(days.last(of: 5, beginning: day("2026-12-24")) == day("2027-01-04"))
    #expect(days.count(after: day("2026-12-23"), through: days.last(of: 5, beginning: day("2026-12-24"))) == 5)
  }

  @Test func noticeCountsBackwards() {
    #expect(days.latest(10, before: day("2026-06-16")) == day("2026-06-02"))
    #expect(days.latest(2, before: day("2026-12-29")) == day("2026-12-23"))
    #expect(days.latest(0, before: day("2026-06-16")) == day("2026-06-16"))
  }

  /// A bank holiday that is moved by proclamation (as in May 2020 and June 2022) moves the time limits with it.
  @Test func aMovedHolidayMovesTheLimit() {
    let usual = WorkingDays(holidays: [day("2026-05-25")])
    let moved = WorkingDays(holidays: [day("2026-06-04"), day("2026-06-05")])
    #expect(usual.last(of: 5, beginning: day("2026-05-25")) == day("2026-06-01"))
    #expect(moved.last(of: 5, beginning: day("2026-05-25")) == day("2026-05-29"))
    #expect(usual.last(of: 10, beginning: day("2026-05-25")) == day("2026-06-08"))
    #expect(moved.last(of: 10, beginning: day("2026-05-25")) == day("2026-06-09"))
  }

  /// Counting forward and counting back agree.
  @Test func forwardAndBackAgree() {
    for offset in 0..<400 {
      let start = day("2026-01-01") + offset
      for count in [1, 2, 5, 10, 20] {
        let last = days.last(of: count, beginning: start)
        #expect(days.isWorking(last))
        #expect(days.count(after: start - 1, through: last) == count)
        #expect(days.latest(count, before: last + 1) >= start)
      }
    }
  }

  @Test func municipalYearsBeginInMay() {
    #expect(MunicipalYear(containing: day("2026-04-30")).name == "2025/26")
    #expect(MunicipalYear(containing: day("2026-05-01")).name == "2026/27")
    #expect(MunicipalYear(start: 2099).name == "2099/00")
    #expect(MunicipalYear(start: 2027).days?.contains(day("2028-02-29")) == true)
  }
}

@Suite struct TrainingStandingTests {
  private func day(_ iso: String) -> Day { PanelFixture.day(iso) }
  private let duty = PanelFixture().duties[0]
  private let windows = [90, 60, 30, 7]

  private func state(_ on: String, _ covers: [TrainingCover], appointed: String? = "2026-01-01", duty: TrainingDuty? = nil) -> TrainingState {
    TrainingStanding.state(on: day(on), covers: covers, duty: duty ?? self.duty, appointed: appointed.map(day), windows: windows)
  }
  private func cover(_ from: String, _ before: String?, signed: Bool = true, _ source: TrainingCover.Source = .training) -> TrainingCover {
    TrainingCover(course: "cse", days: DayRange(from: day(from), before: before.map(day)), isSigned: signed, source: source)
  }

  @Test func withoutAppointmentOrDutyNothingIsOwed() {
    #expect(state("2026-02-01", [], appointed: nil) == .notRequired)
    var later = duty
    later.days = DayRange(from: day("2026-03-01"), before: nil)
    #expect(state("2026-02-28", [], duty: later) == .notRequired)
    #expect(state("2026-03-01", [], duty: later) != .notRequired)
  }

  @Test func inductionRunsFromTheAppointment() {
    #expect(state("2025-12-31", []) == .notYetDue)
    #expect(state("2026-01-01", []) == .due(by: day("2026-02-12")))
    #expect(state("2026-02-12", []) == .due(by: day("2026-02-12")))
    #expect(state("2026-02-13", []) == .overdue(since: day("2026-02-12")))
  }

  /// Half-open: valid on the first day, not on the day the validity ends.
  @Test func validFromTheFirstDayToTheDayBeforeTheEnd() {
    let held = [cover("2024-02-29", "2027-02-28")]
    #expect(state("2026-11-28", held) == .valid(last: day("2027-02-27")))
    #expect(state("2026-11-29", held) == .expiring(last: day("2027-02-27"), days: 90))
    #expect(state("2027-01-29", held) == .expiring(last: day("2027-02-27"), days: 30))
    #expect(state("2027-02-27", held) == .expiring(last: day("2027-02-27"), days: 7))
    #expect(state("2027-02-28", held) == .expired(last: day("2027-02-27")))
  }

  /// Three years from a leap day end on 28 February, as in the database.
  @Test func threeYearsFromALeapDay() { #expect(day("2024-02-29").adding(months: 36) == day("2027-02-28")) }

  @Test func aRefresherTakenEarlyLeavesNoGap() {
    let held = [cover("2023-06-01", "2026-06-01"), cover("2026-05-20", "2029-05-20")]
    #expect(state("2026-05-31", held) == .valid(last: day("2029-05-19")))
    #expect(state("2026-05-25", [held[0], cover("2026-06-02", nil)]) == .expiring(last: day("2026-05-31"), days: 7))
    #expect(state("2026-05-25", [held[0], cover("2026-06-01", nil)]) == .valid(last: nil))
  }

  @Test func signaturesDispensationsAndEndlessTraining() {
    #expect(state("2026-06-01", [cover("2026-05-01", "2029-05-01", signed: false)]) == .unsigned(last: day("2029-04-30")))
    #expect(state("2026-06-01", [cover("2026-05-01", "2026-07-01", signed: false, .dispensation)]) == .exempt(last: day("2026-06-30")))
    #expect(state("2026-06-01", [cover("2026-05-01", nil)]) == .valid(last: nil))
    #expect(!TrainingState.unsigned(last: nil).isInOrder && TrainingState.exempt(last: nil).isInOrder)
  }
}
