import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Web

/// Hearings: the calendar, one hearing with its check, choosing and mending its panel, its certificate.
enum HearingRoutes {
  static func add(to routes: Routes) {
    routes.may(.readCommittees, .get, "hearings", list)
    routes.may(.manageCommittees, .get, "committees/{id}/hearing") { visit in
      let committee = try await visit.committee(may: .manageCommittees)
      return try visit.page(HearingForm().page(committee, known: nil, tokens: visit.formTokens))
    }
    routes.may(.manageCommittees, .post, "committees/{id}/hearing", create)
    routes.may(.readCommittees, .get, "hearings/{id}", show)
    routes.may(.manageCommittees, .get, "hearings/{id}/edit") { visit in
      let (hearing, committee) = try await open(visit)
      return try visit.page(HearingForm(hearing).page(committee, known: hearing, tokens: visit.formTokens))
    }
    routes.may(.manageCommittees, .post, "hearings/{id}/edit", edit)
    routes.may(.manageCommittees, .get, "hearings/{id}/day") { visit in
      let (hearing, _) = try await open(visit)
      return try visit.page(MoveForm(hearing).page(hearing, tokens: visit.formTokens))
    }
    routes.may(.manageCommittees, .post, "hearings/{id}/day", move)
    routes.may(.manageCommittees, .get, "hearings/{id}/panel", panel)
    routes.may(.manageCommittees, .post, "hearings/{id}/panel", choose)
    routes.may(.manageCommittees, .post, "hearings/{id}/replacement", replace)
    routes.may(.manageCommittees, .post, "hearings/{id}/interest", interest)
    routes.may(.manageCommittees, .post, "hearings/{id}/outcome", close)
    routes.may(.readCommittees, .get, "hearings/{id}/certificate", CertificatePage.show)
  }

  private static func store(_ visit: OfficerVisit) -> HearingStore { HearingStore(visit.environment) }

  /// A hearing that may still be changed, and its committee.
  private static func open(_ visit: OfficerVisit) async throws -> (Hearing, Committee) {
    let hearing = try await visit.hearing(may: .manageCommittees)
    guard hearing.status == .scheduled else {
      throw Problem(.conflict, "This hearing is over", "It was \(hearing.status.name.lowercased()): nothing of it is changed any more.", wayOn: ("See the hearing", Path.hearing(hearing.id)))
    }
    guard let committee = try await CommitteeStore(visit.environment).committee(hearing.committee, for: visit.officer) else { throw Problem.notFound }
    return (hearing, committee)
  }

  static func check(_ hearing: Hearing, also people: [UUID] = [], _ visit: OfficerVisit) async throws -> EmpanelCheck {
    let checks = try await EmpanelStore(visit.environment).checks([hearing.committee], alsoOf: hearing.panel + people, around: hearing.heldOn, for: visit.officer)
    guard let check = checks[hearing.committee] else { throw Problem.notFound }
    return check
  }

  private static func stale(_ hearing: Hearing) -> Problem {
    Problem(.conflict, "Somebody changed this hearing", "It is not as you had it before you. Look at it again; nothing of yours was saved.", wayOn: ("See the hearing", Path.hearing(hearing.id)))
  }

  private static func list(_ visit: OfficerVisit) async throws -> Response {
    let query = try visit.queryItems()
    let past = query["past"] == "yes"
    let settings = visit.environment.settings
    let after = query["after"].flatMap { KeysetCursor.decode($0, as: HearingCursor.self) }.flatMap { Day(iso: $0.day) == nil ? nil : $0 }
    let found = try await store(visit).page(from: visit.today, past: past, after: after, limit: 31, for: visit.officer)
    let shown = Array(found.prefix(30))
    let next = found.count > 30 ? shown.last.map { KeysetCursor.encode(HearingCursor(day: $0.hearing.heldOn.iso, id: $0.hearing.id)) } : nil
    let pagination = next.map { Pagination(previous: nil, next: query.removing("after").setting("after", $0).address) }
    guard !past, after == nil else {
      return try visit.page(SheetPage(HearingPages.list(
        shown, broken: [], pools: [], past: past, pagination: pagination, settings: settings, today: visit.today, mayManage: false)))
    }
    let broken = try await store(visit).broken(from: visit.today, for: visit.officer)
    return try visit.page(SheetPage(HearingPages.list(
      shown, broken: broken, pools: try await pools(visit), past: false, pagination: pagination, settings: settings, today: visit.today,
      mayManage: visit.officer.may(.manageCommittees))))
  }

  /// The forecasts of this officer's committees, the first fifty.
  static func pools(_ visit: OfficerVisit) async throws -> [(Committee, CommitteePages.Forecast)] {
    try await pools(visit, of: try await visit.environment.database.read(as: visit.officer, CommitteeStore.list(on: visit.today, limit: 50)))
  }

  static func pools(_ visit: OfficerVisit, of committees: [Committee]) async throws -> [(Committee, CommitteePages.Forecast)] {
    let rules = visit.environment.settings.committees
    guard !committees.isEmpty else { return [] }
    let strength = try await visit.environment.database.read(as: visit.officer, PoolDay.query(committees.map(\.id), from: visit.today, days: rules.forecastDays))
    let days = Dictionary(grouping: strength, by: \.committee)
    return committees.map { ($0, CommitteePages.Forecast(days: days[$0.id] ?? [], rules: rules)) }
  }

  private static func show(_ visit: OfficerVisit) async throws -> Response {
    let hearing = try await visit.hearing()
    let check = try await check(hearing, visit)
    let views = try await store(visit).views([hearing], for: visit.officer)
    let (moves, history) = try await visit.environment.database.read(as: visit.officer, HearingMove.of(hearing.id), Sheet.history(of: hearing.id))
    guard let view = views.first else { throw Problem.notFound }
    return try visit.page(SheetPage(HearingPages.record(
      view, check: check, moves: moves, history: history, settings: visit.environment.settings, officer: visit.officer, today: visit.today, tokens: visit.formTokens)))
  }

  /// Looks the licence up; false where a reference was typed and the register has no such licence.
  private static func take(_ reference: String, into new: inout NewHearing, in authority: Int, _ visit: OfficerVisit) async throws -> Bool {
    guard !reference.isEmpty else { return true }
    new.licence = try await store(visit).licence(reference, in: authority, for: visit.officer)
    return new.licence != nil
  }

  private static func unknownLicence(_ visit: OfficerVisit, _ authority: Int) -> FieldError {
    FieldError(field: "licence", message: "\(visit.environment.settings.authority(authority)?.name ?? "The district") has no one licence with this reference")
  }

  private static func create(_ visit: OfficerVisit) async throws -> Response {
    let committee = try await visit.committee(may: .manageCommittees)
    let form = HearingForm(try await visit.form())
    func again(_ errors: Errors) throws -> Response {
      try visit.page(form.page(committee, known: nil, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    }
    switch form.validated(committee, known: nil, settings: visit.environment.settings, today: visit.today) {
    case .invalid(let errors): return try again(errors)
    case .valid(var new):
      guard try await take(form.licence, into: &new, in: committee.authority, visit) else { return try again([unknownLicence(visit, committee.authority)]) }
      do {
        let id = try await store(visit).add(new, to: committee, by: visit.officer)
        return visit.redirect(to: Path.hearing(id), saying: "Hearing \(new.reference) is on \(new.heldOn.longWords).", link: "Find me a panel", address: Path.hearing(id, "panel") + "?find=yes")
      } catch CommitteeConflict.nameTaken {
        return try again([FieldError(field: "reference", message: "Another hearing of this district has this reference")])
      }
    }
  }

  private static func edit(_ visit: OfficerVisit) async throws -> Response {
    let (hearing, committee) = try await open(visit)
    let form = HearingForm(try await visit.form())
    func again(_ errors: Errors) throws -> Response {
      try visit.page(form.page(committee, known: hearing, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    }
    switch form.validated(committee, known: hearing, settings: visit.environment.settings, today: visit.today) {
    case .invalid(let errors): return try again(errors)
    case .valid(var new):
      guard try await take(form.licence, into: &new, in: committee.authority, visit) else { return try again([unknownLicence(visit, committee.authority)]) }
      do {
        try await store(visit).edit(hearing, to: new, version: form.version, by: visit.officer)
        return visit.redirect(to: Path.hearing(hearing.id), saying: "The details of \(new.reference) were changed.")
      } catch CommitteeConflict.stale { throw stale(hearing) } catch CommitteeConflict.nameTaken {
        return try again([FieldError(field: "reference", message: "Another hearing of this district has this reference")])
      }
    }
  }

  private static func move(_ visit: OfficerVisit) async throws -> Response {
    let (hearing, _) = try await open(visit)
    let form = MoveForm(try await visit.form())
    switch form.validated(hearing, settings: visit.environment.settings, today: visit.today) {
    case .invalid(let errors): return try visit.page(form.page(hearing, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let (day, reason)):
      guard form.version == hearing.version else { throw stale(hearing) }
      do { try await store(visit).move(hearing, to: day, reason: reason, by: visit.officer) } catch CommitteeConflict.stale { throw stale(hearing) }
      var moved = hearing
      moved.heldOn = day
      let view = try await store(visit).views([moved], for: visit.officer).first
      let words = "The hearing is on \(day.longWords) now."
      guard view?.isBroken == true else { return visit.redirect(to: Path.hearing(hearing.id), saying: words) }
      return visit.redirect(to: Path.hearing(hearing.id), saying: words + " Its panel may not sit that day.", link: "See who else can sit", address: Path.hearing(hearing.id) + "#substitutes")
    }
  }

  private static func panel(_ visit: OfficerVisit) async throws -> Response {
    let (hearing, committee) = try await open(visit)
    let check = try await check(hearing, visit)
    let settings = visit.environment.settings
    let hearingCase = hearing.hearingCase(settings, asked: visit.today)
    let find = try visit.query()["find"] == "yes"
    let found = find ? check.panel(for: hearingCase).members : hearing.panel
    let form = PanelForm(found, panel: hearing.panelNumber, seats: committee.rule.panelSize)
    let findings = found.isEmpty && !find ? nil : check.findings(panel: found, presiding: found.first, for: hearingCase)
    return try visit.page(form.page(hearing, check: check, hearingCase: hearingCase, findings: findings, settings: settings, tokens: visit.formTokens))
  }

  private static func choose(_ visit: OfficerVisit) async throws -> Response {
    let (hearing, _) = try await open(visit)
    let fields = try await visit.form()
    let form = PanelForm(fields)
    let check = try await check(hearing, also: form.ids, visit)
    let settings = visit.environment.settings
    let hearingCase = hearing.hearingCase(settings, asked: visit.today)
    let findings = check.findings(panel: form.ids, presiding: form.ids.first, for: hearingCase)
    func again(_ errors: Errors, _ status: HTTPResponse.Status = .unprocessableContent) throws -> Response {
      try visit.page(form.page(hearing, check: check, hearingCase: hearingCase, findings: findings, settings: settings, tokens: visit.formTokens, errors: errors), status: status)
    }
    if fields["action"] == "check" { return try again([], .ok) }
    guard form.panel == hearing.panelNumber else { throw stale(hearing) }
    var errors = Errors()
    if form.ids.isEmpty { errors.add("seat-1", "Choose the members of the panel") }
    for finding in findings where finding.severity == .blockStatutory && !form.ids.isEmpty {
      let seat = finding.member.flatMap { form.ids.lastIndex(of: $0) }.map { "seat-\($0 + 1)" } ?? "seat-1"
      errors.add(seat, finding.text)
    }
    let policy = findings.contains { $0.severity == .blockPolicy }
    if errors.isEmpty, policy, form.override.isEmpty { errors.add("override", "Enter the reason for putting local rule aside, or choose other members") }
    if form.override.count > 500 { errors.add("override", "Enter a reason of 500 characters or fewer") }
    guard errors.isEmpty else { return try again(errors) }
    return try await fix(form.ids, hearing, findings, policy ? form.override : nil, check, visit)
  }

  private static func fix(_ panel: [UUID], _ hearing: Hearing, _ findings: [EmpanelFinding], _ override: String?, _ check: EmpanelCheck, _ visit: OfficerVisit) async throws -> Response {
    let names = Dictionary(check.candidates.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    do {
      try await store(visit).choose(panel, for: hearing, findings: findings, override: override, names: names, by: visit.officer)
    } catch CommitteeConflict.stale { throw stale(hearing) }
    let who = panel.map { names[$0] ?? "?" }.joined(separator: ", ")
    return visit.redirect(to: Path.hearing(hearing.id), saying: "The panel is \(who)\(override == nil ? "." : ", by override of local rule.")", link: "Certificate", address: Path.hearing(hearing.id, "certificate"))
  }

  /// One member for another, from the ranked list: only where the panel may sit afterwards.
  private static func replace(_ visit: OfficerVisit) async throws -> Response {
    let (hearing, _) = try await open(visit)
    let fields = try await visit.form()
    guard let out = UUID(uuidString: fields["out"] ?? ""), let place = hearing.panel.firstIndex(of: out), let substitute = UUID(uuidString: fields["in"] ?? ""),
      Int(fields["panel"] ?? "") == hearing.panelNumber
    else { throw stale(hearing) }
    var panel = hearing.panel
    panel[place] = substitute
    let check = try await check(hearing, also: [substitute], visit)
    let hearingCase = hearing.hearingCase(visit.environment.settings, asked: visit.today)
    let findings = check.findings(panel: panel, presiding: panel.first, for: hearingCase)
    let blocks = findings.filter { $0.severity != .warn && $0.member == substitute }
    let statutory = findings.filter { $0.severity == .blockStatutory }
    let rest = findings.filter { $0.severity == .blockPolicy && !hearing.overridden.contains($0.mark) }
    guard blocks.isEmpty, statutory.isEmpty, rest.isEmpty else {
      // Somebody else on the panel is not in order either: the whole choice is shown.
      let form = PanelForm(panel, panel: hearing.panelNumber, seats: panel.count)
      return try visit.page(form.page(hearing, check: check, hearingCase: hearingCase, findings: findings, settings: visit.environment.settings, tokens: visit.formTokens), status: .unprocessableContent)
    }
    let policy = findings.contains { $0.severity == .blockPolicy }
    return try await fix(panel, hearing, findings, policy ? hearing.overrideReason : nil, check, visit)
  }

  private static func interest(_ visit: OfficerVisit) async throws -> Response {
    let (hearing, _) = try await open(visit)
    let fields = try await visit.form()
    let check = try await check(hearing, visit)
    let back = Path.hearing(hearing.id)
    if let id = UUID(uuidString: fields["withdrawn"] ?? ""), let person = check.candidate(id) {
      try await store(visit).withdrawInterest(of: id, named: person.name, in: hearing, by: visit.officer)
      return visit.redirect(to: back, saying: "The interest of \(person.name) was withdrawn.")
    }
    let what = fields.trimmed("what")
    guard let id = UUID(uuidString: fields["member"] ?? ""), let person = check.candidate(id), what.count <= 300 else {
      throw Problem(.unprocessableContent, "Nothing was recorded", "Choose the member, and describe the interest in 300 characters or fewer.", wayOn: ("Back to the hearing", back))
    }
    try await store(visit).declare(what, of: id, named: person.name, in: hearing, by: visit.officer)
    return visit.redirect(to: back, saying: "The interest of \(person.name) is recorded.")
  }

  private static func close(_ visit: OfficerVisit) async throws -> Response {
    let (hearing, _) = try await open(visit)
    let fields = try await visit.form()
    let minutes = fields.trimmed("minutes")
    guard let status = Hearing.Status(rawValue: fields["status"] ?? ""), status != .scheduled, minutes.count <= 120 else {
      throw Problem(.unprocessableContent, "Nothing was recorded", "Say whether it was held or cancelled.", wayOn: ("Back to the hearing", Path.hearing(hearing.id) + "#after"))
    }
    guard status == .cancelled || hearing.heldOn <= visit.today else {
      throw Problem(.unprocessableContent, "It has not been held yet", "The hearing is on \(hearing.heldOn.words).", wayOn: ("Back to the hearing", Path.hearing(hearing.id)))
    }
    guard Int(fields["version"] ?? "") == hearing.version else { throw stale(hearing) }
    do { try await store(visit).close(hearing, as: status, minutes: minutes, by: visit.officer) } catch CommitteeConflict.stale { throw stale(hearing) }
    return visit.redirect(to: Path.hearing(hearing.id), saying: "Hearing \(hearing.reference) was \(status.name.lowercased()).")
  }
}
