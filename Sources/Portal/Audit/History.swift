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

  static func timeline(_ lines: [Line]) -> Timeline {
    Timeline(lines.compactMap { line in
      guard let body = try? JSONDecoder().decode(AuditBody.self, from: Data(line.body.utf8)) else { return nil }
      let detail = line.detail.flatMap { try? JSONDecoder().decode([String: String].self, from: Data($0.utf8)) } ?? [:]
      let moment = try? Date(body.at, strategy: .iso8601)
      return Timeline.Event(
        body.verb.sentence(detail).capitalizedFirst, when: moment.map(London.time) ?? body.at, dateTime: body.at, by: body.name)
    })
  }
}
