import Domain
import Foundation
import Web

/// The training matrix, what runs out, and its heat-map by month.
enum MatrixPages {
  static func table(_ courses: [Course], _ filter: MatrixFilter, _ settings: Settings) -> Table<MatrixRow> {
    let windows = settings.committees.expiringWindows
    var columns: [Column<MatrixRow>] = [
      Column("member", "Member") { .titled(address: Path.member($0.id), text: $0.name, note: [$0.ward, settings.authority($0.authority)?.name ?? ""].filter { !$0.isEmpty }.joined(separator: ", ")) },
      Column<MatrixRow>.text("ward", "Ward") { $0.ward }.exportOnly, Column<MatrixRow>.text("district", "District") { settings.authority($0.authority)?.name }.exportOnly,
      Column<MatrixRow>.text("roles", "Committees") { $0.roles },
    ]
    for course in courses {
      columns.append(.light("course-\(course.code)", course.title) { $0.cells[course.id]?.light(course.title, on: filter.day, windows: windows) ?? StatusLight(course.title, .notOwed, "Not asked for") })
    }
    return Table(rowHeader: "member", columns)
  }

  static func matrix(
    _ rows: [MatrixRow], courses: [Course], committees: [Committee], pools: [(Committee, CommitteePages.Forecast)], filter: MatrixFilter, query: QueryItems, pagination: Pagination?,
    settings: Settings, officer: Officer
  ) -> Sheet {
    let sentence = filter.sentence(settings, committees)
    var sheet = Sheet(title: "Members’ training")
    sheet.line = Sheet.line(nil, sentence)
    sheet.actions = [.init("Sessions", Path.sessions), .init("What runs out", Path.training + "/reminders"), .init("What is asked", Path.requirements)]
    let shownPools = pools.filter { filter.committee == nil || $0.0.id == filter.committee }
    if let only = shownPools.first, filter.committee != nil { sheet.warning = only.1.warning }
    let low = filter.committee == nil ? pools.filter { $0.1.warning != nil } : []
    if !low.isEmpty { sheet.warning = low.count == 1 ? "\(low[0].0.name): \(low[0].1.warning ?? "")" : "\(low.count) committees will have too few members who can sit." }
    let choices = committees.map { Field.Choice($0.id.uuidString.lowercased(), "\($0.name), \(settings.authority($0.authority)?.name ?? "")") }
    let form = FormView(
      action: Path.training, method: .get,
      parts: [
        .row([
          .select("committee", "Committee", filter.committee?.uuidString.lowercased() ?? "", [.init("", "All")] + choices),
          .select("district", "District", filter.authority.flatMap { settings.authority($0)?.slug } ?? "", [.init("", "All")] + settings.county.authorities.map { .init($0.slug, $0.name) }),
          .select("only", "Show", filter.exceptions ? "exceptions" : "", [.init("", "Everybody"), .init("exceptions", "Only what is not in order")]),
        ]),
        .field(.date("on", "As of which day?", DateFields(filter.day))),
      ], buttons: [.init("Show", .secondary)])
    let bare = query.removing("after")
    let shown = courses.filter { course in rows.contains { $0.cells[course.id] != nil } }
    sheet.sections = [
      .init(nil, HTMLBuffer.build { out in
        out.append("<details class=\"govuk-details app-no-print\"><summary class=\"govuk-details__summary\"><span class=\"govuk-details__summary-text\">Another committee, district or day</span></summary><div class=\"govuk-details__text\">")
        out.append(form.html)
        out.append("</div></details>")
      }),
      .init(nil, table(shown.isEmpty ? courses : shown, filter, settings).html(rows, caption: sentence, empty: .init("Nobody", filter.exceptions ? "Everybody’s training is in order that day." : "No committee has members that day.")),
        links: [.init("Download this list (CSV)", bare.at(Path.training + ".csv").address)]),
    ]
    if let only = shownPools.first, filter.committee != nil {
      sheet.sections.insert(.init("Who can sit", chart: only.1.chart(only.0)), at: 1)
    } else if officer.may(.ownTraining), !pools.isEmpty {
      // The chair: the forecast of each committee beside the matrix.
      sheet.sections += pools.prefix(3).map { .init($0.0.name, chart: numbered($0.1.chart($0.0), $0.0.id)) }
    }
    sheet.pagination = pagination
    return sheet
  }

  private static func numbered(_ chart: Chart, _ id: UUID) -> Chart {
    var chart = chart
    chart.id = "pool-\(id.uuidString.lowercased().prefix(8))"
    return chart
  }

  // MARK: What runs out

  static func words(_ reminder: MatrixStore.Reminder, _ day: Day, _ windows: [Int]) -> String {
    guard reminder.state == "valid", let before = reminder.before else {
      return ["unsigned": "Not signed", "expired": "Ran out", "due": "Induction due", "overdue": "Overdue"][reminder.state] ?? reminder.state
    }
    let left = before - 1 - day
    return windows.filter { left <= $0 }.min().map { "Within \($0) days" } ?? "Later"
  }

  static func reminders(_ rows: [MatrixStore.Reminder], heat: [MatrixStore.Heat], courses: [Course], on day: Day, settings: Settings) -> Sheet {
    let windows = settings.committees.expiringWindows
    var sheet = Sheet(title: "What runs out")
    sheet.crumbs = [Breadcrumb("Members’ training", Path.training), Breadcrumb("What runs out")]
    sheet.lead = "Reminders fall due \(windows.map(String.init).joined(separator: ", ")) days before training runs out. Nothing is sent by the service: this is the list to act on."
    let counted = Dictionary(grouping: rows) { words($0, day, windows) }.mapValues(\.count)
    let order = ["Overdue", "Ran out", "Not signed", "Induction due"] + windows.reversed().map { "Within \($0) days" }
    sheet.figures = Figures(order.compactMap { word in counted[word].map { Figures.Figure($0, word.lowercased(), "#list", state: ["Overdue", "Ran out"].contains(word) ? .overdue : .due) } })
    if sheet.figures?.figures.isEmpty == true { sheet.figures = nil }
    let table = Table<MatrixStore.Reminder>(rowHeader: "member", [
      .link("member", "Member", to: { Path.member($0.member) }) { $0.name }, .text("district", "District") { settings.authority($0.authority)?.name },
      .text("course", "Course") { $0.course },
      .light("state", "State") { row in
        let text = words(row, day, windows)
        return StatusLight("State", ["Overdue", "Ran out"].contains(text) ? .overdue : .due, text)
      },
      .date("when", "Day") { row in row.state == "due" || row.state == "overdue" ? row.dueBy.short : row.before.map { ($0 - 1).short } },
    ])
    sheet.sections = [
      .init("By month", words: "How many members’ training runs out, by course and month.", self.heat(heat, courses.filter { course in heat.contains { $0.course == course.id } }, from: day)),
      .init("Who", id: "list", table.html(rows, caption: "Training that runs out or is not in order", empty: .init("Nothing runs out", "Everybody’s training lasts longer than \(windows.max() ?? 90) days.")),
        links: [.init("Arrange a session", Path.sessions + "/new")]),
    ]
    return sheet
  }

  /// Courses by months: the figure in each cell, shaded by how large it is.
  private static func heat(_ cells: [MatrixStore.Heat], _ courses: [Course], from day: Day) -> TrustedHTML {
    let months = (0..<12).map { day.firstOfMonth.adding(months: $0) }
    let most = max(cells.map(\.count).max() ?? 1, 1)
    let counts = Dictionary(grouping: cells, by: \.course).mapValues { Dictionary($0.map { ($0.month, $0.count) }, uniquingKeysWith: +) }
    var columns: [Column<Course>] = [.text("course", "Course") { $0.title }]
    for month in months {
      columns.append(Column(
        "m\(month.iso)", String(month.monthWords.prefix(3)) + " \(month.year % 100)", align: .end, plain: { String(counts[$0.id]?[month] ?? 0) },
        write: { course, out in
          let count = counts[course.id]?[month] ?? 0
          guard count > 0 else { return out.append("<span class=\"app-none\">0</span>") }
          switch (count * 3 + most - 1) / most {
          case 1: out.append("<span class=\"app-heat app-heat--1\">")
          case 2: out.append("<span class=\"app-heat app-heat--2\">")
          default: out.append("<span class=\"app-heat app-heat--3\">")
          }
          out.append(count)
          out.append("</span>")
        }))
    }
    return Table<Course>(rowHeader: "course", narrow: .scrolls, columns).html(courses, caption: "Training that runs out, by course and month", empty: .init("Nothing runs out in the next twelve months"))
  }
}
