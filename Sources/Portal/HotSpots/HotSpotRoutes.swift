import Domain
import Foundation
import Hummingbird
import Web

/// Hot spots: the list and map, proposing, deciding, consulting.
enum HotSpotRoutes {
  static func add(to routes: Routes) {
    routes.may(.readHotSpots, .get, "hot-spots", list)
    routes.may(.proposeHotSpots, .get, "hot-spots/new") { visit in
      let allowed = districts(visit)
      var form = ProposalForm(districts: allowed)
      if let asked = try visit.query()["suggestion"].flatMap({ UUID(uuidString: $0) }), visit.officer.may(.readIntelligence) {
        form = ProposalForm(try await visit.suggestion(asked), districts: allowed)
      }
      return try visit.page(ProposalPage(form: form, districts: allowed, files: try MapFiles(visit.site), tokens: visit.formTokens))
    }
    routes.may(.proposeHotSpots, .post, "hot-spots/new", propose)
    routes.may(.readHotSpots, .get, "hot-spots/{id}", show)
    routes.may(.proposeHotSpots, .get, "hot-spots/{id}/consultation") { visit in
      let hotSpot = try await open(visit)
      return try visit.page(ConsultationPage(hotSpot: hotSpot, form: ConsultationForm(today: visit.today), tokens: visit.formTokens))
    }
    routes.may(.proposeHotSpots, .post, "hot-spots/{id}/consultation", consult)
    routes.may(.proposeHotSpots, .get, "hot-spots/{id}/proposal") { visit in try await step(visit, .propose, may: .proposeHotSpots, at: "proposal") }
    routes.may(.proposeHotSpots, .post, "hot-spots/{id}/proposal") { visit in try await decide(visit, nil, may: .proposeHotSpots, at: "proposal") }
    routes.may(.designateHotSpots, .get, "hot-spots/{id}/decisions/{step}") { visit in
      let which = try stepNamed(visit)
      return try await step(visit, which, may: .designateHotSpots, at: "decisions/" + which.rawValue)
    }
    routes.may(.designateHotSpots, .post, "hot-spots/{id}/decisions/{step}") { visit in
      let fields = try await visit.form()
      let which = try stepNamed(visit)
      return try await decide(visit, (which, fields), may: .designateHotSpots, at: "decisions/" + which.rawValue)
    }
  }

  static func store(_ visit: OfficerVisit) -> HotSpotStore { HotSpotStore(visit.environment) }

  private static func districts(_ visit: OfficerVisit) -> [Settings.Authority] {
    visit.officer.authorities(.proposeHotSpots).compactMap(visit.environment.settings.authority)
  }

  private static func stepNamed(_ visit: OfficerVisit) throws -> HotSpotStep {
    guard let step = HotSpotStep(rawValue: try visit.parameter("step")), step.needsDesignator else { throw Problem.notFound }
    return step
  }

  private static func list(_ visit: OfficerVisit) async throws -> Response {
    let query = try visit.queryItems()
    var filter = HotSpotFilter()
    filter.states = query["state"].flatMap(HotSpotState.init).map { [$0] } ?? []
    filter.partnership = query["csp"].flatMap(Int.init).flatMap { Int16(exactly: $0) }.map(Int.init)
    let soon = visit.today + HotSpotRules.dueSoonDays
    if query["review"] == "due" { filter.reviewBefore = soon }
    let rows = try await store(visit).list(filter, for: visit.officer)
    var dueFilter = HotSpotFilter()
    dueFilter.reviewBefore = soon
    let due = try await store(visit).list(dueFilter, for: visit.officer).count
    let suggested = visit.officer.may(.readIntelligence) ? try await store(visit).suggestions(on: visit.today, for: visit.officer).count : 0
    let coverage = try await store(visit).coverage(within: HotSpotRules.buffer, on: visit.today, for: visit.officer)
    let map = rows.isEmpty ? .none : try await store(visit).drawing(of: rows, for: visit.officer)
    return try visit.page(HotSpotsPage(
      rows: rows, coverage: coverage, plans: try await PlanStanding.all(on: visit.today, for: visit.officer, in: visit.environment.database), map: map, query: query, settings: visit.environment.settings, today: visit.today,
      mayPropose: visit.officer.may(.proposeHotSpots), due: due, suggested: suggested, maySeeSuggestions: visit.officer.may(.readIntelligence)))
  }

  private static func propose(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    var form = ProposalForm(fields)
    let allowed = districts(visit)
    var suggestion: Suggestion?
    if let asked = form.suggestion, visit.officer.may(.readIntelligence) { suggestion = try await store(visit).suggestion(asked, on: visit.today, for: visit.officer) }
    if form.suggestion != nil, suggestion == nil {
      // Said once: what is sent again is a proposal of its own.
      form.suggestion = nil
      var errors = Errors()
      errors.add("how", "The suggestion that this began with has changed meanwhile: an item joined it or was taken back, or somebody was quicker. Check the area, and propose it if it still stands")
      return try visit.page(ProposalPage(form: form, districts: allowed, files: try MapFiles(visit.site), tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    }
    let answer = try await form.validated(
      allowed: allowed, today: visit.today, find: { try await store(visit).postcode($0, for: visit.officer) },
      fault: { try await store(visit).fault(of: $0, in: $1, for: visit.officer) })
    switch answer {
    case .invalid(let errors):
      return try visit.page(ProposalPage(form: form, districts: allowed, files: try MapFiles(visit.site), tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let new):
      let id = try await store(visit).propose(new, from: suggestion, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: Path.hotSpot(id), saying: "The hot spot is proposed. Now ask the Missing Children, CSE and Trafficking Group.")
    }
  }

  private static func show(_ visit: OfficerVisit) async throws -> Response {
    let hotSpot = try await visit.hotSpot(may: .readHotSpots)
    let asked = try visit.query()["metres"].flatMap(Int.init) ?? HotSpotRules.buffer
    let metres = HotSpotRules.buffers.contains(asked) ? asked : HotSpotRules.buffer
    let store = store(visit)
    let evidence = visit.officer.may(.readIntelligence) ? try await store.evidence(hotSpot.id, within: metres, on: visit.today, for: visit.officer) : nil
    return try visit.page(HotSpotPage(
      hotSpot: hotSpot, metres: metres, places: try await store.places(hotSpot.id, within: metres, on: visit.today, for: visit.officer),
      coverage: try await store.coverage(within: metres, on: visit.today, for: visit.officer)[hotSpot.id],
      frame: try await store.frame(hotSpot.id, within: metres, for: visit.officer), decisions: try await store.decisions(hotSpot.id, for: visit.officer),
      consultations: try await store.consultations(hotSpot.id, for: visit.officer),
      campaigns: try await store.campaigns(hotSpot.id, for: visit.officer), tokens: visit.formTokens,
      plan: try await PlanStanding.all(on: visit.today, for: visit.officer, in: visit.environment.database)[hotSpot.id], suggestedBy: evidence?.suggestedBy, displacement: evidence?.displacement, settings: visit.environment.settings, today: visit.today, officer: visit.officer,
      basis: try await store.basis(hotSpot.id, for: visit.officer)))
  }

  /// A hot spot that has not ended.
  private static func open(_ visit: OfficerVisit) async throws -> HotSpot {
    let hotSpot = try await visit.hotSpot(may: .proposeHotSpots)
    guard hotSpot.endedOn == nil else {
      throw Problem(.conflict, "The hot spot has ended", "It was \(hotSpot.state.name.lowercased()). There is nothing left to ask about it.", wayOn: ("See the hot spot", hotSpot.path))
    }
    return hotSpot
  }

  private static func consult(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let hotSpot = try await open(visit)
    let form = ConsultationForm(fields)
    switch form.validated(asked: hotSpot.askedOn, proposed: hotSpot.proposedOn, today: visit.today) {
    case .invalid(let errors):
      return try visit.page(ConsultationPage(hotSpot: hotSpot, form: form, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let answer):
      if hotSpot.askedOn != nil, let view = answer.view {
        try await store(visit).answer(hotSpot, view, form.comments, on: answer.day, once: SentForm(fields), by: visit.officer)
        return visit.redirect(to: hotSpot.path, saying: "The group’s answer is recorded.")
      }
      try await store(visit).ask(hotSpot, on: answer.day, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: hotSpot.path, saying: "It is recorded that the group was asked.")
    }
  }

  /// The hot spot, where the step can be taken from its state.
  private static func ready(_ visit: OfficerVisit, for step: HotSpotStep, may permission: Permission) async throws -> HotSpot {
    let hotSpot = try await visit.hotSpot(may: permission)
    guard hotSpot.state.after(step) != nil else {
      throw Problem(.conflict, "That cannot be decided now", "The hot spot is \(hotSpot.state.name.lowercased()).", wayOn: ("See the hot spot", hotSpot.path))
    }
    return hotSpot
  }

  private static func step(_ visit: OfficerVisit, _ step: HotSpotStep, may permission: Permission, at part: String) async throws -> Response {
    let hotSpot = try await ready(visit, for: step, may: permission)
    if step == .deDesignate, let words = try await visit.notYet(hotSpot) { return try visit.page(SheetPage(words)) }
    return try visit.page(StepPage(hotSpot: hotSpot, step: step, action: Path.hotSpot(hotSpot.id, part), form: StepForm(hotSpot, today: visit.today), tokens: visit.formTokens))
  }

  private static func decide(_ visit: OfficerVisit, _ sent: (HotSpotStep, FormFields)?, may permission: Permission, at part: String) async throws -> Response {
    let step: HotSpotStep
    let fields: FormFields
    if let sent { (step, fields) = sent } else { (step, fields) = (.propose, try await visit.form()) }
    let seen = try await visit.hotSpot(may: permission)
    let form = StepForm(fields)
    switch form.validated(step, of: seen, today: visit.today) {
    case .invalid(let errors):
      return try visit.page(
        StepPage(hotSpot: seen, step: step, action: Path.hotSpot(seen.id, part), form: form, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let decision):
      try await store(visit).decide(decision, on: seen, version: form.seen, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: seen.path, saying: "\(seen.name) was \(step.past).")
    }
  }
}

extension OfficerVisit {
  /// Said before anything is typed: why the plan of a hot spot does not let it end yet. Nil where it may.
  func notYet(_ hotSpot: HotSpot) async throws -> Sheet? {
    guard let plan = try await environment.database.reading(as: officer, { try await Plan.current(of: hotSpot.id, in: $0) }), let words = PlanStore.obstacle(toEndingWith: plan) else { return nil }
    return Sheet(
      title: "Not yet: de-designate \(hotSpot.name)", crumbs: [Breadcrumb("Hot spots", Path.hotSpots), Breadcrumb(hotSpot.reference, hotSpot.path), Breadcrumb("De-designate")],
      actions: [.init("See the plan", plan.path, isPrimary: true)], lead: words)
  }

  /// The one road from an id to a hot spot.
  func hotSpot(may permission: Permission) async throws -> HotSpot {
    guard let hotSpot = try await HotSpotStore(environment).hotSpot(try id(), for: officer) else { throw Problem.notFound }
    guard officer.may(permission, in: hotSpot.authority) else { throw Problem.forbidden }
    return hotSpot
  }
}
