import Foundation
import Postgres
import Web

/// The history of one record, out of the audit chain, in sentences.
enum History {
  struct Line: RowDecodable, Sendable {
    var seq: Int64
    var body: String
    var detail: String?

    init(row: Row) throws {
      seq = try row.get("seq")
      body = try row.get("body")
      detail = try row.get("detail")
    }
  }

  static func of(_ subject: UUID, before: Int64? = nil, limit: Int = 30) -> Query<Line> {
    Query("SELECT seq, body, detail FROM audit.history(\(subject), \(before), \(limit)::integer)")
  }

  /// The file that last said something new of a licence. One chained entry tells of the whole import; this points a licence to it.
  struct Origin: RowDecodable, Sendable {
    var file: String
    var line: Int
    var at: Date
    var by: String?

    init(row: Row) throws {
      file = try row.get("file_name")
      line = try row.get("line")
      at = try row.get("applied_at")
      by = try row.get("by_name")
    }
  }

  static func origin(_ licence: UUID) -> Query<Origin> {
    Query("""
      SELECT i.file_name, s.line, i.applied_at, n.name AS by_name FROM import_source s JOIN import_run i ON i.id = s.run_id
        LEFT JOIN LATERAL sec.account_names(ARRAY[i.started_by]) n ON true WHERE s.registration_id = \(licence) AND i.applied_at IS NOT NULL
      """)
  }

  static func timeline(_ lines: [Line], origin: Origin? = nil) -> Timeline {
    let events = events(lines)
    guard let origin else { return Timeline(events) }
    let stamp = origin.at.formatted(.iso8601)
    let event = Timeline.Event("Imported from \(origin.file), line \(origin.line.grouped)", when: London.time(of: origin.at), dateTime: stamp, by: origin.by ?? "")
    return Timeline((events + [event]).sorted { $0.dateTime > $1.dateTime })
  }

  private static func events(_ lines: [Line]) -> [Timeline.Event] {
    lines.compactMap { line in
      guard let body = try? JSONDecoder().decode(AuditBody.self, from: Data(line.body.utf8)) else { return nil }
      let detail = line.detail.flatMap { try? JSONDecoder().decode([String: String].self, from: Data($0.utf8)) } ?? [:]
      let moment = try? Date(body.at, strategy: .iso8601)
      return Timeline.Event(
        body.verb.sentence(detail).capitalizedFirst, when: moment.map(London.time) ?? body.at, dateTime: body.at, by: body.name)
    }
  }
}
