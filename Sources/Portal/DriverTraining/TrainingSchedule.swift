import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// The schedule that goes to committee: who does not meet the rule in force for them, those suspended already apart.
enum TrainingSchedule {
  /// A printed schedule longer than this is no paper for a meeting; the CSV holds all.
  private static let most = 2_000

  private static func filter(_ visit: OfficerVisit, _ show: UntrainedFilter.Show) throws -> UntrainedFilter {
    UntrainedFilter(authority: try visit.query()["district"].flatMap { visit.environment.settings.authority(slug: $0)?.id }, show: show)
  }

  static func show(_ visit: OfficerVisit) async throws -> Response {
    try visit.require(.readRegister, of: .drivers)
    let settings = visit.environment.settings
    let (overdue, suspended, grace) = try await visit.environment.database.read(
      as: visit.officer, DriverRuleStore.untrained(try filter(visit, .overdue), on: visit.today, at: .first, limit: most + 1),
      DriverRuleStore.untrained(try filter(visit, .suspended), on: visit.today, at: .first, limit: most + 1),
      DriverRuleStore.untrained(try filter(visit, .grace), on: visit.today, at: .first, limit: most + 1))
    let query = try visit.queryItems()
    let place = query["district"].flatMap { settings.authority(slug: $0) }
    let names = table(settings, withDistrict: place == nil)
    var sheet = Sheet(title: "Drivers without the training that is asked for")
    sheet.crumbs = [Breadcrumb("Training of drivers", Path.driverTraining), Breadcrumb("Schedule")]
    sheet.line = Sheet.line(nil, place?.name ?? "All of your districts", "As on \(visit.today.words)")
    sheet.lead = "Schedule for committee. Print it from the browser: what can be clicked is left out."
    sheet.figures = Figures([
      .init(overdue.count > most ? "over \(most.grouped)" : overdue.count.grouped, "overdue and not suspended", "#overdue"),
      .init(suspended.count > most ? "over \(most.grouped)" : suspended.count.grouped, "suspended already", "#suspended"), .init(grace.count > most ? "over \(most.grouped)" : grace.count.grouped, "in their time of grace", Path.driverTraining + "?show=grace"),
    ])
    var districts = visit.officer.authorities(.readRegister).compactMap(settings.authority).map { Sheet.Link($0.name, Path.driverTraining + "/schedule?district=\($0.slug)") }
    districts.append(.init("All districts", Path.driverTraining + "/schedule"))
    if visit.officer.may(.exportRegister) { districts.append(.init("Take it away as CSV", query.at(Path.driverTraining + "/schedule.csv").address)) }
    func rest(_ rows: [UntrainedDriver]) -> String? { rows.count > most ? "The first \(most.grouped); the CSV holds all." : nil }
    sheet.sections = [
      .init(nil, links: districts), .init("How many, by district and kind", counts(overdue, suspended, settings)),
      .init("Overdue and not suspended", id: "overdue", words: rest(overdue), names.html(Array(overdue.prefix(most)), caption: "Overdue and not suspended", empty: .init("Nobody"))),
      .init("Suspended already", id: "suspended", words: rest(suspended) ?? "They do not meet the rule either, and cannot work until their suspension ends.", names.html(Array(suspended.prefix(most)), caption: "Suspended already", empty: .init("Nobody"))),
    ]
    return try visit.page(SheetPage(sheet))
  }

  private struct Count: Sendable {
    var authority: Int
    var kind: LicenceKind
    var overdue: Int
    var suspended: Int
  }

  private static func counts(_ overdue: [UntrainedDriver], _ suspended: [UntrainedDriver], _ settings: Settings) -> TrustedHTML {
    var all: [Int: [LicenceKind: Count]] = [:]
    for row in overdue { all[row.authority, default: [:]][row.kind, default: Count(authority: row.authority, kind: row.kind, overdue: 0, suspended: 0)].overdue += 1 }
    for row in suspended { all[row.authority, default: [:]][row.kind, default: Count(authority: row.authority, kind: row.kind, overdue: 0, suspended: 0)].suspended += 1 }
    let rows = all.sorted { $0.key < $1.key }.flatMap { $0.value.values.sorted { $0.kind.rawValue < $1.kind.rawValue } }
    return Table<Count>(rowHeader: "district", [
      .text("district", "District") { settings.authority($0.authority)?.name }, .text("kind", "Drivers") { $0.kind.plural },
      .number("overdue", "Overdue, not suspended") { $0.overdue }, .number("suspended", "Suspended already") { $0.suspended },
    ]).html(rows, caption: "By district and kind", empty: .init("Nobody", "Every driver meets the rule in force for them, or no rule is in force."))
  }

  private static func table(_ settings: Settings, withDistrict: Bool) -> Table<UntrainedDriver> {
    let district: [Column<UntrainedDriver>] = withDistrict ? [.text("district", "District") { settings.authority($0.authority)?.name }] : []
    return Table(rowHeader: "reference", [Column("reference", "Reference") { .link(address: Path.licence($0.id), text: $0.reference) }, .text("name", "Name") { $0.name }] + district + [
      .text("kind", "Kind") { $0.kind.name }, .text("lacks", "What they lack") { $0.lacks.name }, .date("due", "Owed from", export: { $0.dueOn.iso }) { $0.dueOn.short },
      .text("then", "What follows") { $0.consequence.name },
    ])
  }

  static func export(_ visit: OfficerVisit) async throws -> Response {
    try visit.require(.exportRegister, of: .drivers)
    let settings = visit.environment.settings
    let overdue = try filter(visit, .overdue), suspended = try filter(visit, .suspended)
    let rows = try await visit.environment.database.write(by: visit.officer, at: visit.environment.now()) { transaction in
      var rows = try await transaction.all(DriverRuleStore.untrained(overdue, on: visit.today, at: .first, limit: 20_000))
      rows += try await transaction.all(DriverRuleStore.untrained(suspended, on: visit.today, at: .first, limit: 20_000))
      let place = overdue.authority.flatMap { settings.authority($0)?.name }
      return Written(rows, AuditEntry(.exportList, of: visit.officer.id, detail: ["rows": String(rows.count), "filter": ["Schedule of drivers without training", place].compactMap { $0 }.joined(separator: ", ")]))
    }
    let all = Table<UntrainedDriver>(rowHeader: "reference", [
      .text("part", "Part") { $0.isSuspended ? "Suspended already" : "Overdue" }, .text("reference", "Reference") { $0.reference }, .text("name", "Name") { $0.name },
      .text("district", "District") { settings.authority($0.authority)?.name }, .text("kind", "Kind") { $0.kind.name }, .text("lacks", "What they lack") { $0.lacks.name },
      .date("due", "Owed from", export: { $0.dueOn.iso }) { $0.dueOn.short }, .text("then", "What follows") { $0.consequence.name },
    ])
    var bytes = all.csvHead
    for row in rows { all.appendCSV(row, to: &bytes) }
    return .download(bytes, type: "text/csv; charset=utf-8", name: "training-schedule-\(visit.today.iso).csv")
  }
}
