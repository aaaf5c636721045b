package import Domain
package import Foundation
import Web

/// The paper of one organisation: of its districts alone; its own actions in full, of others the title; a hot spot by name only where
/// handling allows; of information nothing. What is left out is counted, where the count itself tells nothing.
package struct TaskingPack: Sendable {
  package let meeting: TaskingMeeting
  package let organisation: Settings.Organisation
  package let settings: Settings
  package let today: Day
  package let hotSpots: [HotSpot]
  /// Hot spots to which an item under conditions is linked.
  package let underConditions: Set<UUID>
  package let standings: [UUID: PlanStanding]
  package let actions: [PlanAction]
  let words: [UUID: LatestWord]
  package let minutes: [TaskingMinute]

  private func isNear(_ authority: Int) -> Bool { organisation.authorities.contains(authority) }
  private func isOwn(_ action: PlanAction) -> Bool { action.organisation == organisation.id }

  /// "Lantern Street", or where its handling does not allow that, "HS-0003, a place in Worcester City".
  private func label(_ id: UUID, _ name: String, _ reference: String, _ reasons: [HotSpotReason], _ authority: Int?) -> String {
    mayBeNamed(id, reasons) ? name : "\(reference), a place in \(authority.flatMap(settings.authority)?.name ?? "the county")"
  }
  private func label(_ spot: HotSpot) -> String { label(spot.id, spot.name, spot.reference, spot.reasons, spot.authority) }
  private func mayBeNamed(_ id: UUID, _ reasons: [HotSpotReason]) -> Bool { TaskingRules.mayBeNamed(reasons, isUnderConditions: underConditions.contains(id)) }

  /// By the days that are printed: the order of the meeting's own list tells which lost what they rest on.
  package var near: [HotSpot] {
    hotSpots.filter { isNear($0.authority) && $0.state.isLive }.sorted { ($0.reviewBy?.dayNumber ?? .max, $0.reference) < ($1.reviewBy?.dayNumber ?? .max, $1.reference) }
  }
  package var own: [PlanAction] { actions.filter { isNear($0.authority) && isOwn($0) } }
  package var others: [PlanAction] { actions.filter { isNear($0.authority) && !isOwn($0) } }
  package var decisions: [TaskingMinute] { minutes.filter { minute in minute.kind != .note && (minute.authority.map(isNear) ?? false) } }

  private func spot(of action: PlanAction) -> HotSpot? { hotSpots.first { $0.id == action.hotSpot } }

  /// The title of an action: withheld where it would say which place it is.
  private func title(_ action: PlanAction) -> String {
    if isOwn(action) { return action.what }
    guard let spot = spot(of: action), mayBeNamed(spot.id, spot.reasons) else { return "Not printed" }
    return action.what
  }

  /// What is left out, each in a sentence.
  package var leftOut: [String] {
    func some(_ many: Int, _ one: String, _ several: String) -> String? { many == 0 ? nil : many == 1 ? "One \(one)" : "\(many) \(several)" }
    let far = hotSpots.filter { !isNear($0.authority) && $0.state.isLive }.count
    let unnamed = near.filter { !mayBeNamed($0.id, $0.reasons) }.count
    let untitled = others.filter { title($0) == "Not printed" }.count
    let hidden = minutes.filter { $0.kind != .note && !($0.authority.map(isNear) ?? true) }.count
    return [
      some(far, "hot spot outside your districts", "hot spots outside your districts"),
      some(unnamed, "hot spot’s name, as its handling does not allow it", "hot spots’ names, as their handling does not allow it"),
      some(untitled, "title of an action there", "titles of actions there"),
      some(others.count, "other organisation’s action, but for its title, owner and state", "other organisations’ actions, but for title, owner and state"),
      some(hidden, "decision or task outside your districts", "decisions and tasks outside your districts"),
      some(minutes.count { $0.kind == .note }, "note of the meeting", "notes of the meeting"),
      decisions.isEmpty ? nil : "The reasons of the decisions",
    ].compactMap { $0 }.map { $0 + "." }
  }

  var sheet: Sheet {
    var sheet = Sheet(
      title: "Tasking paper for \(organisation.name)",
      crumbs: [Breadcrumb("Tasking", Path.tasking), Breadcrumb(meeting.reference, meeting.path), Breadcrumb("Papers", Path.tasking(meeting.id, "packs")), Breadcrumb(organisation.name)],
      line: Sheet.line(nil, "OFFICIAL-SENSITIVE", meeting.name(settings), meeting.place),
      lead: "For \(organisation.name) alone. It holds what it may see and nothing else; it is not passed on. Print this page from the browser.")
    let spots = Table<HotSpot>(rowHeader: "name", [
      .text("name", "Hot spot") { label($0) }, .tag("state", "State") { $0.state.tag }, .text("district", "District") { settings.authority($0.authority)?.name },
      .date("review", "Look at it again by") { $0.reviewDayWords(today) }, .text("plan", "Multi-agency plan") { standings[$0.id]?.words },
    ])
    let mine = Table<PlanAction>(rowHeader: "what", [
      .text("what", "Action") { $0.what }, .text("spot", "Hot spot") { spot(of: $0).map(label) }, .text("lead", "Led by") { $0.lead }, .date("due", "Due") { $0.dueWords(today) },
      .tag("state", "State") { $0.shown.tag }, .text("words", "Last word", width: .third) { action in words[action.id].map { "\($0.words) (\($0.on.short))" } },
    ])
    let theirs = Table<PlanAction>(rowHeader: "what", [
      .text("what", "Action") { title($0) }, .text("owner", "Organisation") { settings.organisation($0.organisation)?.name }, .text("spot", "Hot spot") { spot(of: $0).map(label) },
      .date("due", "Due") { $0.dueWords(today) }, .tag("state", "State") { $0.shown.tag },
    ])
    let decided = Table<TaskingMinute>(rowHeader: "what", [
      .number("number", "Minute") { $0.number }, .text("what", "Decided") { $0.what(settings) },
      .text("spot", "Hot spot") { minute in
        guard let id = minute.hotSpot, let name = minute.hotSpotName else { return nil }
        return label(id, name, minute.hotSpotReference ?? "", minute.reasons, minute.authority)
      },
      .text("words", "Task") { minute in minute.kind == .task && minute.organisation == organisation.id ? minute.words : nil },
    ])
    sheet.sections = [
      .init("Your actions", id: "own", mine.html(own, caption: "Actions of \(organisation.name)", empty: .init("None", "No action of yours is open."))),
      .init("Decided at the meeting", id: "decided", decided.html(decisions, caption: "Decisions and tasks in your districts", empty: .init("Nothing yet", "Nothing was decided on a place in your districts."))),
      .init("Hot spots in your districts", id: "spots", spots.html(near, caption: "Hot spots in the districts of \(organisation.name)", empty: .init("None", "No hot spot is designated in your districts."))),
      .init("Actions of others there", id: "others", theirs.html(others, caption: "Titles of other organisations’ actions", empty: .init("None", "No other organisation has an action there."))),
      .init("Left out", id: "left-out", words: "Information from partners and police is never printed.", Self.list(leftOut)),
    ]
    return sheet
  }

  private static func list(_ lines: [String]) -> TrustedHTML {
    guard !lines.isEmpty else { return .none }
    return HTMLBuffer.build { out in
      out.append("<ul class=\"govuk-list govuk-list--bullet\">")
      for line in lines {
        out.append("<li>")
        out.append(escaping: line)
        out.append("</li>")
      }
      out.append("</ul>")
    }
  }
}
