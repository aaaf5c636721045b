import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// The whole log, newest first, for auditors: who did what when. Details belong to the records' own histories.
enum AuditRoutes {
  static func add(to routes: Routes) {
    routes.may(.readAudit, .get, "audit") { visit in
      let before = try visit.query()["before"].flatMap(Int64.init)
      let (lines, heads) = try await visit.environment.database.read(
        as: visit.officer, Query<AuditLine>("SELECT seq, body FROM audit.page(\(before), 51::integer)"),
        Query<AuditVerifier.Head>("SELECT log_id, seq, hash FROM audit.head_now()"))
      let signed = try? AuditCheckpoint.read(CheckpointFile.standard(in: visit.environment.home)).last
      return try visit.page(AuditPage(lines: lines, entries: heads.first?.seq ?? 0, checkpoint: signed))
    }
  }
}

/// An entry without its detail.
struct AuditLine: RowDecodable, Sendable {
  var seq: Int64
  var body: AuditBody?

  init(row: Row) throws {
    seq = try row.get("seq")
    let json: String = try row.get("body")
    body = try? JSONDecoder().decode(AuditBody.self, from: Data(json.utf8))
  }
}

struct AuditPage: Page {
  static let template = "audit/page"
  let lines: [AuditLine]
  let entries: Int64
  let checkpoint: AuditCheckpoint?

  var viewData: ViewData {
    let shown = Array(lines.prefix(50))
    let table = Table<AuditLine>(rowHeader: "what", [
      .number("seq", "Entry") { Int($0.seq) },
      .text("when", "When") { line in line.body.flatMap { try? Date($0.at, strategy: .iso8601) }.map(London.time) },
      .text("who", "Who") { $0.body?.name.isEmpty == false ? $0.body?.name : "Somebody not signed in" },
      .text("what", "What") { $0.body?.verb.sentence([:]).capitalizedFirst ?? "Cannot be read" },
    ])
    let next = lines.count > 50 ? shown.last.map { Path.audit + "?before=\($0.seq)" } : nil
    return [
      "title": "Audit log", "count": Int(entries).grouped,
      "signed": checkpoint.map { "The last signed checkpoint is of entry \(Int($0.seq).grouped), made \((try? Date($0.at, strategy: .iso8601)).map(London.time) ?? $0.at)." }
        ?? "No checkpoint has been signed yet: the first follows within a minute of the service’s start.",
      "tableHTML": table.html(shown, caption: "Entries of the audit log", empty: .init("Nothing has happened yet")),
      "pagination": next.map { Pagination(previous: nil, next: $0) },
    ]
  }

  static var samples: [AuditPage] { [AuditPage(lines: [], entries: 0, checkpoint: nil)] }
}
