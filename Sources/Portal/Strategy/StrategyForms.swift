import Domain
import Web

/// A report of an action, as typed.
struct ReportForm: Sendable {
  var standing = ""
  var progress = ""
  var words = ""
  var evidence = ""
  var on = DateFields()

  init(today: Day) { on = DateFields(today) }
  init(_ fields: FormFields) {
    standing = fields["standing"] ?? ""
    progress = fields.trimmed("progress")
    words = fields.trimmed("words")
    evidence = fields.trimmed("evidence")
    on = DateFields("on") { fields[$0] }
  }

  func validated(today: Day) -> Validated<StrategyStore.Report> {
    var errors = Errors()
    let known = ActionStanding(rawValue: standing)
    if known == nil { errors.add("standing", "Choose how it stands") }
    let done = progress.isEmpty ? nil : Int(progress)
    if !progress.isEmpty, done.map({ !(0...100).contains($0) }) ?? true { errors.add("progress", "Enter a number from 0 to 100, or nothing") }
    if words.count < 3 { errors.add("words", "Say in a sentence what was done") }
    if words.count > 2000 { errors.add("words", "Enter 2,000 characters or fewer") }
    if evidence.count > 400 { errors.add("evidence", "Enter 400 characters or fewer") }
    errors.screen(words, "words", today: today)
    errors.screen(evidence, "evidence", today: today)
    let day = OfficerVisit.day(on, "on", of: "The day of the report", &errors)
    if let day, day > today { errors.add("on", "Enter today or a day before") }
    guard errors.isEmpty, let known, let day else { return .invalid(errors) }
    return .valid(StrategyStore.Report(standing: known, progress: done, words: words, evidence: evidence, on: day))
  }

  func page(_ action: StrategyAction, plan: String?, tokens: [FormToken], errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "Report progress of \(action.ref)", lead: action.action + ".", crumbs: StrategyFormRoutes.crumbs(action, plan, "Report progress"),
      form: FormView(
        action: Path.action(action.ref, "report", plan: plan), tokens: tokens,
        parts: [
          .field(.radios("standing", "How does it stand?", standing, ActionStanding.allCases.map { .init($0.rawValue, $0.words, hint: $0 == .verified ? "By somebody other than whoever reported it as done" : nil) })),
          .field(.text("progress", "How much of it is done, in percent?", progress, width: .three, inputMode: "numeric", isOptional: true)),
          .field(.textarea("words", "What was done?", words, hint: "No child’s or suspect’s name: the Board reads this.")),
          .field(.text("evidence", "Where is the evidence?", evidence, hint: "An address, a minute’s number or a file’s name", width: .thirty, isOptional: true)),
          .field(.date("on", "As of which day?", on)),
        ], buttons: [.init("Report"), .init("Cancel", .link(address: Path.action(action.ref, plan: plan)))], errors: errors))
  }
}

/// A rating against the rule, as typed.
struct OverrideForm: Sendable {
  var rating = ""
  var reason = ""
  var until = DateFields()

  init(today: Day) { until = DateFields(today + 28) }
  init(_ fields: FormFields) {
    rating = fields["rating"] ?? ""
    reason = fields.trimmed("reason")
    until = DateFields("until") { fields[$0] }
  }

  func validated(today: Day) -> Validated<(rating: Rating, reason: String, until: Day)> {
    var errors = Errors()
    let chosen = Rating(rawValue: rating)
    if chosen == nil { errors.add("rating", "Choose the rating") }
    if reason.count < 3 { errors.add("reason", "Give the reason: the Board sees it beside the rule’s rating") }
    if reason.count > 500 { errors.add("reason", "Enter 500 characters or fewer") }
    errors.screen(reason, "reason", today: today)
    let end = OfficerVisit.day(until, "until", of: "The last day", &errors)
    if let end {
      if end < today { errors.add("until", "Enter today or a later day") }
      if end > today + 92 { errors.add("until", "Enter a day within a quarter, \((today + 92).words) at the latest") }
    }
    guard errors.isEmpty, let chosen, let end else { return .invalid(errors) }
    return .valid((chosen, reason, end))
  }

  func page(_ action: StrategyAction, plan: String?, tokens: [FormToken], errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "Override the rating of \(action.ref)", lead: "Both ratings are shown until the last day; then the rule’s stands again.", crumbs: StrategyFormRoutes.crumbs(action, plan, "Override the rating"),
      form: FormView(
        action: Path.action(action.ref, "override", plan: plan), tokens: tokens,
        parts: [
          .field(.radios("rating", "Rating", rating, Rating.allCases.map { .init($0.rawValue, $0.word) })),
          .field(.textarea("reason", "Reason", reason)), .field(.date("until", "Until which day?", until, hint: "A quarter at most")),
        ], buttons: [.init("Override"), .init("Cancel", .link(address: Path.action(action.ref, plan: plan)))], errors: errors))
  }
}

/// A figure that nothing counts, as typed.
struct FigureForm: Sendable {
  var what = ""
  var part = ""
  var whole = ""
  var source = ""
  var asAt = DateFields()

  init(today: Day) { asAt = DateFields(today) }
  init(_ fields: FormFields) {
    what = fields.trimmed("what")
    part = fields.trimmed("part")
    whole = fields.trimmed("whole")
    source = fields.trimmed("source")
    asAt = DateFields("as-at") { fields[$0] }
  }

  func validated(today: Day) -> Validated<StrategyStore.Figure> {
    var errors = Errors()
    func number(_ text: String) -> Int? { Int(text.replacing(",", with: "")).flatMap { (0...99_999_999).contains($0) ? $0 : nil } }
    if !(3...200).contains(what.count) { errors.add("what", "Say what the figure counts, in 3 to 200 characters") }
    let count = number(part)
    if count == nil { errors.add("part", "Enter a whole number, 0 or more") }
    let of = whole.isEmpty ? nil : number(whole)
    if !whole.isEmpty, of == nil { errors.add("whole", "Enter a whole number, or nothing") }
    if let count, let of, of < count { errors.add("whole", "Enter \(count) or more: the figure cannot be more than what it is counted of") }
    if !(3...200).contains(source.count) { errors.add("source", "Say where the figure comes from, in 3 to 200 characters") }
    errors.screen(what, "what", today: today)
    errors.screen(source, "source", today: today)
    let day = OfficerVisit.day(asAt, "as-at", of: "The day of the figure", &errors)
    if let day, day > today { errors.add("as-at", "Enter today or a day before") }
    guard errors.isEmpty, let count, let day else { return .invalid(errors) }
    return .valid(StrategyStore.Figure(what: what, part: count, whole: of, asAt: day, source: source))
  }

  func page(_ action: StrategyAction, plan: String?, tokens: [FormToken], errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "Enter a figure for \(action.ref)", lead: "Totals only, never of single people. It is shown as entered by hand, with its source and your name.", crumbs: StrategyFormRoutes.crumbs(action, plan, "Enter a figure"),
      form: FormView(
        action: Path.action(action.ref, "figure", plan: plan), tokens: tokens,
        parts: [
          .field(.text("what", "What does it count?", what, width: .thirty)),
          .row([.text("part", "Figure", part, width: .ten, inputMode: "numeric"), .text("whole", "Of how many", whole, width: .ten, inputMode: "numeric", isOptional: true)]),
          .field(.text("source", "Where does it come from?", source, width: .thirty)), .field(.date("as-at", "As at which day?", asAt)),
        ], buttons: [.init("Enter it"), .init("Cancel", .link(address: Path.action(action.ref, plan: plan)))], errors: errors))
  }
}
