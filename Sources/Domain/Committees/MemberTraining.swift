/// What training of decision makers covers (DfT statutory standards, "Training decision makers").
package enum TrainingTopic: String, CaseIterable, Sendable, Codable {
  case csaeRisk = "csae_risk"
  case licensingProcedure = "licensing_procedure"
  case naturalJustice = "natural_justice"
  case disabilityEquality = "disability_equality"
  case difficultDecisions = "difficult_decisions"

  package var name: String {
    switch self {
    case .csaeRisk: "Child sexual abuse and exploitation"
    case .licensingProcedure: "Licensing procedure"
    case .naturalJustice: "Natural justice"
    case .disabilityEquality: "Disability and equality"
    case .difficultDecisions: "Difficult decisions"
    }
  }
}

/// Days on which somebody's training in a course counts, and why. The days follow from the completion and the version of the
/// requirement in force on that day: one rule, the view `member_cover` of the database.
package struct TrainingCover: Sendable, Equatable, Codable {
  package enum Source: String, Sendable, Codable { case training, equivalence, dispensation }
  package var course: String
  package var days: DayRange
  package var isSigned: Bool
  package var source: Source

  package init(course: String, days: DayRange, isSigned: Bool = true, source: Source = .training) {
    self.course = course
    self.days = days
    self.isSigned = isSigned
    self.source = source
  }
}

/// A course that members of a committee owe, in one version of the requirement, from a day.
package struct TrainingDuty: Sendable, Equatable, Codable {
  package var course: String
  package var title: String
  package var topic: TrainingTopic
  /// The days on which this version is in force.
  package var days: DayRange
  /// Days after appointment within which it is done.
  package var inductionDays: Int
  /// The person trained signs for it (DfT statutory standards).
  package var needsSignature: Bool
  /// Local rule: without it a member may not sit. Otherwise a warning.
  package var blocks: Bool

  package init(
    course: String, title: String, topic: TrainingTopic, days: DayRange, inductionDays: Int = 42, needsSignature: Bool = true, blocks: Bool = true
  ) {
    self.course = course
    self.title = title
    self.topic = topic
    self.days = days
    self.inductionDays = inductionDays
    self.needsSignature = needsSignature
    self.blocks = blocks
  }
}

/// Where somebody stands with one course on a day. Asked, never stored.
package enum TrainingState: Sendable, Equatable {
  case notRequired
  /// The appointment has not begun.
  case notYetDue
  /// Within the days of induction.
  case due(by: Day)
  case overdue(since: Day)
  case valid(last: Day?)
  /// Valid, and over within so many days.
  case expiring(last: Day, days: Int)
  case expired(last: Day)
  case exempt(last: Day?)
  /// Held, but the person trained has not signed for it.
  case unsigned(last: Day?)

  /// Whether somebody in this state may sit as far as this course goes.
  package var isInOrder: Bool {
    switch self {
    case .notRequired, .valid, .expiring, .exempt: true
    case .notYetDue, .due, .overdue, .expired, .unsigned: false
    }
  }
}

/// The state of one course on a day, out of the days that evidence covers.
package enum TrainingStanding {
  /// - Parameters:
  ///   - covers: of this person and this course, any order.
  ///   - appointed: the first day of the appointment that owes it; nil where nobody owes it.
  ///   - windows: days before the end at which it counts as expiring, the widest first.
  package static func state(
    on day: Day, covers: [TrainingCover], duty: TrainingDuty?, appointed: Day?, windows: [Int]
  ) -> TrainingState {
    guard let duty, duty.days.contains(day), let appointed else { return .notRequired }
    let inForce = covers.filter { $0.days.contains(day) }
    // Without an end beats the latest end; signed beats unsigned.
    func later(_ a: TrainingCover, _ b: TrainingCover) -> Bool { (a.days.before ?? .distant) < (b.days.before ?? .distant) }
    let counting = inForce.filter { $0.isSigned || !duty.needsSignature || $0.source != .training }
    if let best = counting.max(by: later) {
      let last = best.days.last
      if best.source == .dispensation { return .exempt(last: last) }
      // A later cover that follows without a gap is as good as one long cover.
      let end = continuation(from: best, in: covers, needsSignature: duty.needsSignature)
      guard let end else { return .valid(last: nil) }
      let left = end - 1 - day
      if let widest = windows.max(), left <= widest, let window = windows.filter({ left <= $0 }).min() {
        return .expiring(last: end - 1, days: window)
      }
      return .valid(last: end - 1)
    }
    if let best = inForce.max(by: later) { return .unsigned(last: best.days.last) }
    if day < appointed { return .notYetDue }
    if let past = covers.compactMap(\.days.last).filter({ $0 < day }).max() { return .expired(last: past) }
    let by = appointed + duty.inductionDays
    return day <= by ? .due(by: by) : .overdue(since: by)
  }

  /// The day from which nothing covers any more, when covers that touch are followed; nil: never.
  package static func continuation(from cover: TrainingCover, in covers: [TrainingCover], needsSignature: Bool) -> Day? {
    guard var end = cover.days.before else { return nil }
    let usable = covers.filter { $0.course == cover.course && ($0.isSigned || !needsSignature || $0.source != .training) }
    while let next = usable.first(where: { $0.days.from <= end && ($0.days.before ?? .distant) > end }) {
      guard let further = next.days.before else { return nil }
      end = further
    }
    return end
  }
}

extension Day {
  /// Later than any day that is dealt with.
  static let distant = Day(dayNumber: 3_000_000)
}
