import Domain
import Foundation
import Postgres
import Web

/// Lists and records of committees, as sheets.
enum CommitteePages {
  /// A committee with its strength over the coming days.
  struct Line: Sendable {
    var committee: Committee
    var today: PoolDay?
    var lowest: PoolDay?
  }

  static func light(_ able: Int, _ rules: Settings.Committees, _ words: String) -> StatusLight {
    StatusLight("Able to sit", able < rules.poolAlarm ? .overdue : able < rules.poolWarning ? .due : .inOrder, words)
  }

  static func list(_ lines: [Line], _ settings: Settings, mayManage: Bool, pagination: Pagination?) -> Sheet {
    let rules = settings.committees
    let table = Table<Line>(rowHeader: "name", [
      Column("name", "Committee") { .titled(address: Path.committee($0.committee.id), text: $0.committee.name, note: $0.committee.rule.regime.name) },
      .text("district", "District") { settings.authority($0.committee.authority)?.name },
      .number("members", "Members today") { $0.today?.members },
      .light("able", "Able to sit today") { $0.today.map { light($0.able, rules, String($0.able)) } },
      .light("lowest", "Fewest in \(rules.forecastDays) days") { $0.lowest.map { light($0.able, rules, "\($0.able) on \($0.day.short)") } },
    ])
    var sheet = Sheet(title: "Committees")
    sheet.lead = "A hearing needs members who are on the committee that day and whose training counts that day."
    if mayManage { sheet.actions = [.init("Set up a committee", Path.committees + "/new"), .init("May turnover of a district", Path.committees + "/turnover"), .init("Bring in councillors", Path.members + "/import")] }
    sheet.sections = [
      .init(nil, table.html(lines, caption: "Committees and how many of their members can sit", empty: .init("No committees yet", "Set up the first, or bring in councillors and memberships from a file."))),
    ]
    sheet.pagination = pagination
    return sheet
  }

  /// The forecast of a committee: the chart, what to do, by when.
  struct Forecast: Sendable {
    var days: [PoolDay]
    var rules: Settings.Committees

    /// The first day on which fewer than `least` members can sit.
    func firstBelow(_ least: Int) -> PoolDay? { days.first { $0.able < least } }

    /// "Fewer than three members can sit from 21 June 2026: train somebody before then."
    var warning: String? {
      func words(_ day: PoolDay, _ least: Int) -> String {
        let now = day.day == days.first?.day
        return now ? "Only \(day.able) \(day.able == 1 ? "member" : "members") can sit today, fewer than \(least). Train somebody now."
          : "From \(day.day.words) only \(day.able) \(day.able == 1 ? "member" : "members") can sit, fewer than \(least). Train somebody before \(day.day.words)."
      }
      if let day = firstBelow(rules.poolAlarm) { return words(day, rules.poolAlarm) }
      return firstBelow(rules.poolWarning).map { words($0, rules.poolWarning) }
    }

    /// Days on which the figure changes, and the last: what a table of ninety equal rows would hide.
    var turning: [PoolDay] {
      days.enumerated().filter { index, day in index == 0 || index == days.count - 1 || day.able != days[index - 1].able || day.members != days[index - 1].members }.map(\.element)
    }

    func chart(_ committee: Committee) -> Chart {
      let first = days.first?.able ?? 0
      let least = days.min { $0.able < $1.able }
      let summary = least.map { $0.able == first ? "\(first) members can sit today, and never fewer in these \(days.count) days." : "\(first) members can sit today; the fewest is \($0.able), on \($0.day.words)." } ?? ""
      let shown = turning
      var chart = Chart.line(
        "Members able to sit, next \(days.count) days", id: "pool", summary: summary, labelled: "Day", shown.map { String($0.day.short.dropLast(5)) },
        [
          Chart.Series("Able to sit", shown.map { Chart.Point(Double($0.able), address: Path.committee(committee.id) + "?on=\($0.day.iso)") }),
          Chart.Series("On the committee", shown.map { Chart.Point(Double($0.members)) }),
        ], unit: .count)
      chart.heldFrom = shown.map(\.day.dayNumber)
      return chart
    }
  }

  struct Seat: Sendable {
    var appointment: Appointment
    var isAble: Bool
    var reason: String?
  }

  /// A committee as of a day.
  static func record(
    _ committee: Committee, on day: Day, today: Day, seats: [Seat], others: [Appointment], forecast: Forecast, hearings: [PanelView], parent: Committee?,
    history: [History.Line], settings: Settings, officer: Officer, tokens: [FormToken]
  ) -> Sheet {
    let may = officer.may(.manageCommittees, in: committee.authority)
    let id = committee.id
    var sheet = Sheet(title: committee.name)
    sheet.crumbs = [Breadcrumb("Committees", Path.committees), Breadcrumb(committee.name)]
    sheet.line = Sheet.line(nil, settings.authority(committee.authority)?.name, committee.rule.regime.name, "Municipal year \(MunicipalYear(containing: day).name)")
    if may {
      sheet.actions = [
        .init("Appoint a member", Path.committee(id, "appointment"), isPrimary: true), .init("May turnover", Path.committee(id, "turnover")),
        .init("Arrange a hearing", Path.committee(id, "hearing")), .init("Change its rules", Path.committee(id, "edit")),
      ]
      if parent != nil { sheet.actions.removeFirst(2) }
    }
    sheet.warning = forecast.warning
    let able = seats.filter(\.isAble).count
    let sitting = seats.filter { $0.appointment.role.sits(committee.rule.regime) }.count
    let rule = committee.rule
    let size = rule.regime == .la2003 && !(rule.sizeLeast...rule.sizeMost).contains(sitting)
    sheet.lights = [
      light(able, settings.committees, "\(able) of \(sitting) members can sit on \(day.short)"),
      StatusLight("Size", size ? .due : .inOrder, "\(sitting) members", reason: rule.regime == .la2003 ? "The law asks for \(rule.sizeLeast) to \(rule.sizeMost) (s.6)" : "Local rule: \(rule.sizeLeast) to \(rule.sizeMost)"),
      StatusLight("Panels", .notOwed, "\(rule.panelSize) members, quorum \(rule.quorum)", reason: rule.regime.isStatutory ? "Three members of the committee (s.9)" : "The council’s constitution"),
    ]
    let table = Table<Seat>(rowHeader: "member", [
      Column("member", "Member") { .titled(address: Path.member($0.appointment.member), text: $0.appointment.memberName, note: $0.appointment.ward) },
      .text("role", "Role") { $0.appointment.role.name }, .date("from", "From") { $0.appointment.days.from.short }, .date("to", "To") { Day.lastWords($0.appointment.days) },
      .light("able", "Able to sit") {
        $0.appointment.role.sits(committee.rule.regime)
          ? ($0.isAble ? StatusLight("Able", .inOrder, "Yes") : StatusLight("Able", .overdue, "No", reason: $0.reason)) : StatusLight("Able", .notOwed, "Does not sit")
      },
      .text("why", "Why not") { $0.reason },
      Column("do", "Action", plain: { _ in "" }) { seat, out in
        guard may, parent == nil, seat.appointment.days.before.map({ $0 > today }) ?? true else { return }
        out.append("<a class=\"govuk-link app-no-print\"")
        out.append(href: Path.committee(id, "appointments/\(seat.appointment.id.uuidString.lowercased())/end"))
        out.append(">End<span class=\"govuk-visually-hidden\"> the appointment of ")
        out.append(escaping: seat.appointment.memberName)
        out.append("</span></a>")
      }.pageOnly,
    ])
    let from = parent.map { "Its members are those of \($0.name)." }
    let dayForm = FormView(
      action: Path.committee(id), method: .get, parts: [.field(.date("on", "As of which day?", DateFields(day)))], buttons: [.init("Show", .secondary)])
    sheet.sections = [
      .init("Members on \(day.words)", id: "members", words: from,
        table.html(seats, caption: "Members on \(day.words)", empty: .init("Nobody is on this committee that day", may ? "Appoint a member, or run the May turnover." : "")),
        links: [.init("Their training", QueryItems(path: Path.training, [("committee", id.uuidString.lowercased()), ("on", day.iso)]).address)]),
      .init("Who can sit in the next \(settings.committees.forecastDays) days", id: "pool", words: "The table lists today, the days on which a number changes, and the last day.", chart: forecast.chart(committee)),
      .init("Hearings to come", id: "hearings", HearingPages.table(settings, committeeShown: false).html(hearings, caption: "Hearings to come", empty: .init("No hearing is arranged"))),
      .init("Another day", dayForm.html),
      .init("Appointments before and after", years(others)),
    ]
    sheet.history = History.timeline(history)
    return sheet
  }

  private static func years(_ appointments: [Appointment]) -> TrustedHTML {
    Table<Appointment>(rowHeader: "member", [
      .text("year", "Municipal year") { MunicipalYear(containing: $0.days.from).name },
      .link("member", "Member", to: { Path.member($0.member) }) { $0.memberName }, .text("role", "Role") { $0.role.name },
      .date("from", "From") { $0.days.from.short }, .date("to", "To") { Day.lastWords($0.days) }, .text("why", "Why it ended") { $0.endedWhy.isEmpty ? nil : $0.endedWhy },
    ]).html(appointments, caption: "Appointments before and after", empty: .init("None"))
  }
}
