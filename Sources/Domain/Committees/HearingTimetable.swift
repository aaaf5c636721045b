/// Within what time a kind of hearing begins, and how long before it notice is given. Rows of `Config/hearings.json`
/// (SI 2005/44; Licensing Act 2003 s.53A).
package struct HearingTimetable: Sendable, Codable, Equatable {
  package var kind: HearingKind
  /// Working days, beginning with the day after the period for representations ends (or the notice is received).
  package var startWorkingDays: Int?
  /// Days after the day of receipt, working or not.
  package var startDays: Int?
  /// Working days before the hearing by which notice of it is given.
  package var noticeWorkingDays: Int?
  package var law: String

  package init(kind: HearingKind, startWorkingDays: Int? = nil, startDays: Int? = nil, noticeWorkingDays: Int? = nil, law: String = "") {
    self.kind = kind
    self.startWorkingDays = startWorkingDays
    self.startDays = startDays
    self.noticeWorkingDays = noticeWorkingDays
    self.law = law
  }

  /// The last day on which the hearing may begin, counted from the end of the period for representations; nil where no law says.
  package func lastStart(after periodEnd: Day, _ days: WorkingDays) -> Day? {
    if let startWorkingDays { return days.last(of: startWorkingDays, beginning: periodEnd + 1) }
    return startDays.map { periodEnd + $0 }
  }

  /// The last day on which notice of a hearing on `day` is in time; nil where no law says.
  package func lastNotice(before day: Day, _ days: WorkingDays) -> Day? {
    noticeWorkingDays.map { days.latest($0, before: day) }
  }

  /// What to say where the count leaves the years whose bank holidays are known, so that nobody trusts it; nil where it stays within.
  package func caution(periodEnd: Day?, day: Day, _ days: WorkingDays) -> String? {
    var counted: [Day] = []
    if startWorkingDays != nil, let periodEnd, let last = lastStart(after: periodEnd, days) { counted += [periodEnd + 1, last] }
    if let last = lastNotice(before: day, days) { counted += [last, day - 1] }
    guard let years = days.years, counted.contains(where: { !years.contains($0.year) }) else { return nil }
    return "Bank holidays are known for \(years.lowerBound) to \(years.upperBound) only: outside these years the time limits are counted as if there were none"
  }

  /// "begins within 20 working days; notice at least 10 working days before"
  package var words: String {
    let start = startWorkingDays.map { "begins within \($0) working days" } ?? startDays.map { "begins within \($0) days" }
    let notice = noticeWorkingDays.map { "notice at least \($0) working days before" }
    let all = [start, notice].compactMap { $0 }
    return all.isEmpty ? "no time limit in law" : all.joined(separator: "; ")
  }
}
