import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// Two lists that no register gives by itself: premises whose annual fee falls due, and places to stay that no licence shows.
enum PlaceLists {
  static func add(to routes: Routes) {
    routes.may(.readRegister, .get, "premises/anniversaries", anniversaries)
    routes.may(.exportRegister, .get, "premises/anniversaries.csv", export)
    routes.may(.readRegister, .get, "locations/unlicensed", unlicensed)
  }

  /// A premises licence or club certificate whose anniversary comes: it has no end, and this is the day its annual fee is due and its guidance year turns.
  struct Anniversary: RowDecodable, Sendable {
    var id: UUID
    var authority: Int
    var kind: LicenceKind
    var reference: String
    var name: String
    var on: Day
    var since: Day
    var isSuspended: Bool
    var guidance: String

    init(row: Row) throws {
      id = try row.get("id")
      authority = try row.get("authority_id")
      kind = try row.get("kind")
      reference = try row.get("reference")
      name = try row.get("name")
      on = try row.get("turns_on")
      since = try row.get("anchor_on")
      isSuspended = try row.get("status", as: String.self) == "suspended"
      guidance = try row.get("guidance")
    }

    var guidanceTag: StatusTag {
      switch guidance {
      case "held": StatusTag("Held", .green)
      case "due": StatusTag("Due", .yellow)
      case "overdue": StatusTag("Overdue", .red)
      default: StatusTag("Not owed")
      }
    }

    /// Soonest first. The days of the year in the window lead to the rows; lights are worked out for those alone.
    static func query(_ today: Day, within days: Int, authority: Int?, limit: Int) -> Query<Anniversary> {
      let place: SQL = authority.map { "AND r.authority_id = \(Int16($0))" } ?? ""
      return Query(
        """
        SELECT r.id, r.authority_id, r.kind, r.reference, coalesce(r.trading_name, p.name) AS name, r.anchor_on, l.status, l.guidance,
               CASE WHEN cycle_start(r.anchor_on, \(today)) = \(today) THEN \(today) ELSE cycle_end(r.anchor_on, \(today)) END AS turns_on
          FROM registration r JOIN party p ON p.id = r.party_id
         CROSS JOIN LATERAL (SELECT * FROM registration_lights(\(today)) x WHERE x.registration_id = r.id) l
         WHERE r.anchor_md = ANY(anniversary_days(\(today + days), \(days)::integer)) AND r.kind = ANY(\(Register.premises.kinds.map(\.rawValue)))
           AND r.anchor_on < \(today) AND l.status IN ('current', 'suspended') \(place)
         ORDER BY turns_on, r.sort_name, r.id LIMIT \(limit)
        """)
    }
  }

  private static let windows = [30, 60, 90]

  private static func asked(_ visit: OfficerVisit) throws -> (days: Int, place: Settings.Authority?) {
    let query = try visit.query()
    return (query["within"].flatMap(Int.init).flatMap { windows.contains($0) ? $0 : nil } ?? windows[0], query["district"].flatMap { visit.environment.settings.authority(slug: $0) })
  }

  private static func table(_ settings: Settings) -> Table<Anniversary> {
    Table(rowHeader: "name", [
      .date("on", "Annual fee due", export: { $0.on.iso }) { $0.on.short }, Column("name", "Place") { .titled(address: Path.licence($0.id), text: $0.name, note: $0.reference) },
      Column<Anniversary>.text("reference", "Reference") { $0.reference }.exportOnly, .text("kind", "Kind") { $0.kind.name }, .text("district", "District") { settings.authority($0.authority)?.name },
      .date("since", "Granted", export: { $0.since.iso }) { $0.since.short }, .tag("state", "Standing") { $0.isSuspended ? StatusTag("Suspended", .orange) : nil }, .tag("guidance", "Guidance now") { $0.guidanceTag },
    ])
  }

  private static func anniversaries(_ visit: OfficerVisit) async throws -> Response {
    try visit.require(.readRegister, of: .premises)
    let (days, place) = try asked(visit)
    let settings = visit.environment.settings
    let rows = try await visit.environment.database.read(as: visit.officer, Anniversary.query(visit.today, within: days, authority: place?.id, limit: 501))
    let form = FormView(
      action: Path.premises + "/anniversaries", method: .get,
      parts: [.row([
        .select("within", "Within", String(days), windows.map { .init(String($0), "\($0) days") }),
        .select("district", "District", place?.slug ?? "", [.init("", "All of yours")] + settings.county.authorities.map { .init($0.slug, $0.name) }),
      ])], buttons: [.init("Show", .secondary)])
    var sheet = Sheet(title: "Annual fees of premises")
    sheet.crumbs = [Breadcrumb("Premises", Path.premises), Breadcrumb("Annual fees")]
    sheet.line = Sheet.line(nil, place?.name ?? "All of your districts", "\(visit.today.words) to \((visit.today + days).words)")
    sheet.lead = "A premises licence has no end. Each year, on the day it was granted, its annual fee is due and its guidance year turns: the day to give guidance with."
    sheet.sections = [
      .init(nil, form.html),
      .init(
        nil, words: rows.count > 500 ? "These are the first 500; the CSV holds all." : nil,
        table(settings).html(Array(rows.prefix(500)), caption: "Annual fees that fall due", empty: .init("No annual fee falls due in these days")),
        links: visit.officer.may(.exportRegister) && !rows.isEmpty ? [.init("Take this list away as CSV", try visit.queryItems().at(Path.premises + "/anniversaries.csv").address)] : []),
    ]
    return try visit.page(SheetPage(sheet))
  }

  private static func export(_ visit: OfficerVisit) async throws -> Response {
    try visit.require(.exportRegister, of: .premises)
    let (days, place) = try asked(visit)
    let rows = try await visit.environment.database.write(by: visit.officer, at: visit.environment.now()) { transaction in
      let rows = try await transaction.all(Anniversary.query(visit.today, within: days, authority: place?.id, limit: 20_000))
      let words = ["Annual fees of premises within \(days) days", place?.name].compactMap { $0 }.joined(separator: ", ")
      return Written(rows, AuditEntry(.exportList, of: visit.officer.id, detail: ["rows": String(rows.count), "filter": words]))
    }
    let table = table(visit.environment.settings)
    var bytes = table.csvHead
    for row in rows { table.appendCSV(row, to: &bytes) }
    return .download(bytes, type: "text/csv; charset=utf-8", name: "annual-fees-\(visit.today.iso).csv")
  }

  /// A place to stay that stands where no licence of any kind does: known from the food register alone, or by hand.
  struct Unlicensed: RowDecodable, Sendable {
    var id: UUID
    var authority: Int
    var kind: LicenceKind
    var reference: String
    var name: String
    var address: String
    var isFromFile: Bool
    var guidance: String

    init(row: Row) throws {
      id = try row.get("id")
      authority = try row.get("authority_id")
      kind = try row.get("kind")
      reference = try row.get("reference")
      name = try row.get("name")
      address = try row.get("address")
      isFromFile = try row.get("is_from_file")
      guidance = try row.get("guidance")
    }

    static func query(_ today: Day, authority: Int?, limit: Int) -> Query<Unlicensed> {
      let place: SQL = authority.map { "AND r.authority_id = \(Int16($0))" } ?? ""
      let kinds = LicenceKind.allCases.filter { !$0.isLicence }.map(\.rawValue)
      return Query(
        """
        SELECT r.id, r.authority_id, r.kind, r.reference, coalesce(r.trading_name, p.name) AS name, concat_ws(', ', nullif(replace(w.address, chr(10), ', '), ''), w.postcode) AS address,
               EXISTS (SELECT FROM import_source s WHERE s.registration_id = r.id) AS is_from_file, l.guidance
          FROM registration r JOIN party p ON p.id = r.party_id LEFT JOIN location w ON w.id = r.location_id
         CROSS JOIN LATERAL (SELECT * FROM registration_lights(\(today)) x WHERE x.registration_id = r.id) l
         WHERE r.kind = ANY(\(kinds)) AND l.status = 'current' \(place)
           AND NOT EXISTS (SELECT FROM registration o WHERE o.location_id = r.location_id AND o.kind <> ALL(\(kinds)))
         ORDER BY r.sort_name, r.id LIMIT \(limit)
        """)
    }
  }

  private static func unlicensed(_ visit: OfficerVisit) async throws -> Response {
    try visit.require(.readRegister, of: .premises)
    let settings = visit.environment.settings
    let place = try visit.query()["district"].flatMap { settings.authority(slug: $0) }
    let rows = try await visit.environment.database.read(as: visit.officer, Unlicensed.query(visit.today, authority: place?.id, limit: 501))
    let form = FormView(
      action: Path.locations + "/unlicensed", method: .get,
      parts: [.field(.select("district", "District", place?.slug ?? "", [.init("", "All of yours")] + settings.county.authorities.map { .init($0.slug, $0.name) }))], buttons: [.init("Show", .secondary)])
    let table = Table<Unlicensed>(rowHeader: "name", [
      Column("name", "Place") { .titled(address: Path.licence($0.id), text: $0.name, note: "\($0.kind.name), \($0.reference)") }, .text("address", "Where") { $0.address.isEmpty ? nil : $0.address },
      .text("district", "District") { settings.authority($0.authority)?.name }, .text("from", "Known from") { $0.isFromFile ? "A register that was imported" : "An officer" },
      .tag("guidance", "Guidance") { $0.guidance == "held" ? StatusTag("Held", .green) : $0.guidance == "due" ? StatusTag("Due", .yellow) : StatusTag("Overdue", .red) },
    ])
    var sheet = Sheet(title: "Places to stay that no licence shows")
    sheet.crumbs = [Breadcrumb("Locations", Path.locations), Breadcrumb("Without a licence")]
    sheet.line = Sheet.line(nil, place?.name ?? "All of your districts")
    sheet.lead = "Hotels, guest houses, hostels and short lets at whose place no premises licence and no licence of a shared house is held. The food register knows them; guidance reaches them only if somebody thinks of them."
    sheet.sections = [
      .init(nil, form.html),
      .init(nil, words: rows.count > 500 ? "These are the first 500: choose a district." : nil, table.html(Array(rows.prefix(500)), caption: "Places to stay without a licence", empty: .init("None", "Import the food register of a district to find them.")),
        links: [.init("Possible duplicates: the same place written in two ways", Path.duplicates)]),
    ]
    return try visit.page(SheetPage(sheet))
  }
}
