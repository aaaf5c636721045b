import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// A version of what is asked of a course, as typed.
struct RequirementForm: Sendable {
  var authority = ""
  var course = ""
  var regimes: [String] = CommitteeRegime.allCases.map(\.rawValue)
  var from = DateFields()
  var months = "36"
  var induction = "42"
  var signature = "yes"
  var blocks = "yes"
  var shortens = ""
  var source = ""
  var passMark = ""
  var attempts = ""
  /// Every district in which this officer may set requirements.
  static let everywhere = "all"

  init(today: Day) { from = DateFields(today) }
  init(_ fields: FormFields) {
    authority = fields["authority"] ?? ""
    course = fields["course"] ?? ""
    regimes = fields.all("regimes")
    from = DateFields("from") { fields[$0] }
    months = fields.trimmed("months")
    induction = fields.trimmed("induction")
    signature = fields["signature"] ?? ""
    blocks = fields["blocks"] ?? ""
    shortens = fields["shortens"] ?? ""
    source = fields.trimmed("source")
    passMark = fields.trimmed("pass")
    attempts = fields.trimmed("attempts")
  }

  struct Version: Sendable {
    var authorities: [Int]
    var course: Course
    var regimes: [String]
    var from: Day
    var months: Int?
    var induction: Int
    var needsSignature: Bool
    var blocks: Bool
    var shortens: Bool
    var source: String
    var passMark: Int?
    var attempts: Int?
  }

  func validated(_ courses: [Course], _ settings: Settings, officer: Officer) -> Validated<Version> {
    var errors = Errors()
    let places = authority == Self.everywhere ? officer.authorities(.manageCommittees) : settings.authority(slug: authority).map { [$0.id] } ?? []
    if places.isEmpty { errors.add("authority", "Choose the district") } else if let other = places.first(where: { !officer.may(.manageCommittees, in: $0) }) {
      errors.add("authority", "You cannot set requirements for \(settings.authority(other)?.name ?? "that district")")
    }
    let chosen = courses.first { $0.code == course }
    if chosen == nil { errors.add("course", "Choose the course") }
    let laws = regimes.filter { CommitteeRegime(rawValue: $0) != nil }
    if laws.isEmpty { errors.add("regimes", "Choose the committees that it is asked of") }
    let day = OfficerVisit.day(from, "from", of: "The first day", &errors)
    let validity = months.isEmpty ? nil : Int(months)
    if !months.isEmpty, validity.map({ !(1...240).contains($0) }) ?? true { errors.add("months", "Enter months from 1 to 240, or nothing for no end") }
    let within = Int(induction) ?? -1
    if !(0...366).contains(within) { errors.add("induction", "Enter days from 0 to 366") }
    if !["yes", "no"].contains(blocks) { errors.add("blocks", "Choose what follows from its absence") }
    let least = Int(passMark)
    if !passMark.isEmpty, least.map({ !(1...100).contains($0) }) ?? true { errors.add("pass", "Enter a mark from 1 to 100, or nothing where there is no test") }
    let most = Int(attempts)
    if !attempts.isEmpty, most.map({ !(1...20).contains($0) }) ?? true { errors.add("attempts", "Enter attempts from 1 to 20, or nothing where they are not counted") }
    if source.count > 200 { errors.add("source", "Enter 200 characters or fewer") }
    guard errors.isEmpty, let chosen, let day else { return .invalid(errors) }
    return .valid(Version(
      authorities: places, course: chosen, regimes: laws, from: day, months: validity, induction: within, needsSignature: signature == "yes", blocks: blocks == "yes",
      shortens: shortens == "yes", source: source, passMark: least, attempts: most))
  }

  func page(_ courses: [Course], places: [Settings.Authority], tokens: [FormToken], errors: Errors = []) -> TaskPage {
    TaskPage(title: Self.title, lead: Self.lead, crumbs: Self.crumbs, form: form(courses, places: places, tokens: tokens, errors: errors))
  }

  static let title = "A new version of what is asked"
  static let lead = "It takes over from the version before on its first day. Versions are never changed."
  static let crumbs = [Breadcrumb("Members’ training", Path.training), Breadcrumb("What is asked", Path.requirements), Breadcrumb("New version")]

  func form(_ courses: [Course], places: [Settings.Authority], tokens: [FormToken], errors: Errors = []) -> FormView {
    var choice: [Field.Choice] = [.init("", "Choose the district")] + places.map { .init($0.slug, $0.name) }
    if places.count > 1 { choice.append(.init(Self.everywhere, "All of them")) }
    var parts: [FormView.Part] = []
    parts += [
      .field(.select("authority", "District", authority, choice)),
      .field(.select("course", "Course", course, [.init("", "Choose the course")] + courses.map { .init($0.code, $0.title) })),
      .field(.checkboxes("regimes", "Asked of members of committees under", regimes, CommitteeRegime.allCases.map { .init($0.rawValue, $0.name) })),
      .field(.date("from", "First day of this version", from)),
      .row([
        .text("months", "Months a completion counts", months, hint: "Empty: no end", width: .three, inputMode: "numeric", isOptional: true),
        .text("induction", "Days after appointment to do it", induction, width: .three, inputMode: "numeric"),
      ]),
      .row([
        .text("pass", "Mark to pass", passMark, hint: "Out of 100", width: .three, inputMode: "numeric", isOptional: true),
        .text("attempts", "Attempts allowed", attempts, width: .three, inputMode: "numeric", isOptional: true),
      ]),
      .field(.radios("blocks", "Without it", blocks, [.init("yes", "a member may not sit (local rule, may be overridden with a reason)"), .init("no", "a warning is given")])),
      .field(.checkboxes("signature", "Signature", signature == "yes" ? ["yes"] : [], [.init("yes", "It counts only when the member has signed for it")])),
      .field(.checkboxes("shortens", "What was completed before", shortens == "yes" ? ["yes"] : [], [.init("yes", "Ends by this version too, where that is earlier", hint: "Never before the first day of this version")])),
      .field(.text("source", "Source", source, hint: "The decision, policy or law", width: .thirty, isOptional: true)),
    ]
    return FormView(
      action: Path.requirements + "/new", tokens: tokens, parts: parts,
      buttons: [.init("See what it would change", .secondary, name: "action", value: "preview"), .init("Set it", name: "action", value: "set"), .init("Cancel", .link(address: Path.requirements))], errors: errors)
  }
}

/// What is asked of each course, version by version, with a preview of what a new version would change.
enum RequirementRoutes {
  static func add(to routes: Routes) {
    routes.may(.readCommittees, .get, "training/requirements", list)
    routes.may(.manageCommittees, .get, "training/requirements/new") { visit in
      try visit.page(RequirementForm(today: visit.today).page(try await MemberRoutes.courses(visit), places: visit.places(.manageCommittees), tokens: visit.formTokens))
    }
    routes.may(.manageCommittees, .post, "training/requirements/new", set)
  }

  private static func list(_ visit: OfficerVisit) async throws -> Response {
    let settings = visit.environment.settings
    let all = try await visit.environment.database.read(as: visit.officer, TrainingStore.requirements)
    let table = Table<Requirement>(rowHeader: "course", [
      .text("course", "Course") { $0.title }, .date("from", "From") { $0.days.from.short }, .date("to", "To") { Day.lastWords($0.days) },
      .text("months", "Counts for") { $0.months.map { "\($0) months" } ?? "No end" }, .text("induction", "Induction") { "Within \($0.inductionDays) days" },
      .text("regimes", "Asked of") { $0.regimes.compactMap { CommitteeRegime(rawValue: $0)?.name }.joined(separator: "; ") },
      .text("blocks", "Without it") { ($0.blocks ? "May not sit" : "A warning") + ($0.needsSignature ? "; must be signed" : "") },
      .text("test", "Test") { [$0.passMark.map { "\($0) of 100 to pass" }, $0.mostAttempts.map { "\($0) \($0 == 1 ? "attempt" : "attempts")" }].compactMap { $0 }.joined(separator: ", ") },
      .text("source", "Source") { $0.source.isEmpty ? nil : $0.source },
    ])
    var sheet = Sheet(title: "What is asked")
    sheet.crumbs = [Breadcrumb("Members’ training", Path.training), Breadcrumb("What is asked")]
    if visit.officer.may(.manageCommittees) { sheet.actions = [.init("Set a new version", Path.requirements + "/new", isPrimary: true)] }
    sheet.lead = "How long a completion counts follows from the version in force on the day it was completed."
    let places = settings.county.authorities.filter { place in all.contains { $0.authority == place.id } }
    sheet.sections = places.map { place in .init(place.name, table.html(all.filter { $0.authority == place.id }, caption: "What \(place.name) asks")) }
    if places.isEmpty { sheet.sections = [.init(nil, table.html([], caption: "What is asked", empty: .init("Nothing is asked yet", "Set the first requirement: until then anybody on a committee may sit untrained.")))] }
    return try visit.page(SheetPage(sheet))
  }

  /// Ends the version before and begins this one, in each district. A version that begins on or after the day stands in the way.
  static func insert(_ version: RequirementForm.Version, by officer: Officer, in transaction: Transaction) async throws {
    for authority in version.authorities.map({ Int16($0) }) {
      try await transaction.execute(
        """
        UPDATE training_requirement SET ends_before = \(version.from) WHERE authority_id = \(authority) AND course_id = \(Int16(version.course.id))
          AND starts_on < \(version.from) AND coalesce(ends_before, 'infinity') > \(version.from)
        """)
      try await transaction.execute(
        """
        INSERT INTO training_requirement
          (authority_id, course_id, regimes, starts_on, validity_months, induction_days, needs_signature, blocks, shortens, source, pass_mark, most_attempts, recorded_by)
        VALUES (\(authority), \(Int16(version.course.id)), \(version.regimes), \(version.from), \(version.months.map(Int16.init)), \(Int16(version.induction)),
          \(version.needsSignature), \(version.blocks), \(version.shortens), \(version.source), \(version.passMark.map(Int16.init)), \(version.attempts.map(Int16.init)), \(officer.id))
        """)
    }
  }

  private static func set(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let form = RequirementForm(fields)
    let courses = try await MemberRoutes.courses(visit)
    func again(_ errors: Errors) throws -> Response {
      try visit.page(form.page(courses, places: visit.places(.manageCommittees), tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    }
    switch form.validated(courses, visit.environment.settings, officer: visit.officer) {
    case .invalid(let errors): return try again(errors)
    case .valid(let version):
      do {
        if fields["action"] == "preview" {
          let effect = try await RequirementEffect.of(version, visit)
          var sheet = effect.sheet(version, visit.environment.settings, printed: visit.today)
          sheet.sections.append(.init("Change it, or set it", form.form(courses, places: visit.places(.manageCommittees), tokens: visit.formTokens).html, isOnPaper: false))
          return try visit.page(SheetPage(sheet))
        }
        let months = version.months.map { "counts \($0) months" } ?? "counts without end"
        try await visit.environment.database.write(by: visit.officer, at: visit.environment.now(), once: SentForm(fields)) { transaction in
          try await insert(version, by: visit.officer, in: transaction)
          let entries = version.authorities.map {
            AuditEntry(.setRequirement, of: visit.officer.id, authority: $0, detail: ["course": version.course.title, "from": version.from.words, "what": months + (version.blocks ? ", blocks" : ", warns")])
          }
          return Written((), entries: entries).leading(to: Path.requirements)
        }
        return try await CommitteeRoutes.saying("What is asked of \(version.course.title) changes on \(version.from.words).", at: Path.requirements, visit)
      } catch let error as PostgresError where error.constraint == "requirement_one_version" {
        return try again([FieldError(field: "from", message: "Another version of this course begins on or after that day")])
      }
    }
  }
}
