import Domain
import Foundation
import Hummingbird
import Web

/// The minutes of a meeting: taken while it is open, closed, corrected by other rows.
enum TaskingMinuteRoutes {
  static func add(to routes: Routes) {
    routes.may(.readHotSpots, .get, "tasking/{id}/minutes") { visit in
      let meeting = try await visit.meeting(may: .readHotSpots)
      return try await show(visit, meeting)
    }
    routes.may(.managePlans, .post, "tasking/{id}/attendance", attend)
    routes.may(.managePlans, .post, "tasking/{id}/notes", note)
    routes.may(.designateHotSpots, .get, "tasking/{id}/hot-spots/{spot}/decisions/{step}") { visit in
      let (meeting, spot, step) = try await deciding(visit)
      if step == .deDesignate, let words = try await visit.notYet(spot) { return try visit.page(SheetPage(words)) }
      return try visit.page(verdict(step, spot, meeting, VerdictForm(spot, meeting), visit))
    }
    routes.may(.designateHotSpots, .post, "tasking/{id}/hot-spots/{spot}/decisions/{step}", decide)
    routes.may(.managePlans, .get, "tasking/{id}/hot-spots/{spot}/task") { visit in
      let (meeting, spot) = try await tasked(visit)
      return try visit.page(tasking(spot, meeting, TaskForm(), visit))
    }
    routes.may(.managePlans, .post, "tasking/{id}/hot-spots/{spot}/task", task)
    routes.may(.managePlans, .get, "tasking/{id}/corrections") { visit in
      let (meeting, minutes) = try await closed(visit)
      return try visit.page(correcting(meeting, minutes, NoteForm(), visit))
    }
    routes.may(.managePlans, .post, "tasking/{id}/corrections", correct)
  }

  private static func show(
    _ visit: OfficerVisit, _ meeting: TaskingMeeting, attendance: AttendanceForm = AttendanceForm(), note: NoteForm = NoteForm(), attendanceErrors: Errors = [], noteErrors: Errors = []
  ) async throws -> Response {
    let (present, minutes, corrections, all) = try await visit.tasking.minutes(of: meeting.id, for: visit.officer)
    let manages = visit.manages(meeting)
    var taking: TaskingPages.Taking?
    if manages, meeting.state == .planned {
      let agenda = try await visit.tasking.agenda(of: meeting, for: visit.officer)
      // Minutes may be taken days later: what can be done with a hot spot is asked of today.
      let standings = try await PlanStanding.all(on: visit.today, for: visit.officer, in: visit.environment.database)
      taking = TaskingPages.Taking(
        attendance: attendance.view(meeting, visit.organisations(in: meeting), tokens: visit.formTokens, errors: attendanceErrors),
        note: note.view(meeting, tokens: visit.formTokens, errors: noteErrors),
        spots: agenda.hotSpots.filter { $0.state != .suggested }.map { TaskingPages.spot($0, standings[$0.id], in: meeting, officer: visit.officer, today: visit.today) },
        mayDecide: visit.taskingPartnerships(.designateHotSpots).contains { $0.id == meeting.partnership })
    }
    return try visit.page(
      SheetPage(TaskingPages.minutes(meeting, present, minutes, corrections, all: all, taking: taking, manages: manages, visit.environment.settings, today: visit.today)),
      status: attendanceErrors.isEmpty && noteErrors.isEmpty ? .ok : .unprocessableContent)
  }

  private static func attend(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let meeting = try await visit.openMeeting()
    let form = AttendanceForm(fields)
    switch form.validated(visit.organisations(in: meeting), today: visit.today) {
    case .invalid(let errors): return try await show(visit, meeting, attendance: form, attendanceErrors: errors)
    case .valid(let (organisation, many, names)):
      try await visit.tasking.attend(organisation, many, names, at: meeting, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: Path.tasking(meeting.id, "minutes"), saying: "\(organisation.name) is recorded as present.")
    }
  }

  private static func note(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let meeting = try await visit.openMeeting()
    let form = NoteForm(fields)
    switch form.validated(today: visit.today) {
    case .invalid(let errors): return try await show(visit, meeting, note: form, noteErrors: errors)
    case .valid(let words):
      try await visit.tasking.note(words, in: meeting, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: Path.tasking(meeting.id, "minutes"), saying: "The note is minuted.")
    }
  }

  /// A meeting that is held, and a hot spot of its partnership that may be touched there.
  private static func held(_ visit: OfficerVisit, may permission: Permission) async throws -> (TaskingMeeting, HotSpot) {
    let meeting = try await visit.openMeeting()
    guard let spot = try await visit.environment.database.read(as: visit.officer, HotSpot.one(try visit.id("spot"))).first, spot.partnership == meeting.partnership else { throw Problem.notFound }
    guard visit.officer.may(permission, in: spot.authority) else { throw Problem.forbidden }
    guard meeting.heldOn <= visit.today else { throw TaskingStore.notHeld(meeting) }
    return (meeting, spot)
  }

  private static func deciding(_ visit: OfficerVisit) async throws -> (TaskingMeeting, HotSpot, HotSpotStep) {
    guard let step = HotSpotStep(rawValue: try visit.parameter("step")), step.needsDesignator else { throw Problem.notFound }
    let (meeting, spot) = try await held(visit, may: .designateHotSpots)
    guard spot.state.after(step) != nil else {
      throw Problem(.conflict, "That cannot be decided now", "The hot spot is \(spot.state.name.lowercased()).", wayOn: ("Back to the minutes", Path.tasking(meeting.id, "minutes")))
    }
    if let since = spot.designatedOn ?? spot.proposedOn, meeting.heldOn < since {
      throw Problem(.conflict, "The meeting was before that", "The hot spot was \(spot.designatedOn == nil ? "proposed" : "designated") on \(since.words), after the meeting.", wayOn: ("Back to the minutes", Path.tasking(meeting.id, "minutes")))
    }
    return (meeting, spot, step)
  }

  private static func verdict(_ step: HotSpotStep, _ spot: HotSpot, _ meeting: TaskingMeeting, _ form: VerdictForm, _ visit: OfficerVisit, _ errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "\(step.action): \(spot.name)",
      lead: step == .designate
        ? "\(meeting.name(visit.environment.settings)). Proposed by \(spot.proposer ?? "somebody"); you are the second person." : "\(meeting.name(visit.environment.settings)). The decision is recorded with your name and cannot be changed.",
      crumbs: [Breadcrumb("Tasking", Path.tasking), Breadcrumb(meeting.reference, meeting.path), Breadcrumb("Minutes", Path.tasking(meeting.id, "minutes")), Breadcrumb(step.action)],
      form: form.view(step, spot, meeting, tokens: visit.formTokens, errors: errors))
  }

  private static func decide(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    // The same form again is answered by where it led, before it is asked whether the step can be taken once more.
    guard let step = HotSpotStep(rawValue: try visit.parameter("step")), step.needsDesignator else { throw Problem.notFound }
    let (meeting, spot) = try await held(visit, may: .designateHotSpots)
    let form = VerdictForm(fields)
    switch form.validated(step, meeting, today: visit.today) {
    case .invalid(let errors): return try visit.page(verdict(step, spot, meeting, form, visit, errors), status: .unprocessableContent)
    case .valid(let (reason, reviewBy)):
      if let since = spot.designatedOn ?? spot.proposedOn, meeting.heldOn < since { _ = try await deciding(visit) }
      try await visit.tasking.decide(step, reason, reviewBy: reviewBy, on: spot, version: form.seen, in: meeting, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: Path.tasking(meeting.id, "minutes"), saying: "\(spot.name) was \(step.past).")
    }
  }

  private static func tasked(_ visit: OfficerVisit) async throws -> (TaskingMeeting, HotSpot) {
    let (meeting, spot) = try await held(visit, may: .managePlans)
    guard try await visit.environment.database.reading(as: visit.officer, { try await Plan.current(of: spot.id, in: $0) }) != nil else { throw TaskingStore.unplanned(spot) }
    return (meeting, spot)
  }

  private static func tasking(_ spot: HotSpot, _ meeting: TaskingMeeting, _ form: TaskForm, _ visit: OfficerVisit, _ errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "Give a task: \(spot.name)", lead: "\(meeting.name(visit.environment.settings)). It becomes an agreed action of the hot spot’s plan.",
      crumbs: [Breadcrumb("Tasking", Path.tasking), Breadcrumb(meeting.reference, meeting.path), Breadcrumb("Minutes", Path.tasking(meeting.id, "minutes")), Breadcrumb("Task")],
      form: form.view(spot, meeting, organisations(spot, visit), tokens: visit.formTokens, errors: errors))
  }

  private static func organisations(_ spot: HotSpot, _ visit: OfficerVisit) -> [Settings.Organisation] { PlanActionRoutes.organisations(in: spot.authority, visit) }

  private static func task(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let (meeting, spot) = try await tasked(visit)
    let form = TaskForm(fields)
    switch form.validated(organisations(spot, visit), meeting, today: visit.today) {
    case .invalid(let errors): return try visit.page(tasking(spot, meeting, form, visit, errors), status: .unprocessableContent)
    case .valid(let new):
      try await visit.tasking.task(new, about: spot, in: meeting, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: Path.tasking(meeting.id, "minutes"), saying: "The task is given to \(visit.environment.settings.organisation(new.organisation)?.name ?? "the organisation").")
    }
  }

  private static func closed(_ visit: OfficerVisit) async throws -> (TaskingMeeting, [TaskingMinute]) {
    let meeting = try await visit.meeting(may: .managePlans)
    guard meeting.state == .closed else {
      throw Problem(.conflict, "The minutes are open", "What is wrong in them can be minuted until they are closed.", wayOn: ("See the minutes", Path.tasking(meeting.id, "minutes")))
    }
    return (meeting, try await visit.tasking.minutes(of: meeting.id, for: visit.officer).minutes)
  }

  private static func correcting(_ meeting: TaskingMeeting, _ minutes: [TaskingMinute], _ form: NoteForm, _ visit: OfficerVisit, _ errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "Correct the minutes", lead: meeting.name(visit.environment.settings), crumbs: TaskingPages.crumbs(meeting, "Correct"),
      form: form.correction(meeting, minutes, tokens: visit.formTokens, errors: errors))
  }

  private static func correct(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let (meeting, minutes) = try await closed(visit)
    let form = NoteForm(fields)
    switch form.validated(today: visit.today) {
    case .invalid(let errors): return try visit.page(correcting(meeting, minutes, form, visit, errors), status: .unprocessableContent)
    case .valid(let words):
      try await visit.tasking.correct(words, minute: minutes.first { String($0.number) == form.minute }, of: meeting, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: Path.tasking(meeting.id, "minutes"), saying: "The correction stands below the minutes.")
    }
  }
}
