import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// Tasking: every hot spot with its plan, meetings with their agendas.
enum TaskingRoutes {
  static func add(to routes: Routes) {
    routes.may(.readHotSpots, .get, "tasking", home)
    routes.may(.managePlans, .get, "tasking/new") { visit in try visit.page(planning(MeetingForm(visit.taskingPartnerships(.managePlans)), visit)) }
    routes.may(.managePlans, .post, "tasking/new", plan)
    routes.may(.readHotSpots, .get, "tasking/{id}", show)
    routes.may(.managePlans, .get, "tasking/{id}/edit") { visit in
      let meeting = try await visit.openMeeting()
      return try visit.page(changing(meeting, MeetingForm(meeting), visit))
    }
    routes.may(.managePlans, .post, "tasking/{id}/edit", change)
    routes.may(.managePlans, .get, "tasking/{id}/state/{step}") { visit in
      let (meeting, step) = try await ending(visit)
      return try visit.page(confirming(meeting, step, visit))
    }
    routes.may(.managePlans, .post, "tasking/{id}/state/{step}", end)
  }

  private static func home(_ visit: OfficerVisit) async throws -> Response {
    let partnerships = visit.taskingPartnerships(.readHotSpots)
    let chosen = try visit.query()["csp"].flatMap(Int.init).flatMap { id in partnerships.first { $0.id == id }?.id }
    let shown = chosen.map { [$0] } ?? partnerships.map(\.id)
    let (spots, standings, coverage, due) = try await visit.tasking.watched(shown, for: visit.officer)
    let meetings = try await visit.tasking.meetings(chosen, for: visit.officer)
    return try visit.page(SheetPage(TaskingPages.home(
      spots, standings, coverage, due, meetings, chosen: chosen, partnerships, mayPlan: visit.officer.may(.managePlans), mayRead: visit.officer.may(.readIntelligence),
      map: spots.isEmpty ? .none : try await HotSpotRoutes.store(visit).drawing(of: spots, for: visit.officer),
      visit.environment.settings, today: visit.today)))
  }

  private static func planning(_ form: MeetingForm, _ visit: OfficerVisit, _ errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "Plan a tasking meeting", lead: "Its agenda builds itself from what came since the meeting before.", crumbs: [Breadcrumb("Tasking", Path.tasking), Breadcrumb("Plan a meeting")],
      form: form.view(Path.tasking + "/new", cancel: Path.tasking, button: "Plan the meeting", visit.taskingPartnerships(.managePlans), tokens: visit.formTokens, errors: errors))
  }

  private static func plan(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let form = MeetingForm(fields)
    switch form.validated(visit.taskingPartnerships(.managePlans), today: visit.today) {
    case .invalid(let errors): return try visit.page(planning(form, visit, errors), status: .unprocessableContent)
    case .valid(let new):
      let id = try await visit.tasking.plan(new, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: Path.tasking(id), saying: "The meeting is planned. Its agenda is below.")
    }
  }

  private static func show(_ visit: OfficerVisit) async throws -> Response {
    let meeting = try await visit.meeting(may: .readHotSpots)
    let agenda = try await visit.tasking.agenda(of: meeting, for: visit.officer)
    let lines = try await visit.environment.database.read(as: visit.officer, History.of(meeting.id))
    return try visit.page(SheetPage(TaskingPages.meeting(
      meeting, agenda, history: History.timeline(lines), manages: visit.manages(meeting), visit.environment.settings, today: visit.today)))
  }

  private static func changing(_ meeting: TaskingMeeting, _ form: MeetingForm, _ visit: OfficerVisit, _ errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "Change the meeting", lead: meeting.name(visit.environment.settings), crumbs: TaskingPages.crumbs(meeting, "Change"),
      form: form.view(Path.tasking(meeting.id, "edit"), cancel: meeting.path, button: "Save", nil, tokens: visit.formTokens, errors: errors))
  }

  private static func change(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let meeting = try await visit.openMeeting()
    let form = MeetingForm(fields)
    switch form.validated([], fixed: meeting.partnership, today: visit.today) {
    case .invalid(let errors): return try visit.page(changing(meeting, form, visit, errors), status: .unprocessableContent)
    case .valid(let new):
      try await visit.tasking.change(new, of: meeting, version: form.seen, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: meeting.path, saying: "The meeting is changed.")
    }
  }

  private static func ending(_ visit: OfficerVisit) async throws -> (TaskingMeeting, TaskingStep) {
    guard let step = TaskingStep(rawValue: try visit.parameter("step")) else { throw Problem.notFound }
    let meeting = try await visit.openMeeting()
    if step == .close, let obstacle = TaskingRules.obstacle(toClosing: meeting.heldOn, agencies: meeting.agencies, today: visit.today) { throw TaskingStore.unclosable(meeting, obstacle) }
    return (meeting, step)
  }

  private static func confirming(_ meeting: TaskingMeeting, _ step: TaskingStep, _ visit: OfficerVisit) -> TaskPage {
    let closes = step == .close
    return TaskPage(
      title: "\(step.action)?", lead: closes ? "They cannot be changed afterwards. What turns out wrong is put right by a correction below them." : "Nothing is minuted of it. It stays in the list as cancelled.",
      crumbs: TaskingPages.crumbs(meeting, closes ? "Close" : "Cancel"),
      form: FormView(
        action: Path.tasking(meeting.id, "state/\(step.rawValue)"), tokens: visit.formTokens, parts: [.field(.hidden("seen", String(meeting.version)))],
        buttons: [.init(step.action, closes ? .primary : .warning), .init("Go back", .link(address: closes ? Path.tasking(meeting.id, "minutes") : meeting.path))]))
  }

  private static func end(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let (meeting, step) = try await ending(visit)
    try await visit.tasking.take(step, of: meeting, version: Int(fields["seen"] ?? "") ?? 0, once: SentForm(fields), by: visit.officer)
    return step == .close
      ? visit.redirect(to: Path.tasking(meeting.id, "minutes"), saying: "The minutes are closed. Print them from the browser, and each organisation’s paper.")
      : visit.redirect(to: Path.tasking, saying: "The meeting is cancelled.")
  }
}

extension OfficerVisit {
  var tasking: TaskingStore { TaskingStore(environment) }

  /// The partnerships in which the permission is held in at least one district.
  func taskingPartnerships(_ permission: Permission) -> [Settings.Partnership] {
    let held = Set(officer.authorities(permission).compactMap { environment.settings.authority($0)?.partnership })
    return environment.settings.county.partnerships.filter { held.contains($0.id) }
  }

  func manages(_ meeting: TaskingMeeting) -> Bool { taskingPartnerships(.managePlans).contains { $0.id == meeting.partnership } }

  /// The one road from an id to a meeting.
  func meeting(may permission: Permission) async throws -> TaskingMeeting {
    guard let meeting = try await tasking.meeting(try id(), for: officer) else { throw Problem.notFound }
    guard taskingPartnerships(permission).contains(where: { $0.id == meeting.partnership }) else { throw Problem.forbidden }
    return meeting
  }

  /// A meeting whose minutes one may take.
  func openMeeting() async throws -> TaskingMeeting {
    let meeting = try await meeting(may: .managePlans)
    guard meeting.state == .planned else { throw TaskingStore.over(meeting) }
    return meeting
  }

  /// Organisations that act in a partnership on the day.
  func organisations(in meeting: TaskingMeeting) -> [Settings.Organisation] {
    let settings = environment.settings
    let districts = Set(settings.county.authorities.filter { $0.partnership == meeting.partnership }.map(\.id))
    return settings.county.organisations.filter { !districts.isDisjoint(with: $0.authorities) && $0.acts(on: today) }.sorted { $0.name < $1.name }
  }
}
