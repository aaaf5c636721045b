import Domain
import Foundation
import Hummingbird
import Web

/// Orders and notices of the last quarters, over all who return them: how they go, and where. Small numbers are withheld, with a second
/// where one alone could be worked out; the file withholds them from everybody.
enum DisruptionRoutes {
  static func add(to routes: Routes) {
    routes.may(.readStrategy, .get, "disruption") { visit in
      let (day, errors) = try asked(visit)
      let counts = try await visit.returns.counts(on: day, for: visit.officer)
      let sheet = DisruptionPages.sheet(Disruption(counts, on: day, visit.environment.settings), withholding: !visit.officer.may(.manageReturns), visit, errors)
      return try visit.page(SheetPage(sheet), status: errors.isEmpty ? .ok : .unprocessableContent)
    }
    routes.may(.readStrategy, .get, "disruption.csv") { visit in
      let (day, _) = try asked(visit)
      let counts = try await visit.returns.counts(on: day, for: visit.officer)
      let found = Disruption(counts, on: day, visit.environment.settings)
      let table = DisruptionPages.trend(found, .obtained, withholding: true)
      var bytes = table.csvHead
      for row in found.orders { table.appendCSV(row, to: &bytes) }
      return .download(bytes, type: "text/csv; charset=utf-8", name: "orders-\(day.iso).csv")
    }
  }

  private static func asked(_ visit: OfficerVisit) throws -> (Day, Errors) {
    let query = try visit.query()
    var errors = Errors()
    guard let iso = query["on"], !iso.isEmpty else { return (visit.today, errors) }
    if let day = Day(iso: iso), day <= visit.today { return (day, errors) }
    errors.add("on", "Enter today or a day before")
    return (visit.today, errors)
  }
}

/// Counts of five quarters by order and district.
struct Disruption: Sendable {
  var day: Day
  /// The oldest first; the last is the quarter that ended before the day.
  var quarters: [ReturnPeriod]
  var districts: [Settings.Authority]
  /// Orders of which anything was returned.
  var orders: [Settings.Returns.Order]
  private var counts: [Key: [DisruptionForm.Count: Int]] = [:]
  private struct Key: Hashable { var period: Day, order: String, district: Int }

  init(_ rows: [DisruptionCount], on day: Day, _ settings: Settings) {
    self.day = day
    let latest = ReturnPeriod(.disruption, holding: ReturnPeriod(.disruption, holding: day).from - 1)
    quarters = (0...4).reversed().compactMap { ReturnPeriod(.disruption, from: latest.from.adding(months: -3 * $0)) }
    districts = settings.county.authorities
    let codes = Set(rows.map(\.line.code))
    orders = settings.returns.orders.filter { codes.contains($0.code) }
    for row in rows {
      counts[Key(period: row.period, order: row.line.code, district: row.line.authority)] = [.obtained: row.line.obtained, .breached: row.line.breached, .refused: row.line.refused]
    }
  }

  func byDistrict(_ count: DisruptionForm.Count, _ order: String, _ quarter: ReturnPeriod) -> [Int] {
    districts.map { counts[Key(period: quarter.from, order: order, district: $0.id)]?[count] ?? 0 }
  }
  func total(_ count: DisruptionForm.Count, _ order: String, _ quarter: ReturnPeriod) -> Int { byDistrict(count, order, quarter).reduce(0, +) }
}

enum DisruptionPages {
  private static func cell(_ count: Int, isWithheld: Bool) -> Cell { isWithheld ? .text("withheld") : .number(count) }

  /// An order a row, a quarter a column, over all districts.
  static func trend(_ found: Disruption, _ count: DisruptionForm.Count, withholding: Bool) -> Table<Settings.Returns.Order> {
    var columns: [Column<Settings.Returns.Order>] = [.text("order", "Order or notice") { $0.name }]
    for quarter in found.quarters {
      columns.append(Column(quarter.from.iso, quarter.words, align: .end) { order in
        let total = found.total(count, order.code, quarter)
        return cell(total, isWithheld: withholding && (Suppression.isSmall(total) || Suppression.judged(found.byDistrict(count, order.code, quarter)).total))
      })
    }
    columns.append(.text("trend", "Against the four before") { trend(found, count, $0.code, withholding: withholding) })
    return Table<Settings.Returns.Order>(rowHeader: "order", narrow: .scrolls, columns)
  }

  /// The last quarter against the mean of the four before it.
  private static func trend(_ found: Disruption, _ count: DisruptionForm.Count, _ code: String, withholding: Bool) -> String? {
    guard let last = found.quarters.last else { return nil }
    let now = found.total(count, code, last)
    let before = found.quarters.dropLast().map { found.total(count, code, $0) }
    // A comparison with a small number would tell it.
    if withholding, ([now] + before).contains(where: { $0 > 0 && $0 < 5 }) { return "withheld" }
    let mean = Double(before.reduce(0, +)) / 4
    if Double(now) == mean { return "As many as the mean" }
    return "\(Double(now) > mean ? "More" : "Fewer") than the mean of \(decimal(mean))"
  }

  private static func decimal(_ number: Double) -> String {
    let tenths = Int((number * 10).rounded())
    return tenths % 10 == 0 ? String(tenths / 10) : "\(tenths / 10).\(tenths % 10)"
  }

  static func sheet(_ found: Disruption, withholding: Bool, _ visit: OfficerVisit, _ errors: Errors) -> Sheet {
    let last = found.quarters.last
    var sheet = Sheet(title: "Orders and notices")
    sheet.crumbs = visit.officer.may(.readPartnership) ? [Breadcrumb("Returns", Path.returns), Breadcrumb("Orders and notices")] : [Breadcrumb("Strategy", Path.strategy), Breadcrumb("Orders and notices")]
    sheet.lead = "Counts of the quarter that ended on \((last?.last ?? found.day).words) and the four before it, from the returns that stand. Counts by quarter and district only, never persons."
    if !errors.isEmpty { sheet.warning = errors.all.map(\.message).joined(separator: " ") }
    let empty = Table<Settings.Returns.Order>.Empty("Nothing was returned", "No organisation has returned orders of these quarters.")
    for count in DisruptionForm.Count.allCases {
      sheet.sections.append(.init(count.name, id: count.rawValue, trend(found, count, withholding: withholding).html(found.orders, caption: "\(count.name), by quarter", empty: empty)))
    }
    if let last, !found.orders.isEmpty {
      var columns: [Column<Settings.Returns.Order>] = [.text("order", "Order or notice") { $0.name }]
      for (index, district) in found.districts.enumerated() {
        columns.append(Column("d\(district.id)", district.name, align: .end) { order in
          let counts = found.byDistrict(.obtained, order.code, last)
          return cell(counts[index], isWithheld: withholding && Suppression.judged(counts).cells.contains(index))
        })
      }
      let table = Table<Settings.Returns.Order>(rowHeader: "order", narrow: .scrolls, columns)
      sheet.sections.append(.init("Obtained by district, \(last.words)", table.html(found.orders, caption: "Obtained in the last quarter, by district", empty: empty)))
    }
    if withholding { sheet.sections.append(.init("What is withheld", words: "Counts of one to four are withheld, and a second count in a row where the first could be worked out from the total.")) }
    sheet.sections.append(.init(nil, links: [.init("Download the counts (CSV)", Path.disruption + ".csv" + (found.day == visit.today ? "" : "?on=" + found.day.iso))]))
    return sheet
  }
}
