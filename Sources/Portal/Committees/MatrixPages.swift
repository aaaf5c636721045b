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
    isForPaper: Bool = false, settings: Settings, officer: Officer
  ) -> Sheet {
    let sentence = filter.sentence(settings, committees)
    var sheet = Sheet(title: "Members’ training")
    sheet.line = Sheet.line(nil, sentence)
    sheet.actions = [.init("Sessions", Path.sessions), .init("What runs out", Path.training + "/reminders"), .init("What is asked", Path.requirements)]
    if officer.may(.recordMemberTraining) { sheet.actions.append(.init("Completions from a file", Path.trainingImports)) }
    if isForPaper { sheet.lead = "Everybody on one page, \(rows.count == 1 ? "1 member" : "\(rows.count) members"). Print it from the browser." }
    let shownPools = pools.filter { filter.committee == nil || $0.0.id == filter.committee }
    if let only = shownPools.first, filter.committee != nil { sheet.warning = only.1.warning }
    let low = filter.committee == nil ? pools.filter { $0.1.warning != nil } : []
    if !low.isEmpty { sheet.warning = low.count == 1 ? "\(low[0].0.name): \(low[0].1.warning ?? "")" : "\(low.count) committees will have too few members who can sit." }
    // Nobody looks through hundreds of names: of so many, those of a district are offered once it is chosen.
    let near = committees.filter { filter.authority == nil || $0.authority == filter.authority }
    let isLong = near.count > 100
    let choices = (isLong ? near.filter { $0.id == filter.committee } : near).map { Field.Choice($0.id.uuidString.lowercased(), "\($0.name), \(settings.authority($0.authority)?.name ?? "")") }
    let form = FormView(
      action: Path.training, method: .get,
      parts: [
        .row([
          .select("committee", "Committee", filter.committee?.uuidString.lowercased() ?? "", [.init("", isLong ? "All: choose a district to see its own" : "All")] + choices),
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
        links: [.init("Download this list (CSV)", bare.at(Path.training + ".csv").address)] + (isForPaper ? [] : [.init("All on one page, for an agenda pack", bare.setting("paper", "yes").address)])),
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

  static func reminders(_ rows: [MatrixStore.Reminder], heat: [MatrixStore.Heat], courses: [Course], on day: Day, settings: Settings, maySeeSent: Bool, only: String? = nil) -> Sheet {
    let windows = settings.committees.expiringWindows
    var sheet = Sheet(title: "What runs out")
    sheet.crumbs = [Breadcrumb("Members’ training", Path.training), Breadcrumb("What runs out")]
    sheet.lead = "Members are reminded by e-mail \(Day.stepsInWords(windows)) days before training runs out, once each, unless they switched it off."
    if maySeeSent { sheet.actions = [.init("What was sent", Path.notices)] }
    let counted = Dictionary(grouping: rows) { words($0, day, windows) }.mapValues(\.count)
    let order = ["Overdue", "Ran out", "Not signed", "Induction due"] + windows.reversed().map { "Within \($0) days" }
    sheet.figures = Figures(order.compactMap { word in counted[word].map { Figures.Figure($0, word.lowercased(), "#list", state: ["Overdue", "Ran out"].contains(word) ? .overdue : .due) } })
    if sheet.figures?.figures.isEmpty == true || only != nil { sheet.figures = nil }
    let table = Table<MatrixStore.Reminder>(rowHeader: "member", [
      .link("member", "Member", to: { Path.member($0.member) }) { $0.name }, .text("district", "District") { settings.authority($0.authority)?.name },
      .text("course", "Course") { $0.course },
      .light("state", "State") { row in
        let text = words(row, day, windows)
        return StatusLight("State", ["Overdue", "Ran out"].contains(text) ? .overdue : .due, text)
      },
      .date("when", "Day") { row in row.state == "due" || row.state == "overdue" ? row.dueBy.short : row.before.map { ($0 - 1).short } },
      .text("reminded", "Reminded") { row in row.state != "valid" ? nil : row.reminded.map { "At \($0) days" } ?? row.silence ?? "Not yet" },
    ])
    sheet.sections = [
      .init("By month", chart: self.heat(heat, courses.filter { course in heat.contains { $0.course == course.id } }, from: day)),
      .init("Who", id: "list", words: only, table.html(rows, caption: only ?? "Training that runs out or is not in order", empty: .init("Nothing runs out", "Everybody’s training lasts longer than \(windows.max() ?? 90) days.")),
        links: [.init("Sessions", Path.sessions)] + (only == nil ? [] : [.init("Everything that runs out", Path.training + "/reminders")])),
    ]
    return sheet
  }

  /// Courses by months: the figure in each cell leads to whom it counts.
  private static func heat(_ cells: [MatrixStore.Heat], _ courses: [Course], from day: Day) -> Chart {
    let months = (0..<12).map { day.firstOfMonth.adding(months: $0) }
    let counts = Dictionary(grouping: cells, by: \.course).mapValues { Dictionary($0.map { ($0.month, $0.count) }, uniquingKeysWith: +) }
    let all = cells.reduce(0) { $0 + $1.count }
    let worst = Dictionary(grouping: cells, by: \.month).mapValues { $0.reduce(0) { $0 + $1.count } }.max { ($0.value, $1.key) < ($1.value, $0.key) }
    let summary = all == 0 ? "Nothing runs out in the next twelve months." : "\(all) run out in the next twelve months\(worst.map { ", most of them in \($0.key.monthWords): \($0.value)" } ?? "")."
    return Chart.heat(
      "Training that runs out, by course and month", id: "heat", summary: summary, labelled: "Month", months.map { String($0.monthWords.prefix(3)) + " \($0.year)" },
      courses.map { course in
        Chart.Series(course.title, months.map { month in
          let count = counts[course.id]?[month] ?? 0
          return Chart.Point(Double(count), address: count > 0 ? Path.training + "/reminders?course=\(course.code)&month=\(month.iso.prefix(7))#list" : nil)
        })
      }, unit: .count)
  }
}
