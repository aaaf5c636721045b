import Domain
import Foundation
import Hummingbird
import Web

/// Returns: what is owed, entering one, approving what somebody else entered, withdrawing a mistake.
enum ReturnRoutes {
  static func add(to routes: Routes) {
    routes.may(.readPartnership, .get, "returns", list)
    routes.may(.readPartnership, .get, "returns.csv", export)
    routes.may(.makeReturns, .get, "returns/new") { visit in
      let asked = try await asked(visit, try visit.query())
      return try visit.page(try await page(asked, visit))
    }
    routes.may(.makeReturns, .post, "returns/new", enter)
    routes.may(.readPartnership, .get, "returns/{id}") { visit in try await show(visit, try await one(visit)) }
    routes.may(.manageReturns, .post, "returns/{id}/approval", approve)
    routes.may(.makeReturns, .get, "returns/{id}/withdrawal") { visit in try visit.page(withdrawing(try await own(visit), "", visit)) }
    routes.may(.makeReturns, .post, "returns/{id}/withdrawal", withdraw)
  }

  private static func owed(_ visit: OfficerVisit) async throws -> (all: [OwedReturn], mine: Set<Int>, state: ReturnState?, kind: ReturnKind?) {
    let query = try visit.query()
    let (owed, mine) = try await visit.returns.owed(on: visit.today, for: visit.officer)
    return (owed, visit.officer.may(.makeReturns) ? mine : [], query["state"].flatMap(ReturnState.init), query["kind"].flatMap(ReturnKind.init))
  }

  private static func list(_ visit: OfficerVisit) async throws -> Response {
    let (all, mine, state, kind) = try await owed(visit)
    return try visit.page(SheetPage(ReturnPages.list(all, mine: mine, state: state, kind: kind, visit)))
  }

  private static func export(_ visit: OfficerVisit) async throws -> Response {
    let (all, mine, state, kind) = try await owed(visit)
    return ReturnPages.table(mine: mine, visit).download(
      ReturnPages.narrow(ReturnPages.own(all, mine: mine, visit), state, kind, visit), name: "returns-\(visit.today.iso).csv")
  }

  /// The return that an address asks for: of an organisation for which the officer enters, for a period that has begun.
  struct Asked: Sendable {
    var period: ReturnPeriod
    var organisation: Settings.Organisation
    var kind: ReturnKind { period.kind }
    var standing: PartnerReturn?
    var items: [DatasetItem] = []
  }

  private static func asked(_ visit: OfficerVisit, _ query: FormFields) async throws -> Asked {
    let settings = visit.environment.settings
    guard let kind = query["kind"].flatMap(ReturnKind.init), let from = query["period"].flatMap({ Day(iso: $0) }), let period = ReturnPeriod(kind, from: from), from <= visit.today,
      let organisation = query["organisation"].flatMap(Int.init).flatMap(settings.organisation)
    else { throw Problem.notFound }
    guard try await visit.returns.mine(visit.officer).contains(organisation.id) else { throw Problem.forbidden }
    var asked = Asked(period: period, organisation: organisation, standing: try await visit.returns.standing(kind, of: organisation.id, from, for: visit.officer))
    if kind == .dataset {
      asked.items = try await visit.returns.items(of: organisation.id, from, for: visit.officer)
      guard !asked.items.isEmpty else { throw Problem(.conflict, "Nothing is asked", "The dataset asks \(organisation.name) for nothing in \(period.words).", wayOn: ("See the dataset", Path.dataset)) }
    }
    return asked
  }

  /// The orders that an organisation reports, and the districts it acts in.
  private static func grid(_ asked: Asked, _ visit: OfficerVisit) -> (orders: [Settings.Returns.Order], districts: [Settings.Authority]) {
    let settings = visit.environment.settings
    return (settings.returns.orders.filter { $0.reporters.contains(asked.organisation.kind) }, asked.organisation.authorities.compactMap(settings.authority))
  }

  private static func page(_ asked: Asked, _ visit: OfficerVisit) async throws -> TaskPage {
    switch asked.kind {
    case .dataset:
      let known = if let one = asked.standing { try await visit.returns.values(of: one.id, for: visit.officer) } else { [] as [DatasetValue] }
      return page(asked, DatasetForm(known, today: visit.today).parts(asked.items), visit)
    case .disruption:
      let (orders, districts) = grid(asked, visit)
      let known = if let one = asked.standing { try await visit.returns.lines(of: one.id, for: visit.officer) } else { [] as [DisruptionLine] }
      return page(asked, DisruptionForm(known, wasReturned: asked.standing != nil, today: visit.today).parts(orders, districts, errors: []), visit)
    case .assurance:
      let known = if let one = asked.standing { try await visit.returns.assurance(of: one.id, for: visit.officer) } else { nil as Assurance? }
      return page(asked, AssuranceForm(known, today: visit.today).parts, visit)
    }
  }

  private static func page(_ asked: Asked, _ parts: [FormView.Part], _ visit: OfficerVisit, _ errors: Errors = []) -> TaskPage {
    let replaces = asked.standing.map { " It takes the place of the one that came on \($0.received.words)." } ?? ""
    let unfinished = asked.period.last >= visit.today ? " The period runs until \(asked.period.last.words)." : ""
    let hidden = [("kind", asked.kind.rawValue), ("organisation", String(asked.organisation.id)), ("period", asked.period.from.iso)].map { FormView.Part.field(.hidden($0.0, $0.1)) }
    return TaskPage(
      title: "\(asked.kind.name), \(asked.period.words)",
      lead: "\(asked.organisation.name). Due by \(asked.period.due(after: visit.environment.settings.returns.dueDays).words).\(replaces)\(unfinished)",
      crumbs: [Breadcrumb("Returns", Path.returns), Breadcrumb("Enter a return")],
      form: FormView(action: Path.returns + "/new", tokens: visit.formTokens, parts: hidden + parts, buttons: [.init("Enter the return"), .init("Cancel", .link(address: Path.returns))], errors: errors))
  }

  private static func enter(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let asked = try await asked(visit, fields)
    func again(_ parts: [FormView.Part], _ errors: Errors) throws -> Response { try visit.page(page(asked, parts, visit, errors), status: .unprocessableContent) }
    func kept(_ content: ReturnContent, _ received: Day) async throws -> Response {
      let id = try await visit.returns.enter(
        content, of: asked.organisation, asked.period, received: received, note: ReturnHead(fields).note, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: Path.partnerReturn(id), saying: "The return is entered. Somebody else approves it.")
    }
    switch asked.kind {
    case .dataset:
      let form = DatasetForm(fields, asked.items)
      switch form.validated(asked.items, asked.period, today: visit.today) {
      case .invalid(let errors): return try again(form.parts(asked.items), errors)
      case .valid(let typed): return try await kept(.dataset(typed.values), typed.received)
      }
    case .disruption:
      let (orders, districts) = grid(asked, visit)
      let form = DisruptionForm(fields, orders, districts)
      switch form.validated(orders, districts, asked.period, today: visit.today) {
      case .invalid(let errors): return try again(form.parts(orders, districts, errors: errors), errors)
      case .valid(let typed): return try await kept(.disruption(typed.lines), typed.received)
      }
    case .assurance:
      let form = AssuranceForm(fields)
      switch form.validated(asked.period, today: visit.today) {
      case .invalid(let errors): return try again(form.parts, errors)
      case .valid(let typed): return try await kept(.assurance(typed.said), typed.received)
      }
    }
  }

  /// The one road from an id to a return.
  private static func one(_ visit: OfficerVisit) async throws -> PartnerReturn {
    guard let one = try await visit.returns.one(try visit.id(), for: visit.officer) else { throw Problem.notFound }
    return one
  }

  private static func own(_ visit: OfficerVisit) async throws -> PartnerReturn {
    let one = try await one(visit)
    guard try await visit.returns.mine(visit.officer).contains(one.organisation) else { throw Problem.forbidden }
    guard one.withdrawn == nil else { throw Problem(.conflict, "It is withdrawn already", "Nothing more can be done with it.", wayOn: ("See the return", one.path)) }
    return one
  }

  private static func show(_ visit: OfficerVisit, _ one: PartnerReturn, errors: Errors = []) async throws -> Response {
    let store = visit.returns
    let mine: Set<Int> = visit.officer.may(.makeReturns) ? (try await store.mine(visit.officer)) : []
    let items: [DatasetItem] = one.kind == .dataset ? (try await store.items(of: one.organisation, one.period, for: visit.officer)) : []
    let values: [DatasetValue] = one.kind == .dataset ? (try await store.values(of: one.id, for: visit.officer)) : []
    let lines: [DisruptionLine] = one.kind == .disruption ? (try await store.lines(of: one.id, for: visit.officer)) : []
    let said: Assurance? = one.kind == .assurance ? (try await store.assurance(of: one.id, for: visit.officer)) : nil
    let content = ReturnPages.content(
      one, items, values, lines, said, mayRead: visit.officer.may(.manageReturns) || mine.contains(one.organisation), visit.environment.settings)
    let asks = visit.officer.may(.manageReturns) && one.approvedOn == nil && one.withdrawn == nil && !one.isReplaced && one.recordedBy != visit.officer.id
    let approval = asks || !errors.isEmpty ? FormView(action: one.path + "/approval", tokens: visit.formTokens, parts: [], buttons: [.init("Approve the return")], errors: errors) : nil
    return try visit.page(SheetPage(ReturnPages.one(one, content, approval: approval, visit, mine: mine)), status: errors.isEmpty ? .ok : .unprocessableContent)
  }

  private static func approve(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let one = try await one(visit)
    guard one.withdrawn == nil else { throw Problem(.conflict, "It is withdrawn", "What is withdrawn is not approved.", wayOn: ("See the return", one.path)) }
    guard try await visit.returns.approve(one, on: visit.today, once: SentForm(fields), by: visit.officer) else {
      throw Problem(.conflict, "You entered this return", "A return takes two people: somebody else approves it.", wayOn: ("See the return", one.path))
    }
    return visit.redirect(to: one.path, saying: "The return is approved.")
  }

  private static func withdrawing(_ one: PartnerReturn, _ reason: String, _ visit: OfficerVisit, _ errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "Withdraw the return", lead: "\(visit.environment.settings.organisation(one.organisation)?.name ?? ""): \(one.kind.words), \(one.words). It no longer counts; it stays to be read.",
      crumbs: [Breadcrumb("Returns", Path.returns), Breadcrumb("The return", one.path), Breadcrumb("Withdraw")],
      form: FormView(
        action: one.path + "/withdrawal", tokens: visit.formTokens, parts: [.field(.textarea("reason", "Why is it withdrawn?", reason, rows: 2, limit: 500))],
        buttons: [.init("Withdraw it", .warning), .init("Cancel", .link(address: one.path))], errors: errors))
  }

  private static func withdraw(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let one = try await own(visit)
    let reason = fields.trimmed("reason")
    var errors = Errors()
    errors.text(reason, "reason", "why it is withdrawn", most: 500, today: visit.today)
    guard errors.isEmpty else { return try visit.page(withdrawing(one, reason, visit, errors), status: .unprocessableContent) }
    try await visit.returns.withdraw(one, because: reason, once: SentForm(fields), by: visit.officer)
    return visit.redirect(to: one.path, saying: "The return is withdrawn.")
  }
}

extension OfficerVisit {
  var returns: ReturnStore { ReturnStore(environment) }
  var profiles: ProfileStore { ProfileStore(environment) }
  var datasets: DatasetStore { DatasetStore(environment) }
}
