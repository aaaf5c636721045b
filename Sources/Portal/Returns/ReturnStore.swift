import Domain
import Foundation
import HTTPTypes
import Postgres
import Web

/// Reads what organisations owe and returned, and writes what comes in.
struct ReturnStore: Sendable {
  let environment: Environment
  var database: Database { environment.database }
  init(_ environment: Environment) { self.environment = environment }

  /// Quarters that the list of what is owed looks back.
  static let quarters = 5

  /// What is owed for the last quarters, the latest period first, and for which organisations the officer enters returns.
  func owed(on day: Day, for officer: Officer) async throws -> (owed: [OwedReturn], mine: Set<Int>) {
    let (owed, mine) = try await database.read(
      as: officer,
      Query<OwedReturn>(
        """
        SELECT w.* FROM sec.returns_owed(\(day), \(Self.quarters)::integer) w JOIN organisation o ON o.id = w.organisation_id
         ORDER BY w.due_on DESC, w.kind, o.name COLLATE "C", w.period
        """),
      Query<Scalar<Int>>("SELECT unnest(sec.returning_for())::bigint AS value"))
    return (owed, Set(mine.map(\.value)))
  }

  func mine(_ officer: Officer) async throws -> Set<Int> {
    Set(try await database.read(as: officer, Query<Scalar<Int>>("SELECT unnest(sec.returning_for())::bigint AS value")).map(\.value))
  }

  func one(_ id: UUID, for officer: Officer) async throws -> PartnerReturn? {
    try await database.read(as: officer, Query<PartnerReturn>("SELECT \(PartnerReturn.columns) FROM \(PartnerReturn.tables) WHERE r.id = \(id)")).first
  }

  /// The return that stands for a period; nil where none does.
  func standing(_ kind: ReturnKind, of organisation: Int, _ period: Day, for officer: Officer) async throws -> PartnerReturn? {
    try await database.read(
      as: officer,
      Query<PartnerReturn>(
        """
        SELECT \(PartnerReturn.columns) FROM \(PartnerReturn.tables)
         WHERE r.kind = \(kind) AND r.organisation_id = \(Int16(organisation)) AND r.period = \(period) AND w.return_id IS NULL ORDER BY r.recorded_at DESC, r.id LIMIT 1
        """)).first
  }

  func values(of id: UUID, for officer: Officer) async throws -> [DatasetValue] {
    try await database.read(as: officer, Query<DatasetValue>("SELECT code, value FROM dataset_value WHERE return_id = \(id) ORDER BY code"))
  }
  func lines(of id: UUID, for officer: Officer) async throws -> [DisruptionLine] {
    try await database.read(as: officer, Query<DisruptionLine>("SELECT authority_id, code, obtained, breached, refused FROM disruption_line WHERE return_id = \(id) ORDER BY code, authority_id"))
  }
  func assurance(of id: UUID, for officer: Officer) async throws -> Assurance? {
    try await database.read(as: officer, Query<Assurance>("SELECT staff, trained, assures, contracts, words, evidence FROM assurance_line WHERE return_id = \(id)")).first
  }

  /// Items that an organisation owes for a quarter, by the edition agreed at its end.
  func items(of organisation: Int, _ period: Day, for officer: Officer) async throws -> [DatasetItem] {
    let end = period.adding(months: 3) - 1
    return try await database.read(
      as: officer,
      Query<DatasetItem>(
        """
        SELECT i.id, i.code, i.name, i.organisation_id, i.frequency FROM dataset_item i
         WHERE i.edition_id = (SELECT a.edition_id FROM dataset_agreement a JOIN dataset_edition e ON e.id = a.edition_id WHERE a.agreed_on <= \(end) ORDER BY a.agreed_on DESC, e.number DESC LIMIT 1)
           AND i.organisation_id = \(Int16(organisation)) AND (i.frequency = 'quarterly' OR extract(month FROM \(period)::date) = 1)
         ORDER BY i.name COLLATE "C", i.id
        """))
  }

  func counts(on day: Day, for officer: Officer) async throws -> [DisruptionCount] {
    try await database.read(as: officer, Query<DisruptionCount>("SELECT period, authority_id, code, obtained, breached, refused FROM sec.disruption_counts(\(day))"))
  }

  func enter(
    _ content: ReturnContent, of organisation: Settings.Organisation, _ period: ReturnPeriod, received: Day, note: String, once sent: SentForm? = nil, by officer: Officer
  ) async throws -> UUID {
    let id = UUID()
    return try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      try await transaction.execute(
        """
        INSERT INTO partner_return (id, organisation_id, kind, period, received_on, note, recorded_by)
        VALUES (\(id), \(Int16(organisation.id)), \(period.kind), \(period.from), \(received), \(note), \(officer.id))
        """)
      switch content {
      case .dataset(let values):
        let sorted = values.sorted { $0.key < $1.key }
        try await transaction.execute(
          "INSERT INTO dataset_value (return_id, code, value) SELECT \(id), c, v FROM unnest(\(sorted.map(\.key))::text[], \(sorted.map { Int64($0.value) })::bigint[]) x (c, v)")
      case .disruption(let lines):
        for line in lines {
          try await transaction.execute(
            """
            INSERT INTO disruption_line (return_id, authority_id, code, obtained, breached, refused)
            VALUES (\(id), \(Int16(line.authority)), \(line.code), \(line.obtained), \(line.breached), \(line.refused))
            """)
        }
      case .assurance(let said):
        try await transaction.execute(
          """
          INSERT INTO assurance_line (return_id, staff, trained, assures, contracts, words, evidence)
          VALUES (\(id), \(said.staff), \(said.trained), \(said.assures), \(said.contracts), \(said.words), \(said.evidence))
          """)
      }
      return Written(id, entry("entered", id, organisation.name, period.kind, period.words)).leading(to: Path.partnerReturn(id))
    }
  }

  /// - Returns: false where whoever entered it would approve it: nothing is written.
  func approve(_ one: PartnerReturn, on day: Day, once sent: SentForm? = nil, by officer: Officer) async throws -> Bool {
    do {
      try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
        let added = try await transaction.execute(
          "INSERT INTO return_approval (return_id, approved_on, recorded_by) VALUES (\(one.id), \(day), \(officer.id)) ON CONFLICT DO NOTHING")
        guard added == 1 else { throw Problem(.conflict, "It is approved already", "Somebody was quicker.", wayOn: ("See the return", one.path)) }
        return Written((), entry("approved", one)).leading(to: one.path)
      }
      return true
    } catch let error as PostgresError where error.constraint == "return_approved_by_another" {
      return false
    }
  }

  func withdraw(_ one: PartnerReturn, because reason: String, once sent: SentForm? = nil, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      let added = try await transaction.execute(
        "INSERT INTO return_withdrawal (return_id, reason, recorded_by) VALUES (\(one.id), \(reason), \(officer.id)) ON CONFLICT DO NOTHING")
      guard added == 1 else { throw Problem(.conflict, "It is withdrawn already", "Somebody was quicker.", wayOn: ("See the return", one.path)) }
      return Written((), entry("withdrew", one, reason)).leading(to: one.path)
    }
  }

  private func entry(_ what: String, _ one: PartnerReturn, _ reason: String? = nil) -> AuditEntry {
    entry(what, one.id, environment.settings.organisation(one.organisation)?.name ?? "", one.kind, one.words, reason)
  }
  private func entry(_ what: String, _ id: UUID, _ organisation: String, _ kind: ReturnKind, _ period: String, _ reason: String? = nil) -> AuditEntry {
    var detail = ["what": what, "organisation": organisation, "kind": kind.words, "period": period]
    detail["reason"] = reason
    return AuditEntry(.keepReturn, of: id, detail: detail)
  }
}
