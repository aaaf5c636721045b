import Domain
import Foundation
import Web

extension TaskingState {
  var tag: StatusTag {
    switch self {
    case .planned: StatusTag(name, .blue)
    case .closed: StatusTag(name, .green)
    case .cancelled: StatusTag(name, .grey)
    }
  }
}

/// The pages of tasking, as sheets.
enum TaskingPages {
  /// A coordinator's home: every hot spot with its plan, and the meetings.
  static func home(
    _ spots: [HotSpot], _ standings: [UUID: PlanStanding], _ coverage: [UUID: HotSpotCoverage], _ due: PlansDue?, _ meetings: [TaskingMeeting], chosen: Int?,
    _ partnerships: [Settings.Partnership], mayPlan: Bool, mayRead: Bool, map: TrustedHTML, _ settings: Settings, today: Day
  ) -> Sheet {
    var sheet = Sheet(title: "Tasking", line: Sheet.line(nil, chosen.flatMap(settings.partnership)?.name ?? partnerships.map(\.name).joined(separator: " and ")))
    if mayPlan { sheet.actions = [.init("Plan a meeting", Path.tasking + "/new", isPrimary: true)] }
    let unplanned = spots.filter { standings[$0.id].map { !$0.faults.isEmpty } ?? false }.count
    if let due {
      sheet.figures = Figures([
        .init(unplanned, unplanned == 1 ? "hot spot without a multi-agency plan" : "hot spots without a multi-agency plan", "#hot-spots", state: unplanned > 0 ? .overdue : .inOrder),
        .init(due.reviews, due.reviews == 1 ? "review due or overdue" : "reviews due or overdue", Path.hotSpots + "?review=due", state: due.reviews > 0 ? .due : .inOrder),
        .init(due.overdue, due.overdue == 1 ? "action overdue" : "actions overdue", Path.planActions + "?due=overdue" + (mayPlan ? "&organisation=any" : ""), state: due.overdue > 0 ? .overdue : .inOrder),
        .init(due.toVerify, "done and to be verified", Path.planActions + "?state=done_pending_verification&organisation=any", state: due.toVerify > 0 ? .due : .inOrder),
      ])
    }
    let table = Table<HotSpot>(rowHeader: "name", [
      Column("name", "Hot spot") { .titled(address: $0.path, text: $0.name, note: $0.reference) }, .tag("state", "State") { $0.state.tag },
      .text("age", "Designated") { spot in spot.designatedOn.map { days(since: $0, today) } }, .text("review", "Look at it again by") { $0.reviewWords(today) },
      Column("plan", "Multi-agency plan") { spot in
        guard let standing = standings[spot.id] else { return .nothing }
        return .light(StatusLight("Plan", standing.faults.isEmpty ? .inOrder : .overdue, standing.words))
      },
      .text("owners", "Agencies") { spot in standings[spot.id].map { $0.owners.compactMap { settings.organisation($0)?.name }.joined(separator: ", ") }.flatMap { $0.isEmpty ? nil : $0 } },
      .number("overdue", "Overdue actions") { standings[$0.id]?.overdue }, .text("guidance", "Places with guidance") { coverage[$0.id]?.insideWords },
    ])
    var links = partnerships.count < 2 ? [] : partnerships.map { Sheet.Link($0.name, Path.tasking + "?csp=\($0.id)") } + (chosen == nil ? [] : [Sheet.Link("Both partnerships", Path.tasking)])
    links.append(.init("See them with the places around them", Path.hotSpotMap))
    if mayRead { links.append(.init("New information", Path.intelligence)) }
    sheet.sections = [
      .init("Hot spots", id: "hot-spots", .joined([table.html(
        spots, caption: "Designated hot spots, those to be looked at first at the top",
        empty: .init("No hot spot is designated", "A place is proposed first, and the group is asked.", link: "See all hot spots", address: Path.hotSpots)), MapDrawing.figure(map)]), links: links),
      .init("Meetings", id: "meetings", list(settings).html(meetings, caption: "Tasking meetings, the latest first", empty: .init("No meetings yet", "Plan one, and its agenda builds itself.", link: mayPlan ? "Plan a meeting" : nil, address: mayPlan ? Path.tasking + "/new" : nil))),
      .init("Daily e-mail", id: "digest", words: "What is overdue or to be looked at is told by e-mail once a day, in counts and links.", links: [.init("Turn it on or off", Path.digest)]),
    ]
    return sheet
  }

  private static func days(since day: Day, _ today: Day) -> String {
    let days = today.dayNumber - day.dayNumber
    return days == 0 ? "Today" : "\(day.unbroken), \(days) \(days == 1 ? "day" : "days") ago"
  }

  private static func list(_ settings: Settings) -> Table<TaskingMeeting> {
    Table(rowHeader: "on", [
      Column("on", "Meeting") { .titled(address: $0.path, text: $0.heldOn.words, note: $0.reference) }, .text("csp", "Partnership") { settings.partnership($0.partnership)?.name },
      .text("place", "Where") { $0.place }, .tag("state", "State") { $0.state.tag }, .number("agencies", "Agencies present") { $0.state == .planned && $0.agencies == 0 ? nil : $0.agencies },
    ])
  }

  static func crumbs(_ meeting: TaskingMeeting, _ here: String? = nil) -> [Breadcrumb] {
    [Breadcrumb("Tasking", Path.tasking)] + (here.map { [Breadcrumb(meeting.reference, meeting.path), Breadcrumb($0)] } ?? [Breadcrumb(meeting.reference)])
  }

  /// A meeting with what stands before it.
  static func meeting(_ meeting: TaskingMeeting, _ agenda: Agenda, history: Timeline, manages: Bool, _ settings: Settings, today: Day) -> Sheet {
    let isOpen = meeting.state == .planned
    var sheet = Sheet(
      title: meeting.name(settings), crumbs: crumbs(meeting), line: Sheet.line(meeting.state.tag, meeting.reference, meeting.place),
      lead: "New is what came after \(meeting.since.words). Of information only references stand here, and only of what you may see.")
    if manages, isOpen {
      sheet.actions = [
        .init("Take the minutes", Path.tasking(meeting.id, "minutes"), isPrimary: true), .init("Change day or place", Path.tasking(meeting.id, "edit")),
        .init("Cancel it", Path.tasking(meeting.id, "state/cancel")),
      ]
    } else if meeting.state != .cancelled {
      sheet.actions = [.init(isOpen ? "Minutes so far" : "Minutes", Path.tasking(meeting.id, "minutes"), isPrimary: !isOpen)]
      if manages { sheet.actions.append(.init("Papers for organisations", Path.tasking(meeting.id, "packs"))) }
    }
    let spots = Table<HotSpot>(rowHeader: "name", [
      Column("name", "Hot spot") { .titled(address: $0.path, text: $0.name, note: $0.reference) }, .tag("state", "State") { $0.state.tag },
      .text("district", "District") { settings.authority($0.authority)?.name }, .text("review", "Look at it again by") { $0.reviewWords(today) },
      .text("group", "The group") { spot in spot.answeredOn.map { "Answered on \($0.short)" } ?? spot.askedOn.map { "Asked on \($0.short), no answer" } ?? "Not asked" },
    ])
    let plans = Table<HotSpot>(rowHeader: "name", [
      Column("name", "Hot spot") { .titled(address: $0.path, text: $0.name, note: $0.reference) },
      .text("why", "Why it has no multi-agency plan", width: .half) { agenda.standings[$0.id].map { $0.faults.map(\.words).joined(separator: "; ") } },
      .text("age", "Designated") { spot in spot.designatedOn.map { days(since: $0, today) } },
    ])
    let late = Table<PlanAction>(rowHeader: "what", [
      Column("what", "Action") { .titled(address: $0.path, text: $0.what, note: $0.hotSpotName) }, .text("owner", "Organisation") { settings.organisation($0.organisation)?.name },
      .date("due", "Due") { $0.dueWords(today) }, .tag("state", "State") { $0.shown.tag },
    ])
    let log = Table<LoggedTask>(rowHeader: "what", [
      Column("what", "Task") { .titled(address: Path.planAction($0.action), text: $0.what, note: $0.hotSpotName) }, .text("owner", "Organisation") { settings.organisation($0.organisation)?.name },
      Column("given", "Given at") { .link(address: Path.tasking($0.meeting, "minutes"), text: $0.heldOn.short) }, .date("due", "Due") { $0.due.short }, .tag("state", "State") { $0.state.tag },
    ])
    let items = Table<AgendaItem>(rowHeader: "reference", [
      .link("reference", "Reference", to: { Path.intelligence($0.id) }, { $0.reference }), .text("kind", "Kind") { $0.kind == .police ? "Police item" : "Partner’s submission" },
      .text("theme", "Place") { $0.theme.name }, .date("on", "Received") { $0.receivedOn.short },
    ])
    func count(_ many: Int, _ one: String, _ several: String) -> String? { many == 0 ? nil : many == 1 ? "One \(one)." : "\(many) \(several)." }
    let reviews = agenda.reviews(by: meeting.heldOn + HotSpotRules.dueSoonDays)
    sheet.sections = [
      .init("1. New information", id: "new", words: count(agenda.items.count, "item that you may see", "items that you may see"), items.html(agenda.items, caption: "New information, by reference", empty: .init("None that you may see", "Nothing came in since the last meeting that names you as a reader."))),
      .init("2. Proposed hot spots", id: "proposed", spots.html(agenda.proposed, caption: "Hot spots to be decided on", empty: .init("None", "No hot spot waits for a decision."))),
      .init("3. Reviews due", id: "reviews", spots.html(reviews, caption: "Hot spots to be looked at again", empty: .init("None", "No review falls due within \(HotSpotRules.dueSoonDays) days of the meeting."))),
      .init("4. Hot spots without a plan", id: "unplanned", plans.html(agenda.unplanned, caption: "Hot spots without a multi-agency plan, and why", empty: .init("None", "Every designated hot spot has a multi-agency plan."))),
      .init("5. Overdue actions", id: "overdue", words: count(agenda.overdue.count, "action is overdue", "actions are overdue"), late.html(agenda.overdue, caption: "Overdue actions", empty: .init("None", "No action is overdue."))),
      .init("6. Action log", id: "log", log.html(agenda.log, caption: "Tasks of earlier meetings", empty: .init("None", "No earlier meeting gave a task that is still open."))),
    ]
    sheet.history = history
    return sheet
  }

  /// The minutes; while they are open, with what takes them.
  static func minutes(
    _ meeting: TaskingMeeting, _ attendance: [TaskingAttendance], _ minutes: [TaskingMinute], _ corrections: [TaskingCorrection], all: Int, taking: Taking?, manages: Bool,
    _ settings: Settings, today: Day
  ) -> Sheet {
    var sheet = Sheet(
      title: meeting.state == .closed ? "Minutes" : "Minutes so far", crumbs: crumbs(meeting, "Minutes"),
      line: Sheet.line(meeting.state.tag, meeting.name(settings), meeting.place))
    switch meeting.state {
    case .closed: sheet.lead = "Closed by \(meeting.closer ?? "somebody who left")\(meeting.closedAt.map { " at \(London.time(of: $0))" } ?? ""). They stand as they are; what was wrong is put right below them."
    case .cancelled: sheet.lead = "The meeting was cancelled."
    case .planned: break
    }
    if manages {
      switch meeting.state {
      case .planned:
        sheet.actions = [.init("Agenda", meeting.path)]
        if let obstacle = TaskingRules.obstacle(toClosing: meeting.heldOn, agencies: meeting.agencies, today: today) {
          sheet.lead = "The minutes cannot be closed yet: \(obstacle.words.lowercasedFirst)."
        } else {
          sheet.actions.insert(.init("Close the minutes", Path.tasking(meeting.id, "state/close"), isPrimary: true), at: 0)
        }
      case .closed:
        sheet.actions = [.init("Papers for organisations", Path.tasking(meeting.id, "packs"), isPrimary: true), .init("Correct them", Path.tasking(meeting.id, "corrections"))]
      case .cancelled: break
      }
    }
    if all > minutes.count { sheet.warning = all - minutes.count == 1 ? "One minute is about a district that is not yours, and is left out." : "\(all - minutes.count) minutes are about districts that are not yours, and are left out." }
    let there = Table<TaskingAttendance>(rowHeader: "organisation", [
      .text("organisation", "Organisation") { settings.organisation($0.organisation)?.name }, .number("many", "How many") { $0.many }, .text("names", "Who") { $0.names.isEmpty ? nil : $0.names },
    ])
    let lines = Table<TaskingMinute>(rowHeader: "number", [
      .number("number", "Minute") { $0.number },
      Column("spot", "Hot spot") { minute in
        guard let id = minute.hotSpot else { return .nothing }
        return .titled(address: Path.hotSpot(id), text: minute.hotSpotName ?? "A hot spot", note: minute.hotSpotReference ?? "")
      },
      .text("what", "What") { $0.what(settings) }, .text("words", "In words", width: .half) { $0.words },
    ])
    sheet.sections = [
      .init(
        "Present", id: "present", words: attendance.isEmpty ? nil : "\(attendance.count == 1 ? "One organisation" : "\(attendance.count) organisations"), \(attendance.reduce(0) { $0 + $1.many }) \(attendance.reduce(0) { $0 + $1.many } == 1 ? "person" : "people").",
        there.html(attendance, caption: "Who was present, by organisation", empty: .init("Nobody is recorded yet", "Tasking takes two organisations or more.")))
    ]
    if let taking { sheet.sections.append(.init("Record who was there", id: "attendance", taking.attendance.html)) }
    sheet.sections.append(.init("Decided and minuted", id: "minutes", lines.html(minutes, caption: "Minutes, in the order in which they were taken", empty: .init("Nothing yet", "Decisions, tasks and notes appear here as they are recorded."))))
    if let taking {
      sheet.errorSummary = taking.attendance.errors.isEmpty ? taking.note.errorSummary : taking.attendance.errorSummary
      sheet.sections.append(.init("Add a note", id: "note", taking.note.html))
      sheet.sections.append(.init(
        "Hot spots", id: "hot-spots",
        words: taking.mayDecide ? nil : "Decisions are recorded by somebody who designates; tasks and notes by whoever takes the minutes."))
      sheet.sections += taking.spots.map { spot in
        .init(spot.title, words: spot.words, links: spot.links)
      }
    }
    if !corrections.isEmpty {
      let table = Table<TaskingCorrection>(rowHeader: "words", [
        .text("minute", "Minute") { $0.minute.map { String($0) } ?? "Missing" }, .text("words", "What is right", width: .half) { $0.words }, .text("by", "By") { $0.recorder ?? "Somebody who left" },
        .date("at", "On") { London.day(of: $0.at).short },
      ])
      sheet.sections.append(.init("Corrections", id: "corrections", table.html(corrections, caption: "Corrections, in the order in which they were written")))
    }
    return sheet
  }

  /// What takes the minutes.
  struct Taking {
    struct Spot {
      var title: String
      var words: String
      var links: [Sheet.Link]
    }
    var attendance: FormView
    var note: FormView
    var spots: [Spot]
    var mayDecide: Bool
  }

  static func spot(_ spot: HotSpot, _ standing: PlanStanding?, in meeting: TaskingMeeting, officer: Officer, today: Day) -> Taking.Spot {
    let base = Path.tasking(meeting.id, "hot-spots/\(spot.id.uuidString.lowercased())")
    var links: [Sheet.Link] = []
    var words = "\(spot.reference), \(spot.state.name.lowercased()).\(spot.reviewWords(today).map { " To be looked at again by \($0)." } ?? "")"
    if let standing { words += standing.faults.isEmpty ? " It has a multi-agency plan." : " No multi-agency plan: \(standing.faults.map(\.words).joined(separator: "; ").lowercasedFirst)." }
    guard meeting.heldOn <= today else {
      return Taking.Spot(title: spot.name, words: words + " Decisions and tasks are recorded from \(meeting.heldOn.words) on.", links: [])
    }
    if officer.may(.designateHotSpots, in: spot.authority) {
      for step in spot.state.steps where step.needsDesignator {
        if step == .designate, let obstacle = HotSpotRules.obstacle(toDesignating: spot.proposedBy, by: officer.id, answeredOn: spot.answeredOn, decidedOn: meeting.heldOn) {
          words += " \(obstacle.words)."
          continue
        }
        links.append(.init("\(step.action): \(spot.name)", base + "/decisions/" + step.rawValue))
      }
    }
    if spot.state.isLive, officer.may(.managePlans, in: spot.authority) {
      links.append(standing?.plan == nil ? .init("Begin a plan for \(spot.name)", Path.hotSpot(spot.id, "plan")) : .init("Give a task: \(spot.name)", base + "/task"))
    }
    return Taking.Spot(title: spot.name, words: words, links: links)
  }

  static func packs(_ meeting: TaskingMeeting, _ printed: [PrintedPack], form: FormView, _ settings: Settings) -> Sheet {
    var sheet = Sheet(
      title: "Papers for organisations", crumbs: crumbs(meeting, "Papers"), line: Sheet.line(meeting.state.tag, meeting.name(settings)),
      lead: "Each organisation’s paper holds what it may see: its own actions in full, of others the title, hot spots by name only where their handling allows, of information nothing. It is noted who printed which.")
    sheet.errorSummary = form.errorSummary
    let table = Table<PrintedPack>(rowHeader: "organisation", [
      Column("organisation", "Organisation") { .link(address: Path.tasking(meeting.id, "packs/\($0.organisation)"), text: settings.organisation($0.organisation)?.name ?? "An organisation") },
      .text("by", "Printed by") { $0.maker ?? "Somebody who left" }, .date("at", "When") { London.time(of: $0.at) },
    ])
    sheet.sections = [
      .init("Print a paper", id: "print", form.html),
      .init("Printed", id: "printed", table.html(printed, caption: "Papers that were printed, the latest first", empty: .init("None yet", "No paper of this meeting was printed."))),
    ]
    return sheet
  }
}
