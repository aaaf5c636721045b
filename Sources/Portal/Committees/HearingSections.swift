import Domain
import Foundation
import Web

/// Parts of the page of one hearing.
extension HearingPages {
  /// Whether the hearing begins, and notice of it was given, in time.
  static func timetableLights(_ hearing: Hearing, _ settings: Settings, _ today: Day) -> [StatusLight] {
    guard let timetable = settings.timetable(of: hearing.kind) else { return [StatusLight("Timetable", .notOwed, "No time limit in law")] }
    var lights: [StatusLight] = []
    if let end = hearing.periodEndsOn, let last = timetable.lastStart(after: end, settings.workingDays) {
      lights.append(StatusLight("Begins in time", hearing.heldOn > last ? .overdue : .inOrder, hearing.heldOn > last ? "Too late: by \(last.short)" : "Yes, by \(last.short)", reason: timetable.words.capitalizedFirst))
    } else if timetable.startWorkingDays != nil || timetable.startDays != nil {
      lights.append(StatusLight("Begins in time", .unknown, "The end of the period is not recorded", reason: timetable.words.capitalizedFirst))
    }
    if let last = timetable.lastNotice(before: hearing.heldOn, settings.workingDays) {
      if let given = hearing.noticeGivenOn {
        lights.append(StatusLight("Notice", given > last ? .overdue : .inOrder, given > last ? "Given \(given.short), due by \(last.short)" : "Given \(given.short)"))
      } else {
        lights.append(StatusLight("Notice", today > last ? .overdue : .due, today > last ? "Not recorded; was due by \(last.short)" : "To be given by \(last.short)"))
      }
    }
    if let caution = timetable.caution(periodEnd: hearing.periodEndsOn, day: hearing.heldOn, settings.workingDays) {
      lights.append(StatusLight("Bank holidays", .unknown, "Not all known", reason: caution))
    }
    return lights
  }

  static func facts(_ hearing: Hearing, _ settings: Settings) -> SummaryList {
    SummaryList([
      .init("Ward", hearing.ward), .init("Licence", hearing.licenceReference.isEmpty ? nil : hearing.licenceReference), .init("Period for representations ends", hearing.periodEndsOn?.words), .init("Notice given", hearing.noticeGivenOn?.words),
      .init("Timetable", settings.timetable(of: hearing.kind).map { "\($0.words.capitalizedFirst) (\($0.law))" } ?? "No time limit in law"),
      .init("Status", hearing.status.name, note: hearing.minutes.isEmpty ? nil : "Minutes: \(hearing.minutes)"),
    ])
  }

  static func substitutes(_ ranked: [RankedSubstitute], _ hearing: Hearing, _ mayReplace: Bool, _ view: PanelView, _ tokens: [FormToken]) -> Sheet.Section {
    let hidden = TrustedHTML.joined(tokens.map(\.html))
    // Whom to replace: the first whom something forbids to sit.
    let out = hearing.panel.first { id in view.blocking.contains { $0.member == id } }
    let columns: [Column<(place: Int, row: RankedSubstitute)>] = [
      .number("place", "Rank") { $0.place },
      Column("member", "Member") { .titled(address: Path.member($0.row.member.id), text: $0.row.member.name, note: $0.row.member.ward ?? "") },
      .text("role", "Role") { $0.row.role.name },
      .date("until", "Trained until") { $0.row.trainedThrough?.short ?? "No end" },
      .number("sits", "Hearings, 90 days around") { $0.row.member.sittings },
      .text("advice", "Advice") { $0.row.warnings.isEmpty ? nil : $0.row.warnings.map(\.text).joined(separator: ". ") },
      Column("do", "Action", plain: { _ in "" }) { item, buffer in
        guard mayReplace, let out else { return }
        let name = view.names[out] ?? "the member who may not sit"
        buffer.append("<form method=\"post\" class=\"app-no-print\"")
        buffer.append(attribute: "action", Path.hearing(hearing.id, "replacement"))
        buffer.append(">")
        buffer.append(hidden)
        buffer.append(FormToken(name: "out", value: out.uuidString.lowercased()).html)
        buffer.append(FormToken(name: "in", value: item.row.member.id.uuidString.lowercased()).html)
        buffer.append(FormToken(name: "panel", value: String(hearing.panelNumber)).html)
        buffer.append("<button class=\"govuk-button govuk-button--secondary app-button--compact\">Take<span class=\"govuk-visually-hidden\"> ")
        buffer.append(escaping: item.row.member.name)
        buffer.append("</span> for ")
        buffer.append(escaping: name)
        buffer.append("</button></form>")
      }.pageOnly,
    ]
    let table = Table<(place: Int, row: RankedSubstitute)>(rowHeader: "member", mayReplace && out != nil ? columns : columns.dropLast())
    return .init(
      "Who else can sit", id: "substitutes", words: ranked.isEmpty ? nil : "Nothing forbids these members to sit on \(hearing.heldOn.words). Without advice against them first, then who has sat least; those who said they cannot come stand last.",
      table.html(ranked.enumerated().map { ($0.offset + 1, $0.element) }, caption: "Who else can sit", empty: .init("Nobody else on the committee can sit that day", "Train or appoint somebody before then.", link: "Sessions", address: Path.sessions)))
  }

  static func interests(_ hearing: Hearing, _ check: EmpanelCheck, _ tokens: [FormToken]) -> Sheet.Section {
    let people = check.candidates.filter { $0.role(on: hearing.heldOn) != nil && hearing.interests[$0.id] == nil }
    let form = FormView(
      action: Path.hearing(hearing.id, "interest"), tokens: tokens,
      parts: [
        .row([
          .select("member", "Member", "", [.init("", "Choose the member")] + people.map { .init($0.id.uuidString.lowercased(), $0.name) }),
          .text("what", "What it is", "", width: .twenty, isOptional: true),
        ])
      ], buttons: [.init("Record the interest", .secondary)])
    let hidden = TrustedHTML.joined(tokens.map(\.html))
    let held = hearing.interests.map { (id: $0.key, name: check.candidate($0.key)?.name ?? "Somebody", what: $0.value) }.sorted { $0.name < $1.name }
    let table = Table<(id: UUID, name: String, what: String)>(rowHeader: "name", [
      .text("name", "Member") { $0.name }, .text("what", "Interest") { $0.what.isEmpty ? "Declared" : $0.what },
      Column("do", "Action", plain: { _ in "" }) { row, out in
        out.append("<form method=\"post\"")
        out.append(attribute: "action", Path.hearing(hearing.id, "interest"))
        out.append(">")
        out.append(hidden)
        out.append(FormToken(name: "withdrawn", value: row.id.uuidString.lowercased()).html)
        out.append("<button class=\"govuk-button govuk-button--secondary app-button--compact\">Withdraw<span class=\"govuk-visually-hidden\"> the interest of ")
        out.append(escaping: row.name)
        out.append("</span></button></form>")
      }.pageOnly,
    ])
    return .init("Interests declared", id: "interests", TrustedHTML.joined([held.isEmpty ? .none : table.html(held, caption: "Interests declared"), form.html]))
  }

  static func closing(_ hearing: Hearing, _ tokens: [FormToken]) -> Sheet.Section {
    let form = FormView(
      action: Path.hearing(hearing.id, "outcome"), tokens: tokens,
      parts: [
        .field(.hidden("version", String(hearing.version))),
        .field(.radios("status", "What became of it?", "", [.init("held", "It was held"), .init("cancelled", "It was cancelled")], inline: true)),
        .field(.text("minutes", "Reference of the minutes", "", width: .twenty, isOptional: true)),
      ], buttons: [.init("Record", .secondary)])
    return .init("After the hearing", id: "after", form.html)
  }
}
