import Domain
import Foundation
import Web

/// A submission or a police item, as typed.
struct IntelligenceForm: Sendable {
  var partnership = ""
  var district = ""
  var theme = ""
  var grid = ""
  var on = DateFields()
  var text = ""
  /// The scheme that a police item is graded by.
  var scheme = GradingScheme.threeFiveTwo
  var source = ""
  var information = ""
  var handling = ""
  var conditions = ""
  var action = ""
  var sanitisation = ""
  var legacyHandling = ""
  var legacyConditions = ""
  var consent = ""
  var authority = ""
  var marking = ""
  var instruction = ""
  var sanitisedBy = ""
  var sanitisedOn = DateFields()
  var reviewBy = DateFields()
  var originatorReference = ""
  var readers: [String] = []
  var groups: [String] = []
  /// The returned submission in whose place it is sent.
  var replaces = ""

  /// The longest that a text may be, in characters.
  static let most = 4_000
  /// How far ahead a review may be put off, in days.
  static let mostReviewDays = 366

  /// A new one.
  init(partnerships: [Settings.Partnership], scheme: GradingScheme = .threeFiveTwo, today: Day) {
    partnership = partnerships.count == 1 ? String(partnerships[0].id) : ""
    self.scheme = scheme
    sanitisedOn = DateFields(today)
    reviewBy = DateFields(today + IntelligenceReview.longest)
  }

  /// In the place of one that was returned: all of it but the text, which was destroyed.
  init(insteadOf item: IntelligenceItem) {
    partnership = String(item.csp)
    district = item.authority.map(String.init) ?? ""
    theme = item.theme.rawValue
    grid = item.point?.reference ?? ""
    on = item.happenedOn.map { DateFields($0) } ?? DateFields()
    replaces = item.id.uuidString.lowercased()
  }

  init(_ fields: FormFields) {
    partnership = fields["partnership"] ?? ""
    district = fields["district"] ?? ""
    theme = fields["theme"] ?? ""
    grid = fields.trimmed("grid")
    on = DateFields("on") { fields[$0] }
    text = fields.trimmed("text")
    scheme = fields["scheme"] == GradingScheme.fiveFiveFive.rawValue ? .fiveFiveFive : .threeFiveTwo
    source = fields["source"] ?? ""
    information = fields["information"] ?? ""
    handling = fields["handling"] ?? ""
    conditions = fields.trimmed("conditions")
    action = fields["action"] ?? ""
    sanitisation = fields["sanitisation"] ?? ""
    legacyHandling = fields["legacy-handling"] ?? ""
    legacyConditions = fields.trimmed("legacy-conditions")
    consent = fields.trimmed("consent")
    authority = fields.trimmed("authority")
    marking = fields["marking"] ?? ""
    instruction = fields.trimmed("instruction")
    sanitisedBy = fields.trimmed("sanitised-by")
    sanitisedOn = DateFields("sanitised") { fields[$0] }
    reviewBy = DateFields("review") { fields[$0] }
    originatorReference = fields.trimmed("originator")
    readers = fields.all("reader")
    groups = fields.all("group")
    replaces = fields["replaces"] ?? ""
  }

  /// Every free text, with the box where it stands.
  private var texts: [(field: String, words: String)] {
    [
      ("text", text), ("conditions", conditions), ("legacy-conditions", legacyConditions), ("consent", consent), ("authority", authority), ("instruction", instruction),
      ("sanitised-by", sanitisedBy), ("originator", originatorReference),
    ]
  }

  /// Whom an item may name, and who of them works for the police.
  struct Possible: Sendable {
    var readers: [Int: [IntelligenceReader]] = [:]
    var police: Set<UUID> = []
    /// Whether whoever records it works for the police.
    var isPolice = false
  }

  /// - Parameter possible: whom an item of each partnership may name; those of a submission are named without asking.
  func validated(_ kind: IntelligenceKind, allowed: [Settings.Partnership], possible: Possible = Possible(), settings: Settings, today: Day) -> Validated<NewIntelligence> {
    var errors = Errors()
    let csp = allowed.first { String($0.id) == partnership }
    if csp == nil { errors.add("partnership", "Choose the partnership") }
    let what = IntelligenceTheme(rawValue: theme)
    if what == nil { errors.add("theme", "Choose what it is about") }
    let point = GridPoint(words: grid)
    if !grid.isEmpty, point == nil { errors.add("grid", "Enter a grid reference, like SO 8504 5485, or leave it empty") }
    let place = settings.county.authorities.first { String($0.id) == district }
    if !district.isEmpty, place == nil || (csp != nil && place?.partnership != csp?.id) { errors.add("district", "Choose a district of the partnership, or none") }
    let happened = on.read() == .empty ? nil : errors.day(on, "on", of: "The day it happened")
    if let happened, happened > today { errors.add("on", "The day it happened cannot be in the future") }
    if text.count < 10 { errors.add("text", "Enter what you know, in at least 10 characters") } else if text.count > Self.most { errors.add("text", "Enter \(Self.most.grouped) characters or fewer") }
    for (field, words) in texts { errors.screen(words, field, today: today) }
    guard kind == .police else {
      guard errors.isEmpty, let csp, let what else { return .invalid(errors) }
      return .valid(NewIntelligence(
        csp: csp.id, kind: kind, theme: what, point: point, authority: place?.id, happenedOn: happened, text: text, replaces: UUID(uuidString: replaces)))
    }
    let chosen = readers.compactMap(UUID.init(uuidString:))
    let together = groups.compactMap(IntelligenceGroup.init)
    if chosen.isEmpty, together.isEmpty { errors.add("reader", "Choose at least one reader") }
    if let csp {
      let there = possible.readers[csp.id] ?? []
      if chosen.contains(where: { one in !there.contains { $0.id == one } }) { errors.add("reader", "Choose readers who work in \(csp.name)") }
      let offered = IntelligenceGroup.possible(in: csp.id, settings, on: today)
      if together.contains(where: { !offered.contains($0) }) { errors.add("group", "Choose from \(csp.name)") }
    }
    let policeOnly = possible.isPolice && chosen.allSatisfy(possible.police.contains) && together.allSatisfy { $0.isPolice(settings) }
    let graded = scheme == .fiveFiveFive ? legacy(policeOnly: policeOnly, &errors) : current(&errors)
    let marked = Marking(rawValue: marking)
    if marked == nil { errors.add("marking", "Choose how it is marked") }
    if let refusal = marked?.refusal { errors.add("marking", refusal) }
    if marked == .officialSensitive, instruction.isEmpty { errors.add("instruction", "Enter the handling instruction that goes with OFFICIAL-SENSITIVE") }
    if instruction.count > 200 { errors.add("instruction", "Enter an instruction of 200 characters or fewer") }
    if !(2...120).contains(sanitisedBy.count) { errors.add("sanitised-by", "Enter who sanitised it, in 2 to 120 characters") }
    let sanitised = errors.day(sanitisedOn, "sanitised", of: "The day it was sanitised")
    if let sanitised, sanitised > today { errors.add("sanitised", "The day it was sanitised cannot be in the future") }
    let review = errors.day(reviewBy, "review", of: "The day to review it by")
    if let review, review <= today || review > today + Self.mostReviewDays { errors.add("review", "The day to review it by must be within the next year") }
    if originatorReference.count > 40 { errors.add("originator", "Enter a reference of 40 characters or fewer") }
    guard errors.isEmpty, let csp, let what, let graded, let marked, let sanitised, let review else { return .invalid(errors) }
    return .valid(NewIntelligence(
      csp: csp.id, kind: kind, theme: what, point: point, authority: place?.id, happenedOn: happened, grading: graded.grading, handled: graded.handled, sanitisedBy: sanitisedBy,
      sanitisedOn: sanitised, marking: marked, handlingInstruction: marked == .officialSensitive ? instruction : "", reviewBy: review, originatorReference: originatorReference,
      text: text, readers: chosen, groups: together))
  }

  private func current(_ errors: inout Errors) -> (grading: ItemGrading, handled: ItemHandling)? {
    let grade = Int(source).flatMap(SourceGrade.init), known = InformationGrade(rawValue: information), handled = Handling(rawValue: handling)
    if grade == nil { errors.add("source", "Choose how reliable the source is") }
    if known == nil { errors.add("information", "Choose how the information is known") }
    let act = ActionCode(rawValue: action), clean = SanitisationCode(rawValue: sanitisation)
    if let fault = handled?.fault(in: handled == .permitted ? "" : conditions) { errors.add("conditions", fault) } else if handled == nil { errors.add("handling", "Choose how it may be shared") }
    if handled == .conditions, act == nil { errors.add("action", "Choose what may be done with it") }
    if handled == .conditions, clean == nil { errors.add("sanitisation", "Choose who may sanitise it further") }
    guard let grade, let known, let handled else { return nil }
    let bound = handled == .conditions
    return (.graded(Grading(grade, known, handled)), ItemHandling(conditions: bound ? conditions : "", action: bound ? act : nil, sanitisation: bound ? clean : nil))
  }

  private func legacy(policeOnly: Bool, _ errors: inout Errors) -> (grading: ItemGrading, handled: ItemHandling)? {
    let grade = LegacySource(rawValue: source), known = Int(information).flatMap(LegacyInformation.init), given = Int(legacyHandling).flatMap(LegacyHandling.init)
    if grade == nil { errors.add("source", "Choose how reliable the source is") }
    if known == nil { errors.add("information", "Choose how the information is judged") }
    if given == nil { errors.add("legacy-handling", "Choose to whom it may be given") }
    if let fault = given?.fault(consent: consent, authority: authority, conditions: legacyConditions, policeOnly: policeOnly) { errors.add(fault.field, fault.sentence) }
    if legacyConditions.count > Handling.mostCharacters { errors.add("legacy-conditions", "Enter conditions of \(Handling.mostCharacters) characters or fewer") }
    if consent.count > 200 { errors.add("consent", "Enter 200 characters or fewer") }
    if authority.count > 80 { errors.add("authority", "Enter a reference of 80 characters or fewer") }
    guard let grade, let known, let given else { return nil }
    return (
      .legacy(LegacyGrading(grade, known, given)),
      ItemHandling(conditions: legacyConditions, consent: given.staysWithPolice ? consent : "", authority: given == .otherParties ? authority : "")
    )
  }
}

extension IntelligenceGroup {
  /// Whether everybody in it works for the police.
  func isPolice(_ settings: Settings) -> Bool {
    if case .organisation(let id) = self { return settings.organisation(id)?.kind == "police" }
    return false
  }
}

struct IntelligenceFormPage: Page {
  static let template = "site/form"
  let kind: IntelligenceKind
  let form: IntelligenceForm
  let partnerships: [Settings.Partnership]
  var possible = IntelligenceForm.Possible()
  let settings: Settings
  let today: Day
  let tokens: [FormToken]
  var errors: Errors = []

  private var about: [FormView.Part] {
    let districts = settings.county.authorities.filter { place in partnerships.contains { $0.id == place.partnership } }
    return [
      .field(
        partnerships.count == 1
          ? .hidden("partnership", form.partnership)
          : .select("partnership", "Partnership", form.partnership, [.init("", "Choose the partnership")] + partnerships.map { .init(String($0.id), $0.name) })),
      .field(.radios("theme", "What is it about?", form.theme, IntelligenceTheme.allCases.map { .init($0.rawValue, $0.name) })),
      .field(.text(
        "grid", "Grid reference", form.grid, hint: "Like SO 8504 5485, or easting and northing in metres", width: .twenty, autocomplete: "off", isOptional: true)),
      .field(.select(
        "district", "District", form.district, [.init("", "As the grid reference says")] + districts.map { .init(String($0.id), $0.name) }, isOptional: true)),
      .field(.date("on", "When did it happen?", form.on, isOptional: true)),
      .field(.textarea(
        "text", "What do you know?", form.text,
        hint: "Say what happens, where and when. Leave out the names, ages and schools of children and young people, and who told you", rows: 8, limit: IntelligenceForm.most)),
    ]
  }

  private var current: [FormView.Part] {
    [
      .field(.radios("source", "Source", form.source, SourceGrade.allCases.map { .init(String($0.rawValue), "\($0.rawValue): \($0.words)") })),
      .field(.radios("information", "Information", form.information, InformationGrade.allCases.map { .init($0.rawValue, "\($0.rawValue): \($0.words)") })),
      .field(.radios(
        "handling", "Handling", form.handling,
        [
          .init(Handling.permitted.rawValue, "P: \(Handling.permitted.words)"),
          .init(Handling.conditions.rawValue, "C: \(Handling.conditions.words)", reveals: [
            .select("action", "Action", form.action, [.init("", "Choose what may be done")] + ActionCode.allCases.map { .init($0.rawValue, "\($0.rawValue): \($0.words)") }),
            .select("sanitisation", "Sanitisation", form.sanitisation, [.init("", "Choose who may sanitise it")] + SanitisationCode.allCases.map { .init($0.rawValue, "\($0.rawValue): \($0.words)") }),
            .textarea("conditions", "Conditions", form.conditions, hint: "Each reader acknowledges them before the text is opened", rows: 3, limit: Handling.mostCharacters),
          ]),
        ])),
    ]
  }

  private var before: [FormView.Part] {
    [
      .field(.radios("source", "Source", form.source, LegacySource.allCases.map { .init($0.rawValue, "\($0.rawValue): \($0.words)") })),
      .field(.radios("information", "Information", form.information, LegacyInformation.allCases.map { .init(String($0.rawValue), "\($0.rawValue): \($0.words)") })),
      .field(.radios("legacy-handling", "Handling", form.legacyHandling, LegacyHandling.allCases.map { .init(String($0.rawValue), "\($0.rawValue): \($0.words)") })),
      .field(.text("authority", "Authority to share it", form.authority, hint: "Its reference. Needed with handling 2", width: .twenty, autocomplete: "off", isOptional: true)),
      .field(.text("consent", "Originator’s agreement", form.consent, hint: "When and how they agreed that partners may read it. Without it, 1, 3 and 5 are for police readers only", autocomplete: "off", isOptional: true)),
      .field(.textarea("legacy-conditions", "Conditions", form.legacyConditions, hint: "Needed with handling 3. Each reader acknowledges them before the text is opened", rows: 3, limit: Handling.mostCharacters, isOptional: true)),
    ]
  }

  private var audience: [FormView.Part] {
    let people = Dictionary(grouping: possible.readers.flatMap { csp, all in all.map { (csp, $0) } }, by: { $0.1.id })
    let names = people.values.compactMap { both -> (name: String, choice: Field.Choice)? in
      guard let one = both.first?.1 else { return nil }
      let places = partnerships.filter { csp in both.contains { $0.0 == csp.id } }.map(\.name)
      return (one.name, Field.Choice(one.id.uuidString.lowercased(), one.name, hint: partnerships.count > 1 ? places.joined(separator: ", ") : nil))
    }
    var groups: [IntelligenceGroup] = []
    for one in partnerships.flatMap({ IntelligenceGroup.possible(in: $0.id, settings, on: today) }) where !groups.contains(one) { groups.append(one) }
    return [
      .field(.checkboxes(
        "reader", "Who may open it?", form.readers.map { $0.lowercased() }, names.sorted { $0.name < $1.name }.map(\.choice), hint: "Nobody else can, and each opening is logged. You may open it too")),
      .field(.checkboxes(
        "group", "Together with", form.groups, groups.map { .init($0.text, $0.name(settings)) }, hint: "Whoever belongs to them on the day. Name people rather than groups where you can", isOptional: true)),
    ]
  }

  private var police: [FormView.Part] {
    [.field(.hidden("scheme", form.scheme.rawValue)), .heading("Grading by \(form.scheme.name)")] + (form.scheme == .fiveFiveFive ? before : current) + [
      .heading("Marking and care"),
      .field(.select(
        "marking", "How is it marked?", form.marking, [.init("", "Choose the marking")] + Marking.allCases.map { .init($0.rawValue, $0.name) },
        hint: "Only OFFICIAL and OFFICIAL-SENSITIVE can be held here")),
      .field(.text("instruction", "Handling instruction", form.instruction, hint: "Needed with OFFICIAL-SENSITIVE", autocomplete: "off", isOptional: true)),
      .field(.text("sanitised-by", "Sanitised by", form.sanitisedBy, hint: "A post or a colleague. The original stays with the originator", width: .thirty, autocomplete: "off")),
      .field(.date("sanitised", "Sanitised on", form.sanitisedOn)), .field(.date("review", "Review by", form.reviewBy)),
      .field(.text("originator", "Originator’s reference", form.originatorReference, hint: "A number of your own system. Never who the source is", width: .twenty, autocomplete: "off", isOptional: true)),
    ] + audience
  }

  var viewData: ViewData {
    let police = kind == .police
    let hidden: [FormView.Part] = police ? [] : [.field(.hidden("stop", StopAnswer.none.rawValue)), .field(.hidden("replaces", form.replaces))]
    let lead = !police
      ? "It is sealed, and only those who screen information for the partnership can open it. You cannot read it again after you have sent it."
      : form.scheme == .fiveFiveFive
        ? "Graded before 2016. It is kept as it was graded, and never turned into 3x5x2." : "Record what was sanitised for partners: nothing that identifies a source or a child."
    return FormView(
      action: police ? Path.intelligence + "/police" : Path.submissions + "/form", tokens: tokens, parts: hidden + about + (police ? self.police : []),
      buttons: [.init(police ? "Record the item" : "Send"), .init("Cancel", .link(address: police ? Path.intelligence : Path.submissions))], errors: errors
    ).viewData.merging([
      "title": police ? form.scheme == .fiveFiveFive ? "Record a police item graded 5x5x5" : "Record a police item" : "Tell us what you know", "lead": lead,
      "breadcrumbs": police ? Breadcrumbs(Breadcrumb("Intelligence", Path.intelligence), Breadcrumb("New police item")) : Breadcrumbs(Breadcrumb("My submissions", Path.submissions), Breadcrumb("New")),
    ])
  }

  static var samples: [IntelligenceFormPage] { [] }
}
