import Domain
import Foundation

/// A lawful case that each test spoils in one way.
struct PanelFixture {
  static func day(_ iso: String) -> Day {
    guard let day = Day(iso: iso) else { preconditionFailure("\(iso) is no day") }
    return day
  }

  static let hearing = day("2026-06-16")  // a Tuesday
  static let office = DayRange(from: day("2023-05-08"), before: day("2027-05-10"))
  static let year = DayRange(from: day("2026-05-20"), before: day("2027-05-19"))
  static let valid = DayRange(from: day("2025-06-01"), before: day("2028-06-01"))
  static let courses = ["cse", "procedure"]
  static let holidays = ["2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31", "2026-12-25", "2026-12-28", "2027-01-01"].map(day)
  static let workingDays = WorkingDays(holidays: holidays)

  var rule = CommitteeRule(regime: .la2003)
  var duties = [
    TrainingDuty(course: "cse", title: "CSE awareness", topic: .csaeRisk, days: DayRange(from: day("2020-01-01"), before: nil)),
    TrainingDuty(course: "procedure", title: "Licensing procedure", topic: .licensingProcedure, days: DayRange(from: day("2020-01-01"), before: nil)),
  ]
  var people: [Candidate] = (0..<12).map { number in
    Candidate(
      name: "Member \(number)", ward: "Ward \(number)", inOffice: office,
      appointments: [.init(number == 0 ? .chair : number == 1 ? .viceChair : .member, year)],
      covers: courses.map { TrainingCover(course: $0, days: valid) })
  }
  var hearing = HearingCase(
    day: hearing, timetable: HearingTimetable(kind: .grant, startWorkingDays: 20, noticeWorkingDays: 10), ward: "Somewhere else",
    periodEnd: day("2026-05-29"), noticeGiven: day("2026-05-29"), asked: day("2026-06-01"))

  var panel: [UUID] { people.prefix(3).map(\.id) }
  var check: EmpanelCheck { EmpanelCheck(rule: rule, duties: duties, candidates: people, workingDays: Self.workingDays) }
  var findings: [EmpanelFinding] { check.findings(panel: panel, presiding: panel.first, for: hearing) }
  func codes(_ severity: EmpanelFinding.Severity) -> [EmpanelFinding.Code] { findings.filter { $0.severity == severity }.map(\.code) }
  /// The codes of everything found.
  var codes: [EmpanelFinding.Code] { findings.map(\.code) }
}
