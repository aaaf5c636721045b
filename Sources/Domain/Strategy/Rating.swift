/// How an action stands, by one rule that anybody can check; never a feeling.
package enum Rating: String, Sendable, Codable, CaseIterable {
  case complete, red, amber, green, grey

  package var word: String {
    switch self {
    case .complete: "Complete"
    case .red: "Red"
    case .amber: "Amber"
    case .green: "Green"
    case .grey: "Not due to start"
    }
  }

  /// What the colour means, for the key.
  package var meaning: String {
    switch self {
    case .complete: "Done, and somebody other than its owner verified it."
    case .red: "Past its due day, or blocked for more than 14 days, or its measure is below half of what is required by now."
    case .amber: "Due within 28 days and behind, or its measure is below nine tenths of what is required by now, or nobody reported for more than 42 days."
    case .green: "None of these."
    case .grey: "Not started, and not due to start yet."
    }
  }
}

/// What owners report of an action.
package enum ActionStanding: String, Sendable, Codable, CaseIterable {
  case notStarted = "not_started"
  case inProgress = "in_progress"
  case blocked
  case done
  case verified

  package var words: String {
    switch self {
    case .notStarted: "Not started"
    case .inProgress: "In progress"
    case .blocked: "Blocked"
    case .done: "Done, to be verified"
    case .verified: "Verified"
    }
  }
}

/// A rating with the rule that fired.
package struct Judgement: Sendable, Equatable {
  package var rating: Rating
  package var why: String

  package init(_ rating: Rating, _ why: String) {
    self.rating = rating
    self.why = why
  }
}

/// The deterministic rule: the first that fires decides, the gravest first.
package struct RatingRule: Sendable {
  package var action: StrategyAction
  package var standing: ActionStanding
  /// Since when it stands so.
  package var since: Day
  /// The last report, if there was one.
  package var reported: Day?
  /// 0 to 100 as its owner sees it.
  package var progress: Int?
  /// The measure that is judged, where one is counted.
  package var value: MeasureValue?

  /// What the measure ought to be, where that was agreed.
  package var target: MeasureTarget?
  /// What the sentence says of the measure, where it may not say the figure.
  package var said: String?

  package init(
    _ action: StrategyAction, standing: ActionStanding, since: Day, reported: Day?, progress: Int?, value: MeasureValue?, target: MeasureTarget? = nil, saying said: String? = nil
  ) {
    self.action = action
    self.standing = standing
    self.since = since
    self.reported = reported
    self.progress = progress
    self.value = value
    self.target = target
    self.said = said
  }

  /// The share of its time that has gone by, in percent; all of it where it has no end.
  package func expected(on day: Day) -> Double {
    let from = action.begins(asOf: day)
    guard let due = action.due(asOf: day), due > from else { return day < from ? 0 : 100 }
    return min(max(Double(day - from) * 100 / Double(due - from), 0), 100)
  }

  /// What its measure ought to be by now: the path that was agreed, else the share of its time.
  package func required(on day: Day) -> Double { target?.required(on: day) ?? expected(on: day) }

  package func judged(on day: Day) -> Judgement {
    if standing == .verified { return Judgement(.complete, "Verified on \(since.words).") }
    if standing == .notStarted, action.from > day { return Judgement(.grey, "It begins on \(action.from.words).") }
    if let due = action.due(asOf: day), due < day {
      let isFulfilled = said == nil && value.map { $0.whole > 0 && $0.missing == 0 } ?? false
      return Judgement(.red, "Past its due day, \(due.words)" + (isFulfilled ? ": its measure is fulfilled, but nobody has verified that it is done." : "."))
    }
    if standing == .blocked, day - since > 14 { return Judgement(.red, "Blocked since \(since.words), more than 14 days.") }
    let required = required(on: day)
    let reached = value?.percent
    if let reached, let value, required > 0, reached < required / 2 {
      return Judgement(.red, "Its measure is \(said ?? value.words), below half of the \(Int(required))% required by now.")
    }
    let expected = expected(on: day)
    if let due = action.due(asOf: day), due - day <= 28, Double(progress ?? 0) < expected, standing != .done {
      return Judgement(.amber, "Due within 28 days, on \(due.words), and reported \(progress ?? 0)% done where \(Int(expected))% is expected.")
    }
    if let reached, let value, required > 0, reached < required * 0.9 {
      return Judgement(.amber, "Its measure is \(said ?? value.words), below nine tenths of the \(Int(required))% required by now.")
    }
    if let reported, day - reported > 42 { return Judgement(.amber, "The last report was on \(reported.words), more than 42 days ago.") }
    if reported == nil, day - action.from > 42 { return Judgement(.amber, "Nobody has reported since it began on \(action.from.words).") }
    return Judgement(.green, standing == .done ? "Done; it waits to be verified by somebody else." : "In time, and reported of.")
  }
}
