import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// A session as typed.
struct SessionForm: Sendable {
  var authority = ""
  var course = ""
  var on = DateFields()
  var time = "18:00"
  var place = ""
  var provider = ""
  var places = "30"
  /// Made with the form: sent twice, it takes effect once.
  var key: UUID?

  init() { key = UUID() }
  init(_ fields: FormFields) {
    authority = fields["authority"] ?? ""
    course = fields["course"] ?? ""
    on = DateFields("on") { fields[$0] }
    time = fields.trimmed("time")
    place = fields.trimmed("place")
    provider = fields.trimmed("provider")
    places = fields.trimmed("places")
    key = UUID(uuidString: fields["key"] ?? "")
  }

  func validated(_ courses: [Course], _ settings: Settings, officer: Officer) -> Validated<(Int, Course, Day, Int)> {
    var errors = Errors()
    let district = settings.authority(slug: authority)
    if let district { if !officer.may(.recordMemberTraining, in: district.id) { errors.add("authority", "You cannot arrange sessions for \(district.name)") } } else { errors.add("authority", "Choose the district") }
    let chosen = courses.first { $0.code == course }
    if chosen == nil { errors.add("course", "Choose the course") }
    let day = OfficerVisit.day(on, "on", of: "The day of the session", &errors)
    if time.count > 20 { errors.add("time", "Enter a time like 18:00") }
    if place.count > 200 { errors.add("place", "Enter a place of 200 characters or fewer") }
    if provider.count > 120 { errors.add("provider", "Enter a provider of 120 characters or fewer") }
    let count = Int(places) ?? 0
    if !(1...500).contains(count) { errors.add("places", "Enter the number of places, from 1 to 500") }
    guard errors.isEmpty, let district, let chosen, let day else { return .invalid(errors) }
    return .valid((district.id, chosen, day, count))
  }

  func page(_ courses: [Course], places districts: [Settings.Authority], tokens: [FormToken], errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "Arrange a session", lead: "Members book it on their own page. A past day is for a session whose sheet is still to be entered.",
      crumbs: [Breadcrumb("Members’ training", Path.training), Breadcrumb("Sessions", Path.sessions), Breadcrumb("Arrange")],
      form: FormView(
        action: Path.sessions + "/new", tokens: tokens,
        parts: [
          .field(.hidden("key", key?.uuidString ?? "")),
          .field(.select("authority", "District", authority, [.init("", "Choose the district")] + districts.map { .init($0.slug, $0.name) })),
          .field(.select("course", "Course", course, [.init("", "Choose the course")] + courses.map { .init($0.code, $0.title) })),
          .field(.date("on", "Day", on)),
          .row([.text("time", "Time", time, width: .five, isOptional: true), .text("places", "Places", places, width: .three, inputMode: "numeric")]),
          .field(.text("place", "Where", place, hint: "A room, or how to join", width: .thirty, isOptional: true)),
          .field(.text("provider", "Provider", provider, width: .thirty, isOptional: true)),
        ], buttons: [.init("Arrange it"), .init("Cancel", .link(address: Path.sessions))], errors: errors))
  }
}

/// Sessions, who has a place, and who came.
enum SessionRoutes {
  static func add(to routes: Routes) {
    routes.may(.readCommittees, .get, "training/sessions", list)
    routes.may(.recordMemberTraining, .get, "training/sessions/new") { visit in
      try visit.page(SessionForm().page(try await MemberRoutes.courses(visit), places: visit.places(.recordMemberTraining), tokens: visit.formTokens))
    }
    routes.may(.recordMemberTraining, .post, "training/sessions/new", create)
    routes.may(.readCommittees, .get, "training/sessions/{id}") { visit in try visit.page(SheetPage(try await sheet(visit))) }
    routes.may(.recordMemberTraining, .post, "training/sessions/{id}/bookings", book)
    routes.may(.recordMemberTraining, .post, "training/sessions/{id}/attendance", attend)
    routes.may(.recordMemberTraining, .post, "training/sessions/{id}/cancellation") { visit in
      _ = try await visit.form()
      let session = try await visit.session()
      try await TrainingStore(visit.environment).cancel(session, by: visit.officer)
      return visit.redirect(to: Path.sessions, saying: "The session of \(session.title) on \(session.heldOn.words) is cancelled.")
    }
  }

  private static func list(_ visit: OfficerVisit) async throws -> Response {
    let settings = visit.environment.settings
    let sessions = try await visit.environment.database.read(as: visit.officer, TrainingStore.sessions(from: visit.today - 60))
    let table = Table<TrainingSession>(rowHeader: "course", [
      .date("on", "Day") { $0.heldOn.short }, Column("course", "Course") { .titled(address: Path.session($0.id), text: $0.title, note: [$0.startsAt, $0.place].filter { !$0.isEmpty }.joined(separator: ", ")) },
      .text("district", "District") { settings.authority($0.authority)?.name },
      .text("booked", "Places") { "\($0.booked) of \($0.places) taken" },
      .text("came", "Came") { $0.attended > 0 ? "\($0.attended) came" : $0.heldOn <= visit.today ? "Sheet to be entered" : nil },
    ])
    var sheet = Sheet(title: "Sessions")
    sheet.crumbs = [Breadcrumb("Members’ training", Path.training), Breadcrumb("Sessions")]
    if visit.officer.may(.recordMemberTraining) { sheet.actions = [.init("Arrange a session", Path.sessions + "/new", isPrimary: true)] }
    sheet.sections = [
      .init("To come", table.html(sessions.filter { $0.heldOn >= visit.today }, caption: "Sessions to come", empty: .init("No session is arranged"))),
      .init("The last 60 days", table.html(sessions.filter { $0.heldOn < visit.today }.reversed(), caption: "Sessions of the last 60 days", empty: .init("None"))),
    ]
    return try visit.page(SheetPage(sheet))
  }

  private static func create(_ visit: OfficerVisit) async throws -> Response {
    let form = SessionForm(try await visit.form())
    let courses = try await MemberRoutes.courses(visit)
    switch form.validated(courses, visit.environment.settings, officer: visit.officer) {
    case .invalid(let errors):
      return try visit.page(form.page(courses, places: visit.places(.recordMemberTraining), tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let (authority, course, day, places)):
      let id = try await TrainingStore(visit.environment).addSession(
        course: course, authority: authority, on: day, at: form.time, place: form.place, provider: form.provider, places: places, key: form.key, by: visit.officer)
      guard let id else { return visit.redirect(to: Path.sessions, saying: "That session was arranged already.") }
      return visit.redirect(to: Path.session(id), saying: "\(course.title) is arranged for \(day.longWords).")
    }
  }

  private static func sheet(_ visit: OfficerVisit, errors: Errors = [], came: Set<String> = [], signed: Set<String> = []) async throws -> Sheet {
    let session = try await visit.session(may: .readCommittees)
    let bookings = try await visit.environment.database.read(as: visit.officer, TrainingStore.bookings(session.id))
    let members = try await CommitteeStore(visit.environment).members(in: session.authority, on: session.heldOn, for: visit.officer)
    let may = visit.officer.may(.recordMemberTraining, in: session.authority)
    var sheet = Sheet(title: session.title)
    sheet.crumbs = [Breadcrumb("Members’ training", Path.training), Breadcrumb("Sessions", Path.sessions), Breadcrumb(session.heldOn.short)]
    sheet.line = Sheet.line(session.isCancelled ? StatusTag("Cancelled", .red) : nil, session.heldOn.longWords, session.startsAt, session.place, session.provider, "\(session.booked) of \(session.places) places taken")
    let table = Table<Booking>(rowHeader: "member", [
      Column("member", "Member") { .titled(address: Path.member($0.member), text: $0.name, note: $0.ward) },
      .tag("came", "Came") { $0.attended.map { $0 ? StatusTag("Came", .green) : StatusTag("Did not come", .orange) } ?? StatusTag("Booked", .blue) },
    ])
    sheet.sections = [.init("Places", table.html(bookings, caption: "Places taken", empty: .init("Nobody has a place yet")))]
    guard may, !session.isCancelled else { return sheet }
    let free = members.filter { member in !bookings.contains { $0.member == member.id } }
    if session.heldOn >= visit.today {
      let form = FormView(
        action: Path.session(session.id, "bookings"), tokens: visit.formTokens,
        parts: [.field(.select("member", "Give a place to", "", [.init("", "Choose the member")] + free.map { .init($0.id.uuidString.lowercased(), $0.ward.isEmpty ? $0.name : "\($0.name) (\($0.ward))") }))],
        buttons: [.init("Give the place", .secondary)])
      sheet.sections.append(.init("Give somebody a place", form.html))
    }
    if session.heldOn <= visit.today {
      let everybody = bookings.map { ($0.member.uuidString.lowercased(), $0.name) } + free.map { ($0.id.uuidString.lowercased(), $0.name) }
      let form = FormView(
        action: Path.session(session.id, "attendance"), tokens: visit.formTokens, isMultipart: true,
        parts: [
          .field(.checkboxes("came", "Who came?", Array(came.isEmpty ? Set(bookings.filter { $0.attended != false }.map { $0.member.uuidString.lowercased() }) : came), everybody.map { .init($0.0, $0.1) })),
          .field(.radios("signed", "Did everybody who came sign the sheet?", signed.first ?? "", [.init("yes", "Yes, all of them"), .init("no", "No: they sign on their own pages")], inline: true)),
          .field(.file("sheet", "The signed sheet", accept: ".pdf,.png,.jpg,.jpeg", hint: "A PDF, PNG or JPEG of 5 MB or less. Leave it out if the paper is kept elsewhere.")),
        ], buttons: [.init("Record who came")], errors: errors)
      sheet.errorSummary = form.errorSummary
      sheet.sections.append(.init("Attendance", id: "attendance", words: "Each attendance is recorded as the completion of the course on \(session.heldOn.words).", form.html))
    }
    if session.heldOn >= visit.today {
      sheet.sections.append(.init("Cancel it", FormView(action: Path.session(session.id, "cancellation"), tokens: visit.formTokens, parts: [], buttons: [.init("Cancel this session", .warning)]).html))
    }
    return sheet
  }

  private static func book(_ visit: OfficerVisit) async throws -> Response {
    let session = try await visit.session()
    let fields = try await visit.form()
    guard let id = UUID(uuidString: fields["member"] ?? ""), let member = try await CommitteeStore(visit.environment).member(id, for: visit.officer), member.authority == session.authority else {
      throw Problem(.unprocessableContent, "No place was given", "Choose the member first.", wayOn: ("Back to the session", Path.session(session.id)))
    }
    do { try await TrainingStore(visit.environment).book(member, on: session, by: visit.officer) } catch CommitteeConflict.gone {
      return visit.redirect(to: Path.session(session.id), saying: "There is no place left, or the session is cancelled.")
    } catch CommitteeConflict.alreadyThere { return visit.redirect(to: Path.session(session.id), saying: "\(member.name) has a place already.") }
    return visit.redirect(to: Path.session(session.id), saying: "\(member.name) has a place.")
  }

  private static func attend(_ visit: OfficerVisit) async throws -> Response {
    let session = try await visit.session()
    let (fields, file) = try await visit.formWithFile()
    let known = Set(try await CommitteeStore(visit.environment).members(in: session.authority, on: session.heldOn, for: visit.officer).map(\.id))
    let came = fields.all("came").compactMap { UUID(uuidString: $0) }.filter(known.contains)
    let signed = fields["signed"] ?? ""
    var errors = Errors()
    if came.isEmpty { errors.add("came", "Choose who came") }
    if !["yes", "no"].contains(signed) { errors.add("signed", "Say whether everybody signed the sheet") }
    if let file, file.kind == nil { errors.add("sheet", "Choose a PDF, PNG or JPEG file") }
    if session.heldOn > visit.today { errors.add("came", "The session is still to come") }
    guard errors.isEmpty else {
      return try visit.page(SheetPage(try await sheet(visit, errors: errors, came: Set(fields.all("came")), signed: [signed])), status: .unprocessableContent)
    }
    let paper = file.flatMap { file in file.kind.map { (bytes: file.bytes, name: file.name, type: $0) } }
    let made = try await TrainingStore(visit.environment).attend(session, came: came, signed: signed == "yes" ? Set(came) : [], sheet: paper, by: visit.officer)
    return visit.redirect(to: Path.session(session.id), saying: "\(came.count) came; \(made) completions were recorded\(signed == "yes" ? ", signed" : "").")
  }
}
