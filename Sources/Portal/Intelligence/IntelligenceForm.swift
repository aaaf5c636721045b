import Domain
import Foundation
import Web

/// A submission or a police item, as typed.
struct IntelligenceForm: Sendable {
  var partnership = ""
  var theme = ""
  var grid = ""
  var on = DateFields()
  var text = ""
  var source = ""
  var information = ""
  var handling = ""
  var conditions = ""
  var reviewBy = DateFields()
  var originatorReference = ""
  var readers: [String] = []

  /// The longest that a text may be, in characters.
  static let most = 4_000
  /// How far ahead a review may be put off, in days.
  static let mostReviewDays = 366

  /// A new one.
  init(partnerships: [Settings.Partnership], today: Day) {
    partnership = partnerships.count == 1 ? String(partnerships[0].id) : ""
    reviewBy = DateFields(today + 42)
  }

  init(_ fields: FormFields) {
    partnership = fields["partnership"] ?? ""
    theme = fields["theme"] ?? ""
    grid = fields.trimmed("grid")
    on = DateFields("on") { fields[$0] }
    text = fields.trimmed("text")
    source = fields["source"] ?? ""
    information = fields["information"] ?? ""
    handling = fields["handling"] ?? ""
    conditions = fields.trimmed("conditions")
    reviewBy = DateFields("review") { fields[$0] }
    originatorReference = fields.trimmed("originator")
    readers = fields.all("reader")
  }

  /// The rules of the screen that any of the free text breaks.
  func screened(today: Day) -> [ChildRule] {
    let found = Set([text, conditions, originatorReference].flatMap { ChildScreen.rules(in: $0, today: today) })
    return ChildRule.allCases.filter(found.contains)
  }

  /// - Parameter possible: whom an item of each partnership may name; those of a submission are named without asking.
  func validated(_ kind: IntelligenceKind, allowed: [Settings.Partnership], possible: [Int: [IntelligenceReader]], today: Day) -> Validated<NewIntelligence> {
    var errors = Errors()
    let csp = allowed.first { String($0.id) == partnership }
    if csp == nil { errors.add("partnership", "Choose the partnership") }
    let what = IntelligenceTheme(rawValue: theme)
    if what == nil { errors.add("theme", "Choose what it is about") }
    let point = GridPoint(words: grid)
    if !grid.isEmpty, point == nil { errors.add("grid", "Enter a grid reference, like SO 8504 5485, or leave it empty") }
    let happened = on.read() == .empty ? nil : errors.day(on, "on", of: "The day it happened")
    if let happened, happened > today { errors.add("on", "The day it happened cannot be in the future") }
    if text.count < 10 { errors.add("text", "Enter what you know, in at least 10 characters") } else if text.count > Self.most { errors.add("text", "Enter \(Self.most.grouped) characters or fewer") }
    addScreen(to: &errors, today)
    guard kind == .police else {
      guard errors.isEmpty, let csp, let what else { return .invalid(errors) }
      return .valid(NewIntelligence(csp: csp.id, kind: kind, theme: what, point: point, happenedOn: happened, text: text))
    }
    let grade = Int(source).flatMap(SourceGrade.init), known = InformationGrade(rawValue: information), handled = Handling(rawValue: handling)
    if grade == nil { errors.add("source", "Choose how reliable the source is") }
    if known == nil { errors.add("information", "Choose how the information is known") }
    if let fault = handled?.fault(in: handled == .permitted ? "" : conditions) { errors.add("conditions", fault) } else if handled == nil { errors.add("handling", "Choose how it may be shared") }
    let review = errors.day(reviewBy, "review", of: "The day to review it by")
    if let review, review <= today || review > today + Self.mostReviewDays { errors.add("review", "The day to review it by must be within the next year") }
    if originatorReference.count > 40 { errors.add("originator", "Enter a reference of 40 characters or fewer") }
    let chosen = readers.compactMap(UUID.init(uuidString:))
    if chosen.isEmpty { errors.add("reader", "Choose at least one reader") }
    if let csp, let there = possible[csp.id], chosen.contains(where: { one in !there.contains { $0.id == one } }) {
      errors.add("reader", "Choose readers who work in \(csp.name)")
    }
    guard errors.isEmpty, let csp, let what, let grade, let known, let handled, let review else { return .invalid(errors) }
    return .valid(NewIntelligence(
      csp: csp.id, kind: kind, theme: what, point: point, happenedOn: happened, grading: Grading(grade, known, handled),
      conditions: handled == .conditions ? conditions : "", reviewBy: review, originatorReference: originatorReference, text: text, readers: chosen))
  }

  /// What the screen found stands beside the box where it stands.
  private func addScreen(to errors: inout Errors, _ today: Day) {
    for (field, words) in [("text", text), ("conditions", conditions), ("originator", originatorReference)] {
      let rules = ChildScreen.rules(in: words, today: today)
      if !rules.isEmpty { errors.add(field, rules.map(\.words).joined(separator: ". ") + ". Nothing was kept") }
    }
  }
}

struct IntelligenceFormPage: Page {
  static let template = "site/form"
  let kind: IntelligenceKind
  let form: IntelligenceForm
  let partnerships: [Settings.Partnership]
  var possible: [Int: [IntelligenceReader]] = [:]
  let tokens: [FormToken]
  var errors: Errors = []

  private var about: [FormView.Part] {
    [
      .field(
        partnerships.count == 1
          ? .hidden("partnership", form.partnership)
          : .select("partnership", "Partnership", form.partnership, [.init("", "Choose the partnership")] + partnerships.map { .init(String($0.id), $0.name) })),
      .field(.radios("theme", "What is it about?", form.theme, IntelligenceTheme.allCases.map { .init($0.rawValue, $0.name) })),
      .field(.text(
        "grid", "Grid reference", form.grid, hint: "Like SO 8504 5485, or easting and northing in metres", width: .twenty, autocomplete: "off", isOptional: true)),
      .field(.date("on", "When did it happen?", form.on, isOptional: true)),
      .field(.textarea(
        "text", "What do you know?", form.text,
        hint: "Say what happens, where and when. Leave out the names, ages and schools of children and young people, and who told you", rows: 8, limit: IntelligenceForm.most)),
    ]
  }

  private var graded: [FormView.Part] {
    let people = Dictionary(grouping: possible.flatMap { csp, all in all.map { (csp, $0) } }, by: { $0.1.id })
    let names = people.values.compactMap { both -> (name: String, choice: Field.Choice)? in
      guard let one = both.first?.1 else { return nil }
      let places = partnerships.filter { csp in both.contains { $0.0 == csp.id } }.map(\.name)
      return (one.name, Field.Choice(one.id.uuidString.lowercased(), one.name, hint: partnerships.count > 1 ? places.joined(separator: ", ") : nil))
    }
    return [
      .field(.radios("source", "Source", form.source, SourceGrade.allCases.map { .init(String($0.rawValue), "\($0.rawValue): \($0.words)") })),
      .field(.radios("information", "Information", form.information, InformationGrade.allCases.map { .init($0.rawValue, "\($0.rawValue): \($0.words)") })),
      .field(.radios(
        "handling", "Handling", form.handling,
        [
          .init(Handling.permitted.rawValue, "P: \(Handling.permitted.words)"),
          .init(Handling.conditions.rawValue, "C: \(Handling.conditions.words)", reveals: [
            .textarea("conditions", "Conditions", form.conditions, hint: "Each reader acknowledges them before the text is opened", rows: 3, limit: Handling.mostCharacters),
          ]),
        ])),
      .field(.date("review", "Review by", form.reviewBy)),
      .field(.text("originator", "Originator’s reference", form.originatorReference, hint: "A number of your own system. Never who the source is", width: .twenty, autocomplete: "off", isOptional: true)),
      .field(.checkboxes(
        "reader", "Who may open it?", form.readers.map { $0.lowercased() }, names.sorted { $0.name < $1.name }.map(\.choice), hint: "Nobody else can, and each opening is logged. You may open it too")),
    ]
  }

  var viewData: ViewData {
    let police = kind == .police
    return FormView(
      action: police ? Path.intelligence + "/police" : Path.submissions + "/form", tokens: tokens,
      parts: (police ? [] : [.field(.hidden("stop", StopAnswer.none.rawValue))]) + about + (police ? graded : []),
      buttons: [.init(police ? "Record the item" : "Send"), .init("Cancel", .link(address: police ? Path.intelligence : Path.submissions))], errors: errors
    ).viewData.merging([
      "title": police ? "Record a police item" : "Tell us what you know",
      "lead": police ? "Record what was sanitised for partners: nothing that identifies a source or a child." : "It is sealed, and only those who screen information for the partnership can open it. You cannot read it again after you have sent it.",
      "breadcrumbs": police ? Breadcrumbs(Breadcrumb("Intelligence", Path.intelligence), Breadcrumb("New police item")) : Breadcrumbs(Breadcrumb("My submissions", Path.submissions), Breadcrumb("New")),
    ])
  }

  static var samples: [IntelligenceFormPage] { [] }
}
