import Domain
import Foundation
import Postgres
import Web

/// Lists of hearings, and one hearing with its check, as sheets.
enum HearingPages {
  static func table(_ settings: Settings, committeeShown: Bool = true) -> Table<PanelView> {
    var columns: [Column<PanelView>] = [
      .date("on", "Day", export: { $0.hearing.heldOn.iso }) { $0.hearing.heldOn.short },
      Column("subject", "Hearing") { .titled(address: Path.hearing($0.hearing.id), text: $0.hearing.subject, note: "\($0.hearing.reference), \($0.hearing.kind.name.lowercased())") },
    ]
    if committeeShown {
      columns.append(.text("committee", "Committee") { "\($0.hearing.committeeName), \(settings.authority($0.hearing.authority)?.name ?? "")" })
    }
    columns += [
      .text("panel", "Panel") { $0.hearing.panel.isEmpty ? nil : $0.panelWords },
      .light("light", "May it sit?") { $0.statusLight },
    ]
    return Table(rowHeader: "subject", columns)
  }

  /// The calendar: what is broken first, then everything to come.
  static func list(_ views: [PanelView], broken: [PanelView], pools: [(Committee, CommitteePages.Forecast)], past: Bool, pagination: Pagination?, settings: Settings, today: Day, mayManage: Bool) -> Sheet {
    var sheet = Sheet(title: past ? "Hearings held" : "Hearings")
    sheet.line = Sheet.line(nil, past ? "Before \(today.words)" : "From \(today.longWords)")
    if !broken.isEmpty {
      sheet.warning = broken.count == 1 ? "The panel of one hearing may no longer sit." : "The panels of \(broken.count) hearings may no longer sit."
    }
    if !broken.isEmpty, !past {
      let table = Table<PanelView>(rowHeader: "subject", [
        .date("on", "Day") { $0.hearing.heldOn.short },
        Column("subject", "Hearing") { .titled(address: Path.hearing($0.hearing.id), text: $0.hearing.subject, note: $0.hearing.reference) },
        Column("why", "What is wrong") { .text($0.blocking.map(\.text).joined(separator: ". ")) },
      ])
      sheet.sections.append(.init("Panels that may not sit", id: "broken", table.html(broken, caption: "Panels that may not sit")))
    }
    sheet.sections.append(.init(
      past ? nil : "To come", id: "calendar",
      table(settings).html(views, caption: past ? "Hearings held" : "Hearings to come",
        empty: .init(past ? "No hearing before today" : "No hearing is arranged", mayManage ? "Arrange one from its committee." : "", link: "Committees", address: Path.committees)),
      links: [past ? .init("Hearings to come", Path.hearings) : .init("Hearings before today", Path.hearings + "?past=yes")]))
    let low = pools.filter { $0.1.warning != nil }
    if !past, !low.isEmpty {
      let table = Table<(committee: Committee, warning: String)>(rowHeader: "committee", [
        Column("committee", "Committee") { .titled(address: Path.committee($0.committee.id) + "#pool", text: $0.committee.name, note: settings.authority($0.committee.authority)?.name ?? "") },
        .text("warning", "Forecast") { $0.warning },
      ])
      sheet.sections.append(.init("Too few who can sit", id: "pools", table.html(low.map { ($0.0, $0.1.warning ?? "") }, caption: "Committees with too few members who can sit"), links: [.init("Training that runs out", Path.training + "/reminders")]))
    }
    sheet.pagination = pagination
    return sheet
  }

  // MARK: One hearing

  struct Finding: Sendable {
    var finding: EmpanelFinding
    var isOverridden: Bool
  }

  static func tag(_ severity: EmpanelFinding.Severity) -> StatusTag {
    switch severity {
    case .blockStatutory: StatusTag(severity.name, .red)
    case .blockPolicy: StatusTag(severity.name, .orange)
    case .warn: StatusTag(severity.name, .blue)
    }
  }

  /// The sentence alone: the code of the rule stands with the panel that was fixed, for whoever audits it.
  static func findings(_ all: [EmpanelFinding], overridden: Set<String>, caption: String) -> TrustedHTML {
    Table<Finding>(rowHeader: "text", [
      .tag("severity", "Weight") { tag($0.finding.severity) }, .text("text", "What") { $0.finding.text },
      .text("state", "Put aside") { $0.isOverridden ? "By override" : nil },
    ]).html(all.map { Finding(finding: $0, isOverridden: $0.severity == .blockPolicy && overridden.contains($0.mark)) }, caption: caption, empty: .init("Nothing is found against this panel", "Every member may sit on the day."))
  }

  static func record(
    _ view: PanelView, check: EmpanelCheck, moves: [HearingMove], history: [History.Line], settings: Settings, officer: Officer, today: Day, tokens: [FormToken]
  ) -> Sheet {
    let hearing = view.hearing
    let may = officer.may(.manageCommittees, in: hearing.authority)
    let isOpen = hearing.status == .scheduled
    let hearingCase = hearing.hearingCase(settings, asked: today)
    var sheet = Sheet(title: hearing.subject)
    sheet.crumbs = [Breadcrumb("Hearings", Path.hearings), Breadcrumb(hearing.reference)]
    sheet.line = Sheet.line(nil, hearing.reference, hearing.kind.name, hearing.heldOn.longWords, hearing.startsAt, hearing.committeeName, settings.authority(hearing.authority)?.name)
    if isOpen, may {
      sheet.actions = [
        .init(hearing.panel.isEmpty ? "Choose a panel" : "Change the panel", Path.hearing(hearing.id, "panel"), isPrimary: true),
        .init("Move it", Path.hearing(hearing.id, "day")), .init("Change details", Path.hearing(hearing.id, "edit")),
      ]
    }
    if !hearing.panel.isEmpty { sheet.actions.append(.init("Certificate", Path.hearing(hearing.id, "certificate"))) }
    if let licence = hearing.licence, officer.may(.readRegister, in: hearing.authority) { sheet.actions.append(.init("Proof of the licence", Path.licence(licence, "proof"))) }
    if view.isBroken { sheet.warning = "This panel may not sit on \(hearing.heldOn.words)." }
    sheet.lights = [view.statusLight] + timetableLights(hearing, settings, today)
    let panel = hearing.panel.enumerated().map { index, id in (id: id, presides: index == 0, findings: view.findings.filter { $0.member == id }) }
    let panelTable = Table<(id: UUID, presides: Bool, findings: [EmpanelFinding])>(rowHeader: "member", [
      Column("member", "Member") { .titled(address: Path.member($0.id), text: view.names[$0.id] ?? "Somebody unknown", note: check.candidate($0.id)?.ward ?? "") },
      .text("role", "Role on the committee") { row in check.candidate(row.id)?.role(on: hearing.heldOn)?.name ?? "Not on the committee that day" },
      .text("presides", "Presides") { $0.presides ? "Presides" : nil },
      .light("may", "May sit") { row in
        let blocks = row.findings.filter { $0.severity != .warn }
        let name = view.names[row.id] ?? ""
        if let first = blocks.first { return StatusLight("May sit", blocks.allSatisfy { hearing.overridden.contains($0.mark) } ? .due : .overdue, first.words(without: name)) }
        return row.findings.first.map { StatusLight("May sit", .due, $0.words(without: name)) } ?? StatusLight("May sit", .inOrder, "Yes")
      },
    ])
    sheet.sections.append(.init(
      "Panel", id: "panel",
      panelTable.html(panel, caption: "Panel", empty: .init("No panel is chosen", may && isOpen ? "Choose three members, or let the service find some." : "")),
      links: may && isOpen ? [.init("Find me a panel", Path.hearing(hearing.id, "panel") + "?find=yes")] : []))
    if !hearing.panel.isEmpty {
      let words = hearing.panelFor == hearing.heldOn ? "Checked as at the day of the hearing, \(hearing.heldOn.words)." : "The panel was chosen for \(hearing.panelFor?.words ?? "another day"); it is checked as at \(hearing.heldOn.words), the day the hearing is on now."
      sheet.sections.append(.init("What the check finds", id: "findings", words: words + (hearing.overrideReason.map { " Override of local rule: \($0)" } ?? ""), findings(view.findings, overridden: hearing.overridden, caption: "What the check finds")))
      if isOpen, !view.blocking.isEmpty {
        sheet.sections.append(.init(
          "Days on which this panel may sit", id: "first-day", words: check.lawfulDaysInWords(of: hearing.panel, for: hearingCase)))
      }
    }
    if isOpen { sheet.sections.append(substitutes(check.substitutes(for: hearing.panel, hearingCase), hearing, may && !hearing.panel.isEmpty, view, tokens)) }
    sheet.factsBelow = facts(hearing, settings)
    if isOpen, may { sheet.sections.append(interests(hearing, check, tokens)) }
    if !moves.isEmpty {
      let table = Table<HearingMove>(rowHeader: "from", [.date("from", "From") { $0.from.short }, .date("to", "To") { $0.to.short }, .text("why", "Why") { $0.reason }])
      sheet.sections.append(.init("Moved", table.html(moves, caption: "Days it was moved from and to")))
    }
    if isOpen, may { sheet.sections.append(closing(hearing, tokens)) }
    sheet.history = History.timeline(history)
    return sheet
  }
}

/// A day that a hearing was moved from and to.
struct HearingMove: RowDecodable, Sendable {
  var from: Day
  var to: Day
  var reason: String
  init(row: Row) throws {
    from = try row.get("from_day")
    to = try row.get("to_day")
    reason = try row.get("reason")
  }
  static func of(_ hearing: UUID) -> Query<HearingMove> {
    Query("SELECT from_day, to_day, reason FROM hearing_move WHERE hearing_id = \(hearing) ORDER BY recorded_at DESC, id")
  }
}
