import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Postgres
import Web

/// Members: their page, their details, their training as it is recorded, signed, rejected and decided on.
enum MemberRoutes {
  static func add(to routes: Routes) {
    routes.may(.manageCommittees, .get, "members/new") { visit in
      try visit.page(MemberForm(today: visit.today).page(nil, places: visit.places(.manageCommittees), tokens: visit.formTokens))
    }
    routes.may(.manageCommittees, .post, "members/new", create)
    MemberImportRoutes.add(to: routes)
    AwayRoutes.add(to: routes)
    routes.may(.readCommittees, .get, "members/{id}", show)
    routes.may(.manageCommittees, .get, "members/{id}/edit") { visit in
      let member = try await visit.member(may: .manageCommittees)
      return try visit.page(MemberForm(member).page(member, places: [], tokens: visit.formTokens))
    }
    routes.may(.manageCommittees, .post, "members/{id}/edit", edit)
    routes.may(.recordMemberTraining, .get, "members/{id}/training/new") { visit in
      let member = try await visit.member(may: .recordMemberTraining)
      return try visit.page(CompletionForm(today: visit.today).page(member, try await courses(visit), tokens: visit.formTokens))
    }
    routes.may(.recordMemberTraining, .post, "members/{id}/training/new", train)
    routes.may(.readCommittees, .get, "members/{id}/training/{training}/file", file)
    routes.may(.recordMemberTraining, .get, "members/{id}/training/{training}/signature") { visit in
      let (member, record) = try await record(visit)
      return try visit.page(SignatureForm(name: "", today: visit.today).page(member, record, own: false, tokens: visit.formTokens))
    }
    routes.may(.recordMemberTraining, .post, "members/{id}/training/{training}/signature", sign)
    routes.may(.recordMemberTraining, .get, "members/{id}/training/{training}/rejection") { visit in
      let (member, record) = try await record(visit)
      return try visit.page(rejection(member, record, "", visit.formTokens))
    }
    routes.may(.recordMemberTraining, .post, "members/{id}/training/{training}/rejection", reject)
    routes.may(.manageCommittees, .get, "members/{id}/decision") { visit in
      let member = try await visit.member(may: .manageCommittees)
      return try visit.page(EquivalenceForm(today: visit.today).page(member, try await courses(visit), tokens: visit.formTokens))
    }
    routes.may(.manageCommittees, .post, "members/{id}/decision", decide)
  }

  static func courses(_ visit: OfficerVisit) async throws -> [Course] { try await visit.environment.database.read(as: visit.officer, Course.all) }
  private static func store(_ visit: OfficerVisit) -> TrainingStore { TrainingStore(visit.environment) }

  /// What a member owes today and where they stand with it.
  static func standing(_ member: Member, _ visit: OfficerVisit) async throws -> (lights: [StatusLight], appointments: [Appointment], records: [TrainingRecord]) {
    let today = visit.today
    let (appointments, records, courses) = try await visit.environment.database.read(
      as: visit.officer, CommitteeStore.appointments(ofMember: member.id), TrainingRecord.of(member.id), Course.all)
    let current = appointments.filter { $0.days.contains(today) }
    let checks = try await EmpanelStore(visit.environment).checks(Array(Set(current.map(\.committee))), around: today, for: visit.officer)
    var duties: [TrainingDuty] = []
    for duty in checks.values.flatMap(\.duties) where duty.days.contains(today) && !duties.contains(where: { $0.course == duty.course }) { duties.append(duty) }
    let order = Dictionary(courses.enumerated().map { ($1.code, $0) }, uniquingKeysWith: { first, _ in first })
    duties.sort { (order[$0.course] ?? 0) < (order[$1.course] ?? 0) }
    let lights = MemberPages.lights(records, duties, courses: courses, appointed: current.map(\.days.from).min(), on: today, visit.environment.settings)
    return (lights, appointments, records)
  }

  private static func show(_ visit: OfficerVisit) async throws -> Response {
    let member = try await visit.member()
    let (lights, appointments, records) = try await standing(member, visit)
    let (hearings, history) = try await visit.environment.database.read(as: visit.officer, Self.hearings(of: member.id, from: visit.today), Sheet.history(of: member.id))
    let (away, choices, rest) = try await visit.environment.database.read(
      as: visit.officer, Away.of(member.id, from: visit.today), ReminderChoice.of(member.id), TrainingAttempt.of(member.id))
    let views = try await HearingStore(visit.environment).views(hearings, for: visit.officer)
    return try visit.page(SheetPage(MemberPages.record(
      member, lights: lights, appointments: appointments, records: records, uncounted: rest, hearings: views, away: away, isReminded: choices.first?.wanted ?? true, history: history,
      settings: visit.environment.settings, officer: visit.officer, today: visit.today, tokens: visit.formTokens)))
  }

  /// Hearings to come on whose present panel somebody sits.
  static func hearings(of member: UUID, from day: Day) -> Query<Hearing> {
    Query("""
      SELECT \(Hearing.columns) FROM \(Hearing.tables)
       WHERE h.held_on >= \(day) AND h.status = 'scheduled' AND EXISTS (SELECT FROM panel_seat s WHERE s.panel_id = p.id AND s.member_id = \(member))
       ORDER BY h.held_on, h.id LIMIT 50
      """)
  }

  private static func create(_ visit: OfficerVisit) async throws -> Response {
    let form = MemberForm(try await visit.form())
    switch form.validated(visit.environment.settings, known: nil, officer: visit.officer) {
    case .invalid(let errors):
      return try visit.page(form.page(nil, places: visit.places(.manageCommittees), tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let new):
      guard let id = try await CommitteeStore(visit.environment).add(new, key: form.key, by: visit.officer) else {
        return visit.redirect(to: Path.committees, saying: "\(new.name) was added already.")
      }
      return visit.redirect(to: Path.member(id), saying: "\(new.name) was added. Appoint them from the page of the committee.")
    }
  }

  private static func edit(_ visit: OfficerVisit) async throws -> Response {
    let member = try await visit.member(may: .manageCommittees)
    let form = MemberForm(try await visit.form())
    switch form.validated(visit.environment.settings, known: member, officer: visit.officer) {
    case .invalid(let errors): return try visit.page(form.page(member, places: [], tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let new):
      do { try await CommitteeStore(visit.environment).edit(member, to: new, version: form.version, by: visit.officer) } catch CommitteeConflict.stale {
        var again = form
        again.version = member.version
        let errors: Errors = [FieldError(field: "", message: "Somebody changed these details while you had them open. Save again to keep what you typed")]
        return try visit.page(again.page(member, places: [], tokens: visit.formTokens, errors: errors), status: .conflict)
      }
      return try await CommitteeRoutes.saying("The details of \(new.name) were changed.", at: Path.member(member.id), visit)
    }
  }

  static func record(_ visit: OfficerVisit, may permission: Permission = .recordMemberTraining) async throws -> (Member, TrainingRecord) {
    let member = try await visit.member(may: permission)
    let id = try visit.id("training")
    let records = try await visit.environment.database.read(as: visit.officer, TrainingRecord.of(member.id))
    guard let found = records.first(where: { $0.id == id }) else { throw Problem.notFound }
    return (member, found)
  }

  private static func train(_ visit: OfficerVisit) async throws -> Response {
    let member = try await visit.member(may: .recordMemberTraining)
    let (courses, rules) = try await visit.environment.database.read(as: visit.officer, Course.all, TrainingStore.requirements)
    let (fields, file) = try await visit.formWithFile()
    let form = CompletionForm(fields)
    func again(_ errors: Errors) throws -> Response {
      try visit.page(form.page(member, courses, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    }
    switch form.validated(courses, rules: rules.filter { $0.authority == member.authority }, file: file, today: visit.today) {
    case .invalid(let errors): return try again(errors)
    case .valid(let new):
      do { try await store(visit).record(new, of: member, by: visit.officer) } catch CommitteeConflict.alreadyThere {
        return try again([FieldError(field: "on", message: "This attempt at the course is recorded for that day already")])
      }
      let records = try await visit.environment.database.read(as: visit.officer, TrainingRecord.of(member.id))
      let made = records.first { $0.course == new.course && $0.days.from == new.on }
      let until = made.map { $0.days.last.map { " It counts to \($0.words)." } ?? " It counts without end." } ?? " It was not passed, so it does not count."
      return visit.redirect(to: Path.member(member.id), saying: "\(new.courseTitle) is recorded.\(until)")
    }
  }

  private static func sign(_ visit: OfficerVisit) async throws -> Response {
    let (member, record) = try await record(visit)
    let (fields, file) = try await visit.formWithFile()
    let form = SignatureForm(fields)
    switch form.validated(record, of: member, file: file, own: false, today: visit.today) {
    case .invalid(let errors):
      return try visit.page(form.page(member, record, own: false, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let signature):
      do { try await store(visit).sign(record, of: member, signature, by: visit.officer) } catch CommitteeConflict.alreadyThere {
        return visit.redirect(to: Path.member(member.id), saying: "That is signed already.")
      }
      return visit.redirect(to: Path.member(member.id), saying: "The signature of \(signature.name) is recorded.")
    }
  }

  private static func rejection(_ member: Member, _ record: TrainingRecord, _ reason: String, _ tokens: [FormToken], _ errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "Reject evidence", lead: "\(member.name): \(record.title), completed on \(record.days.from.words). It stays on the record and no longer counts.",
      crumbs: [Breadcrumb("Members’ training", Path.training), Breadcrumb(member.name, Path.member(member.id)), Breadcrumb("Reject")],
      form: FormView(
        action: Path.member(member.id, "training/\(record.id?.uuidString.lowercased() ?? "")/rejection"), tokens: tokens,
        parts: [.field(.textarea("reason", "What is wrong with it?", reason, rows: 3, limit: 300))],
        buttons: [.init("Reject it", .warning), .init("Cancel", .link(address: Path.member(member.id)))], errors: errors))
  }

  private static func reject(_ visit: OfficerVisit) async throws -> Response {
    let (member, record) = try await record(visit)
    let reason = try await visit.form().trimmed("reason")
    guard !reason.isEmpty, reason.count <= 300 else {
      let errors: Errors = [FieldError(field: "reason", message: reason.isEmpty ? "Enter what is wrong with it" : "Enter a reason of 300 characters or fewer")]
      return try visit.page(rejection(member, record, reason, visit.formTokens, errors), status: .unprocessableContent)
    }
    do { try await store(visit).void(record, of: member, reason: reason, by: visit.officer) } catch CommitteeConflict.gone {
      return visit.redirect(to: Path.member(member.id), saying: "It was rejected already.")
    }
    return try await CommitteeRoutes.saying("The evidence of \(member.name) for \(record.title) no longer counts.", at: Path.member(member.id), visit)
  }

  private static func decide(_ visit: OfficerVisit) async throws -> Response {
    let member = try await visit.member(may: .manageCommittees)
    let courses = try await courses(visit)
    let form = EquivalenceForm(try await visit.form())
    switch form.validated(courses) {
    case .invalid(let errors): return try visit.page(form.page(member, courses, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let (kind, course, days)):
      try await store(visit).decide(kind, of: member, course: course, days: days, by: form.decider, reason: form.reason, by: visit.officer)
      return visit.redirect(to: Path.member(member.id), saying: "The decision on \(course.title) is recorded, \(days.words).")
    }
  }

  /// The evidence as it was uploaded: a file to keep, never shown by the browser as a page of ours.
  private static func file(_ visit: OfficerVisit) async throws -> Response {
    let (_, record) = try await record(visit, may: .readCommittees)
    struct File: RowDecodable, Sendable {
      var bytes: [UInt8]
      var type: String
      init(row: Row) throws {
        let hex = try row.get("hex", as: String.self)
        bytes = try Array(Data(hex: hex))
        type = try row.get("file_type")
      }
    }
    let files = try await visit.environment.database.read(
      as: visit.officer, Query<File>("SELECT encode(file, 'hex') AS hex, file_type FROM member_training WHERE id = \(record.id) AND file IS NOT NULL"))
    guard let file = files.first else { throw Problem.notFound }
    let ending = file.type == "application/pdf" ? "pdf" : file.type == "image/png" ? "png" : "jpg"
    return .download(file.bytes, type: file.type, name: "evidence-\(record.days.from.iso).\(ending)")
  }
}

extension Data {
  /// The bytes that an even number of hexadecimal digits spell.
  fileprivate init(hex: String) throws {
    var bytes: [UInt8] = []
    let digits = Array(hex.utf8)
    func value(_ digit: UInt8) -> UInt8 { digit < 58 ? digit - 48 : digit - 87 }
    bytes.reserveCapacity(digits.count / 2)
    for index in stride(from: 0, to: digits.count - 1, by: 2) { bytes.append(value(digits[index]) << 4 | value(digits[index + 1])) }
    self = Data(bytes)
  }
}
