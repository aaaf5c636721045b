import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// The list as it is filtered, as CSV: the same rows as the page's count, the same columns as its table, logged.
enum LicenceExport {
  /// Rows a file may have; a register is larger than that only where a report is wanted instead.
  private static let most = 20_000

  static func csv(_ register: Register, _ visit: OfficerVisit) async throws -> Response {
    let query = try visit.queryItems().at(register.path)
    let settings = visit.environment.settings
    let filter = LicenceFilter(register, query, today: visit.today, settings: settings)
    let sort = Table<LicenceRow>.Sort(query, among: LicenceListStore.Order.allCases.map(\.rawValue), default: "name")
    let order = LicenceListStore.Order(rawValue: sort.key) ?? .name
    let sentence = filter.sentence(settings)
    let rows = try await visit.environment.database.write(by: visit.officer, at: visit.environment.now()) { transaction in
      let rows = try await transaction.all(
        LicenceListStore.rows(filter, order: order, descending: sort.isDescending, at: .first, limit: most), as: LicenceRow.self)
      return Written(rows, AuditEntry(.exportList, of: visit.officer.id, detail: ["rows": String(rows.count), "filter": sentence]))
    }
    let table = LicenceListPage.table(settings, register)
    var bytes = table.csvHead
    for row in rows { table.appendCSV(row, to: &bytes) }
    return .download(bytes, type: "text/csv; charset=utf-8", name: "\(register.rawValue)-\(visit.today.iso).csv")
  }
}
