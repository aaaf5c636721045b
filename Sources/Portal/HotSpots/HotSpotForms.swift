import Domain
import Foundation
import Web

/// A proposal, as typed.
struct ProposalForm: Sendable {
  var name = ""
  var district = ""
  var theme = ""
  var reasons: [String] = []
  var reason = ""
  var how = ""
  var easting = ""
  var northing = ""
  var radius = ""
  var postcode = ""
  var postcodeRadius = ""
  var corners = ""
  var geoJSON = ""
  /// The suggestion that the proposal began with.
  var suggestion: UUID?

  /// What a suggestion says of the place; the name is left to a person.
  init(_ from: Suggestion, districts: [Settings.Authority]) {
    self.init(districts: districts)
    suggestion = from.id
    if let place = districts.first(where: { $0.id == from.authority }) { district = place.slug }
    reasons = [HotSpotReason.intelCluster.rawValue]
    how = "circle"
    easting = String(from.easting)
    northing = String(from.northing)
    radius = String(from.radius)
    // Whoever reads the hot spot reads this: how many items there are, and when, is told to those who may see them.
    reason = "Items of information from more than one agency lie near one another here."
  }

  init(districts: [Settings.Authority]) { district = districts.count == 1 ? districts[0].slug : "" }

  init(_ fields: FormFields) {
    name = fields.trimmed("name")
    district = fields["district"] ?? ""
    theme = fields["theme"] ?? ""
    reasons = fields.all("reasons")
    reason = fields.trimmed("reason")
    how = fields["how"] ?? ""
    easting = fields.trimmed("easting")
    northing = fields.trimmed("northing")
    radius = fields.trimmed("radius")
    postcode = fields.trimmed("postcode")
    postcodeRadius = fields.trimmed("postcode-radius")
    corners = fields["corners"] ?? ""
    geoJSON = fields["geojson"] ?? ""
    suggestion = fields["suggestion"].flatMap { UUID(uuidString: $0) }
  }

  private func metres(_ text: String, _ field: String, _ errors: inout Errors) -> Int? {
    if let number = Int(text.filter { $0 != "," }), (25...2_500).contains(number) { return number }
    errors.add(field, text.isEmpty ? "Enter a radius in metres" : "Enter a radius between 25 and 2,500 metres")
    return nil
  }

  /// - Parameter find: where a postcode is.
  func validated(
    allowed: [Settings.Authority], today: Day, find: (String) async throws -> (easting: Int, northing: Int)?,
    fault: (DescribedArea, Settings.Authority) async throws -> String?
  ) async throws -> Validated<NewHotSpot> {
    var errors = Errors()
    if name.count < 3 { errors.add("name", "Enter a name, such as “Foregate Street and station”") } else if name.count > 120 { errors.add("name", "Enter a name of 120 characters or fewer") }
    errors.screen(name, "name", allowing: [.school], today: today)
    let place = allowed.first { $0.slug == district }
    if place == nil { errors.add("district", "Choose the district that the middle of the area is in") }
    let kind = HotSpotTheme(rawValue: theme)
    if kind == nil { errors.add("theme", "Choose what kind of place it is") }
    let codes = HotSpotReason.allCases.filter { reasons.contains($0.rawValue) }
    if codes.isEmpty { errors.add("reasons", "Choose at least one reason") }
    errors.text(reason, "reason", "why tasking should look at this place", today: today)
    var area: DescribedArea?
    var field = "how"
    switch how {
    case "circle":
      field = "easting"
      let e = Int(easting.filter { $0 != "," }), n = Int(northing.filter { $0 != "," })
      if e.map({ !(1_000...700_000).contains($0) }) ?? true { errors.add("easting", "Enter an easting of the National Grid in metres, such as 385000") }
      if n.map({ !(1_000...1_300_000).contains($0) }) ?? true { errors.add("northing", "Enter a northing of the National Grid in metres, such as 254900") }
      if let r = metres(radius, "radius", &errors), let e, let n { area = .circle(easting: e, northing: n, radius: r) }
    case "postcode":
      field = "postcode"
      let around = metres(postcodeRadius, "postcode-radius", &errors)
      if postcode.isEmpty {
        errors.add("postcode", "Enter a postcode")
      } else if let found = try await find(postcode) {
        if let around { area = .circle(easting: found.easting, northing: found.northing, radius: around) }
      } else {
        errors.add("postcode", "We do not know where “\(postcode.prefix(12))” is. Check it, or describe the area in another way")
      }
    case "coordinates":
      field = "corners"
      do throws(AreaText.Unreadable) { area = try AreaText.coordinates(corners) } catch { errors.add("corners", error.sentence) }
    case "geojson":
      field = "geojson"
      do throws(AreaText.Unreadable) { area = try AreaText.geoJSON(geoJSON) } catch { errors.add("geojson", error.sentence) }
    default: errors.add("how", "Choose how you describe the area")
    }
    guard errors.isEmpty, let place, let kind, let area else { return .invalid(errors) }
    if let wrong = try await fault(area, place) {
      errors.add(field, wrong)
      return .invalid(errors)
    }
    guard let partnership = place.partnership else {
      errors.add("district", "\(place.name) belongs to no community safety partnership")
      return .invalid(errors)
    }
    return .valid(NewHotSpot(
      authority: place.id, partnership: partnership, name: name, theme: kind, reasons: codes, reason: reason, area: area, drawnFrom: how))
  }
}

struct ProposalPage: Page {
  static let template = "hotspots/proposal"
  let form: ProposalForm
  let districts: [Settings.Authority]
  let files: MapFiles
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    let ways: [Field.Choice] = [
      .init("postcode", "A postcode and a radius", reveals: [
        .text("postcode", "Postcode", form.postcode, width: .ten, autocomplete: "off"),
        .text("postcode-radius", "Radius in metres", form.postcodeRadius, hint: "Such as 200", width: .five, inputMode: "numeric"),
      ]),
      .init("circle", "A middle and a radius", reveals: [
        .text("easting", "Easting", form.easting, hint: "Metres of the National Grid, such as 385000", width: .ten, inputMode: "numeric"),
        .text("northing", "Northing", form.northing, hint: "Such as 254900", width: .ten, inputMode: "numeric"),
        .text("radius", "Radius in metres", form.radius, hint: "Such as 200", width: .five, inputMode: "numeric"),
      ]),
      .init("coordinates", "Corners of the area", reveals: [
        .textarea("corners", "Corners", form.corners, hint: "One a line, going round: easting, then northing, in metres. Such as 385000 254900", rows: 6),
      ]),
      .init("geojson", "An area drawn on a map, or GeoJSON", reveals: [
        .textarea("geojson", "GeoJSON", form.geoJSON, hint: "What is drawn is written here. Or paste a Polygon or MultiPolygon, with longitude and latitude or metres of the National Grid", rows: 6),
      ]),
    ]
    return FormView(
      action: Path.hotSpots + "/new", tokens: tokens,
      parts: (form.suggestion.map { [.field(.hidden("suggestion", $0.uuidString.lowercased()))] } ?? []) + [
        .field(.text("name", "Name of the place", form.name, hint: "A place and nothing else, such as “Foregate Street and station”. Never a person, and no business by name", autocomplete: "off")),
        .field(.select("district", "District", form.district, [.init("", "Choose the district")] + districts.map { .init($0.slug, $0.name) })),
        .field(.radios("theme", "What kind of place is it?", form.theme, HotSpotTheme.allCases.map { .init($0.rawValue, $0.name) })),
        .field(.radios("how", "Where is it?", form.how, ways)),
        .field(.checkboxes("reasons", "Reasons", form.reasons, HotSpotReason.allCases.map { .init($0.rawValue, $0.name) })),
        .field(.textarea("reason", "Why should tasking look at it?", form.reason, hint: "Say what is known about the place. Do not name or describe a child, a victim, a suspect or a source.", rows: 5, limit: 2_000)),
      ], buttons: [.init("Propose"), .init("Cancel", .link(address: Path.hotSpots))], errors: errors
    ).viewData.merging([
      "title": "Propose a hot spot", "lead": "Tasking decides whether it is designated. Somebody other than you designates it, after the Missing Children, CSE and Trafficking Group has answered.",
      "breadcrumbs": Breadcrumbs(Breadcrumb("Hot spots", Path.hotSpots), Breadcrumb("Propose")), "dataAddress": Path.hotSpotMap + "/data?places=none",
    ]).merging(files.viewData)
  }

  static var samples: [ProposalPage] { [ProposalPage(form: ProposalForm(districts: []), districts: [], files: .sample, tokens: [])] }
}

/// A step, as typed.
struct StepForm: Sendable {
  var on: DateFields
  var review: DateFields
  var meeting = ""
  var reason = ""
  /// The version of the hot spot that was looked at.
  var seen = 0

  init(_ hotSpot: HotSpot, today: Day) {
    on = DateFields(today)
    review = DateFields(today + HotSpotRules.reviewDays)
    seen = hotSpot.version
  }

  init(_ fields: FormFields) {
    on = DateFields("on") { fields[$0] }
    review = DateFields("review") { fields[$0] }
    meeting = fields.trimmed("meeting")
    reason = fields.trimmed("reason")
    seen = Int(fields["seen"] ?? "") ?? 0
  }

  func validated(_ step: HotSpotStep, of hotSpot: HotSpot, today: Day) -> Validated<NewDecision> {
    var errors = Errors()
    let day = errors.day(on, "on", of: "The day of the decision")
    if let day, day > today { errors.add("on", "The day of the decision cannot be in the future") }
    if let day, let since = hotSpot.designatedOn ?? hotSpot.proposedOn, day < since { errors.add("on", "The decision cannot be before \(since.words), when the hot spot was \(hotSpot.designatedOn == nil ? "proposed" : "designated")") }
    var until: Day?
    if step.setsReview {
      until = errors.day(review, "review", of: "The day by which it is looked at again")
      if let day, let by = until {
        switch HotSpotRules.review(by: by, decidedOn: day) {
        case .tooEarly: errors.add("review", "The review must be after the day of the decision")
        case .tooLate: errors.add("review", "The review must be within \(HotSpotRules.mostReviewDays) days of the decision, by \((day + HotSpotRules.mostReviewDays).words)")
        case .fits: break
        }
      }
    }
    if meeting.count > 120 { errors.add("meeting", "Enter 120 characters or fewer") }
    errors.screen(meeting, "meeting", today: today)
    errors.text(reason, "reason", "the reasons, as they were decided", today: today)
    guard errors.isEmpty, let day else { return .invalid(errors) }
    return .valid(NewDecision(step, reason: reason, meeting: meeting, decidedOn: day, reviewBy: until))
  }
}

struct StepPage: Page {
  static let template = "site/form"
  let hotSpot: HotSpot
  let step: HotSpotStep
  let action: String
  let form: StepForm
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    var parts: [FormView.Part] = [
      .field(.hidden("seen", String(form.seen))),
      .field(.date("on", "Day of the decision", form.on, hint: "For example, 27 3 2026")),
      .field(.text("meeting", "Meeting", form.meeting, hint: "Such as “CSP South tasking”", autocomplete: "off", isOptional: true)),
    ]
    if step.setsReview {
      parts.append(.field(.date("review", "Looked at again by", form.review, hint: "Within \(HotSpotRules.mostReviewDays) days; \(HotSpotRules.reviewDays) unless there is a reason")))
    }
    let evidence = step == .deDesignate ? "What shows that it may end, such as the assessment of its plan; the plan is closed with it. " : "As they were decided. "
    parts.append(.field(.textarea("reason", "Reasons", form.reason, hint: evidence + "Do not name or describe a child, a victim, a suspect or a source.", rows: 5, limit: 2_000)))
    let ends = step == .deDesignate || step == .reject
    return FormView(
      action: action, tokens: tokens, parts: parts, buttons: [.init(step.action, ends ? .warning : .primary), .init("Cancel", .link(address: hotSpot.path))], errors: errors
    ).viewData.merging([
      "title": "\(step.action): \(hotSpot.name)",
      "lead": step == .designate ? "Proposed by \(hotSpot.proposer ?? "somebody"); you are the second person. The decision is recorded with both names." : "The decision is recorded with your name and cannot be changed.",
      "breadcrumbs": Breadcrumbs(Breadcrumb("Hot spots", Path.hotSpots), Breadcrumb(hotSpot.reference, hotSpot.path), Breadcrumb(step.action)),
    ])
  }

  static var samples: [StepPage] { [] }
}

/// That the group was asked, or what it answered, as typed.
struct ConsultationForm: Sendable {
  var on: DateFields
  var view = ""
  var comments = ""

  init(today: Day) { on = DateFields(today) }
  init(_ fields: FormFields) {
    on = DateFields("on") { fields[$0] }
    view = fields["view"] ?? ""
    comments = fields.trimmed("comments")
  }

  /// - Parameters:
  ///   - asked: when the group was asked; nil while it is being asked.
  ///   - proposed: the day on which what it is asked about was proposed.
  func validated(asked: Day?, proposed: Day?, today: Day) -> Validated<(day: Day, view: ConsultedView?)> {
    var errors = Errors()
    let day = errors.day(on, "on", of: asked == nil ? "The day on which the group was asked" : "The day of the answer")
    if let day, day > today { errors.add("on", "The day cannot be in the future") }
    if let day, asked == nil, let proposed, day < proposed { errors.add("on", "The hot spot was proposed on \(proposed.words): the group cannot have been asked about it before") }
    if let day, let asked, day < asked { errors.add("on", "The group was asked on \(asked.words): its answer cannot be before") }
    let says = ConsultedView(rawValue: view)
    if asked != nil {
      if says == nil { errors.add("view", "Choose what the group says") }
      if says != .supports, says != nil, comments.isEmpty { errors.add("comments", "Enter what the group says") }
      errors.text(comments, "comments", "the comments", least: 0, today: today)
    }
    guard errors.isEmpty, let day else { return .invalid(errors) }
    return .valid((day, says))
  }
}

struct ConsultationPage: Page {
  static let template = "site/form"
  let hotSpot: HotSpot
  let form: ConsultationForm
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    let answers = hotSpot.askedOn != nil
    var parts: [FormView.Part] = [.field(.date("on", answers ? "When did the group answer?" : "When was the group asked?", form.on))]
    if answers {
      parts += [
        .field(.radios("view", "What does the group say?", form.view, ConsultedView.allCases.map { .init($0.rawValue, $0.name) })),
        .field(.textarea(
          "comments", "Comments", form.comments, hint: "Needed unless it supports the proposal. About the place only. Do not name or describe a child.", rows: 4, limit: 2_000)),
      ]
    }
    return FormView(
      action: hotSpot.path + "/consultation", tokens: tokens, parts: parts, buttons: [.init("Record"), .init("Cancel", .link(address: hotSpot.path))], errors: errors
    ).viewData.merging([
      "title": answers ? "Record the group’s answer" : "Record that the group was asked",
      "lead": "The Missing Children, CSE and Trafficking Group, about \(hotSpot.name)\(hotSpot.askedOn.map { ", asked on \($0.words)" } ?? "").",
      "breadcrumbs": Breadcrumbs(Breadcrumb("Hot spots", Path.hotSpots), Breadcrumb(hotSpot.reference, hotSpot.path), Breadcrumb("Consultation")),
    ])
  }

  static var samples: [ConsultationPage] { [] }
}
