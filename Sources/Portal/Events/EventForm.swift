import Domain
import Foundation
import Web

/// An event, as typed.
struct EventForm: Sendable {
  var kind = ""
  var district = ""
  var title = ""
  var on: DateFields
  var venue = ""
  var agendaItem = ""
  var evidence = EventEvidence.none.rawValue
  var version = ""
  var course = "Safeguarding awareness for drivers"
  var others = ""
  /// The version of the event that was looked at.
  var seen = 0

  init(today: Day, districts: [Settings.Authority]) {
    on = DateFields(today)
    district = districts.count == 1 ? districts[0].slug : ""
  }

  init(_ event: Event, settings: Settings) {
    kind = event.kind.rawValue
    district = settings.authority(event.authority)?.slug ?? ""
    title = event.title
    on = DateFields(event.heldOn)
    venue = event.venue
    agendaItem = event.agendaItem
    evidence = event.evidence.rawValue
    version = event.versionID?.uuidString ?? ""
    course = event.course ?? course
    others = event.others > 0 ? String(event.others) : ""
    seen = event.version
  }

  init(_ fields: FormFields) {
    kind = fields["kind"] ?? ""
    district = fields["district"] ?? ""
    title = fields.trimmed("title")
    on = DateFields("on") { fields[$0] }
    venue = fields.trimmed("venue")
    agendaItem = fields.trimmed("item")
    evidence = fields["evidence"] ?? ""
    version = fields["version"] ?? ""
    course = fields.trimmed("course")
    others = fields.trimmed("others")
    seen = Int(fields["seen"] ?? "") ?? 0
  }

  /// - Parameter event: the one that is changed; with people recorded, its date, district and evidence stay.
  func validated(_ versions: [EventVersion], allowed: [Settings.Authority], event: Event? = nil, today: Day) -> Validated<NewEvent> {
    var errors = Errors()
    let what = EventKind(rawValue: kind)
    if what == nil { errors.add("kind", "Choose what it was") }
    let place = allowed.first { $0.slug == district }
    if place == nil { errors.add("district", "Choose the district that it was for") }
    if title.count < 3 { errors.add("title", "Enter a title, such as “Redditch taxi forum”") } else if title.count > 120 { errors.add("title", "Enter a title of 120 characters or fewer") }
    let day = errors.day(on, "on", of: "The day of the event")
    if let day, day > today + 366 { errors.add("on", "The day of the event must be within the next year") }
    if venue.count > 200 { errors.add("venue", "Enter a venue of 200 characters or fewer") }
    errors.text(agendaItem, "item", "the item", least: 0, most: 200, today: today)
    let makes = EventEvidence(rawValue: evidence)
    if makes == nil { errors.add("evidence", "Choose what attendance is evidence of") }
    let given = versions.first { $0.id.uuidString.lowercased() == version.lowercased() }
    if makes == .issuance {
      if given == nil { errors.add("version", "Choose the guidance that was given") }
      if let given, let day, !given.isInEffect(on: day) { errors.add("version", "\(given.name) was not in effect on \(day.words)") }
    }
    if makes == .training, course.isEmpty { errors.add("course", "Enter the name of the course") }
    if course.count > 120 { errors.add("course", "Enter a name of 120 characters or fewer") }
    let present = others.isEmpty ? 0 : Int(others)
    if present.map({ !(0...9_999).contains($0) }) ?? true { errors.add("others", "Enter how many others there were, as a number") }
    if let event, event.attended > 0 {
      let same = place?.id == event.authority && day == event.heldOn && makes == event.evidence && (makes != .issuance || given?.id == event.versionID)
        && (makes != .training || course == event.course)
      if !same {
        errors.add("evidence", "\(event.attended) people are recorded as present, so the day, the district and what attendance is evidence of stay as they are")
      }
    }
    guard errors.isEmpty, let what, let place, let day, let makes, let present else { return .invalid(errors) }
    return .valid(NewEvent(
      authority: place.id, kind: what, title: title, heldOn: day, venue: venue, agendaItem: agendaItem, evidence: makes,
      versionID: makes == .issuance ? given?.id : nil, course: makes == .training ? course : nil, others: present))
  }
}

struct EventFormPage: Page {
  static let template = "site/form"
  let event: Event?
  let form: EventForm
  let versions: [EventVersion]
  let districts: [Settings.Authority]
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    FormView(
      action: event.map { $0.path + "/edit" } ?? Path.events + "/new", tokens: tokens,
      parts: [
        .field(.hidden("seen", String(form.seen))),
        .field(.radios("kind", "What is it?", form.kind, EventKind.allCases.map { .init($0.rawValue, $0.name) })),
        .field(.select("district", "District", form.district, [.init("", "Choose the district")] + districts.map { .init($0.slug, $0.name) })),
        .field(.text("title", "Title", form.title, hint: "Such as “Redditch taxi forum, November”", autocomplete: "off")),
        .field(.date("on", "On which day?", form.on)),
        .field(.text("venue", "Venue", form.venue, autocomplete: "off", isOptional: true)),
        .field(.text("item", "Agenda item on exploitation", form.agendaItem, hint: "As the agenda words it. Leave it empty if there was none: the event then does not count towards the strategy", autocomplete: "off", isOptional: true)),
        .field(.radios(
          "evidence", "What is attendance evidence of?", form.evidence,
          [
            .init(EventEvidence.none.rawValue, EventEvidence.none.name),
            .init(EventEvidence.issuance.rawValue, EventEvidence.issuance.name, hint: "An issue is recorded for each who is recorded as present", reveals: [
              .select("version", "Which guidance?", form.version, [.init("", "Choose the guidance")] + versions.map { .init($0.id.uuidString, $0.name) }),
            ]),
            .init(EventEvidence.training.rawValue, EventEvidence.training.name, hint: "A completion is recorded for each who is recorded as present", reveals: [
              .text("course", "Name of the course", form.course, autocomplete: "off"),
            ]),
          ])),
        .field(.text("others", "Others present, without a licence", form.others, hint: "Staff, police, partners. A number, never names", width: .four, inputMode: "numeric", isOptional: true)),
      ],
      buttons: [.init(event == nil ? "Record the event" : "Save"), .init("Cancel", .link(address: event?.path ?? Path.events))], errors: errors
    ).viewData.merging([
      "title": event == nil ? "Record an event" : "Change the event", "lead": nil,
      "breadcrumbs": Breadcrumbs([Breadcrumb("Events", Path.events)] + (event.map { [Breadcrumb($0.title, $0.path)] } ?? []) + [Breadcrumb(event == nil ? "New" : "Change")]),
    ])
  }

  static var samples: [EventFormPage] { [] }
}

/// Contacts with drivers licensed elsewhere, as typed.
struct ContactForm: Sendable {
  var district = ""
  var on: DateFields
  var licensedBy = ""
  var badges = ""
  var count = ""
  var place = ""

  init(today: Day, districts: [Settings.Authority]) {
    on = DateFields(today)
    district = districts.count == 1 ? districts[0].slug : ""
  }

  init(_ fields: FormFields) {
    district = fields["district"] ?? ""
    on = DateFields("on") { fields[$0] }
    licensedBy = fields.trimmed("licensed-by")
    badges = fields["badges"] ?? ""
    count = fields.trimmed("count")
    place = fields.trimmed("place")
  }

  func validated(allowed: [Settings.Authority], settings: Settings, today: Day) -> Validated<NewContacts> {
    var errors = Errors()
    let where_ = allowed.first { $0.slug == district }
    if where_ == nil { errors.add("district", "Choose the district in which they were met") }
    let day = errors.day(on, "on", of: "The day they were met")
    if let day, day > today { errors.add("on", "The day they were met cannot be in the future") }
    if !(2...80).contains(licensedBy.count) { errors.add("licensed-by", "Enter the authority that licensed them, such as Wolverhampton") }
    if settings.county.authorities.contains(where: { $0.name.lowercased() == licensedBy.lowercased() }) {
      errors.add("licensed-by", "\(licensedBy) is one of the county's own districts: record its drivers as present at an event, or give them guidance")
    }
    let numbers = PastedReferences.read(badges)
    if let long = numbers.first(where: { $0.count > 20 || !$0.contains(where: \.isNumber) }) {
      errors.add("badges", "“\(long.prefix(40))” is no badge number. Enter numbers only, never names")
    }
    let many = count.isEmpty ? max(numbers.count, 1) : Int(count)
    if let many, !(1...500).contains(many) { errors.add("count", "Enter a number from 1 to 500") } else if many == nil { errors.add("count", "Enter how many they were, as a number") }
    if let many, many < numbers.count { errors.add("count", "There are \(numbers.count) badge numbers, so they were at least as many") }
    errors.text(place, "place", "the place", least: 0, most: 120, today: today)
    guard errors.isEmpty, let where_, let day, let many else { return .invalid(errors) }
    return .valid(NewContacts(authority: where_.id, metOn: day, licensedBy: licensedBy, badges: numbers, count: many, place: place))
  }
}
