import Domain
import Foundation
import Postgres

/// A version of guidance that can be given to a holder today.
struct OfferedVersion: RowDecodable, Sendable {
  var id: UUID
  var title: String
  var number: Int
  var asksAcknowledgement: Bool
  var name: String { "\(title), version \(number)" }

  init(row: Row) throws {
    id = try row.get("version_id")
    title = try row.get("title")
    number = try row.get("number")
    asksAcknowledgement = try row.get("requires_acknowledgement")
  }
}

/// One giving of guidance, as the record page lists it.
struct Issue: RowDecodable, Sendable {
  var id: UUID
  var version: String
  var versionID: UUID
  var occasion: Occasion
  var channel: Channel
  var on: Day
  var coversBefore: Day
  var recordedBy: UUID
  var recordedAt: Date
  var byName: String?
  var void: IssuanceVoid?
  var voidReason: String?
  var acknowledgedOn: Day?
  var method: AcknowledgementMethod?

  init(row: Row) throws {
    id = try row.get("id")
    version = try row.get("version")
    versionID = try row.get("version_id")
    occasion = try row.get("occasion")
    channel = try row.get("channel")
    on = try row.get("issued_on")
    coversBefore = try row.get("covers_before")
    recordedBy = try row.get("recorded_by")
    recordedAt = try row.get("recorded_at")
    byName = try row.get("by_name")
    void = try row.get("how")
    voidReason = try row.get("void_reason")
    acknowledgedOn = try row.get("acknowledged_on")
    method = try row.get("method")
  }
}

/// Reads and records guidance given to holders.
struct GuidanceStore: Sendable {
  let environment: Environment
  private var database: Database { environment.database }

  /// The versions in effect on a day for a kind of licence, newest document first.
  static func offered(_ kind: LicenceKind, on day: Day) -> Query<OfferedVersion> {
    Query("""
      SELECT version_id, title, number, requires_acknowledgement FROM guidance_version_counts
       WHERE audience @> ARRAY[\(kind)]::text[] AND effective_from <= \(day) AND (superseded_on IS NULL OR superseded_on > \(day))
         AND (counts_before IS NULL OR counts_before > \(day)) ORDER BY title, number DESC
      """)
  }

  static func issues(of licence: UUID) -> Query<Issue> {
    Query("""
      SELECT i.id, v.title || ', version ' || v.number AS version, i.version_id, i.occasion, i.channel, i.issued_on, i.covers_before,
             i.recorded_by, i.recorded_at, n.name AS by_name, x.how, x.reason AS void_reason, a.acknowledged_on, a.method
        FROM issuance i JOIN guidance_version_counts v ON v.version_id = i.version_id
        LEFT JOIN issuance_void x ON x.issuance_id = i.id LEFT JOIN acknowledgement a ON a.issuance_id = i.id
        LEFT JOIN LATERAL sec.account_names(ARRAY[i.recorded_by]) n ON true
       WHERE i.registration_id = \(licence) ORDER BY i.issued_on DESC, i.recorded_at DESC, i.id LIMIT 100
      """)
  }

  func offered(_ kind: LicenceKind, for officer: Officer) async throws -> [OfferedVersion] {
    try await database.read(as: officer, Self.offered(kind, on: environment.today()))
  }

  func issues(of licence: UUID, for officer: Officer) async throws -> [Issue] {
    try await database.read(as: officer, Self.issues(of: licence))
  }

  /// Gives guidance, with its acknowledgement where there is one: one row each, bound to the exact version, in one transaction.
  func give(_ issue: NewIssue, to licence: Licence, key: UUID?, by officer: Officer) async throws -> UUID? {
    try await database.write(by: officer, at: environment.now()) { transaction in
      if let key, try await Once.wasDone(key, by: officer, what: "give \(licence.id)", location: Path.licence(licence.id), in: transaction) {
        return Written(nil, entries: [])
      }
      let id = try await transaction.value(
        "SELECT give_guidance(\(licence.id), \(issue.version), \(issue.occasion), \(issue.channel), \(issue.on), \(issue.acknowledgement))", as: UUID.self)
      return Written(id, entries: [try await entry(.issueGuidance, id, issue, licence, in: transaction)])
    }
  }

  /// - Throws: `LicenceConflict.alreadyAcknowledged`.
  func acknowledge(_ issue: Issue, of licence: Licence, method: AcknowledgementMethod, on day: Day, by officer: Officer) async throws {
    do {
      try await database.write(by: officer, at: environment.now()) { transaction in
        try await transaction.execute(
          """
          INSERT INTO acknowledgement (issuance_id, version_id, registration_id, authority_id, method, acknowledged_on, recorded_by)
          VALUES (\(issue.id), \(issue.versionID), \(licence.id), \(Int16(licence.authority)), \(method), \(day), \(officer.id))
          """)
        return .done(AuditEntry(
          .acknowledgeGuidance, of: licence.id, issue.id, authority: licence.authority,
          detail: ["version": issue.version, "on": day.words, "method": method.name.lowercased()]))
      }
    } catch let error as PostgresError where error.constraint == "acknowledgement_pkey" {
      throw LicenceConflict.alreadyAcknowledged
    }
  }

  /// Takes back one's own slip within the time allowed.
  /// - Throws: `LicenceConflict.tooLateToUndo`.
  func undo(_ issue: Issue, of licence: Licence, by officer: Officer) async throws {
    let earliest = environment.now().addingTimeInterval(-60 * Double(environment.settings.policy.undoMinutes))
    try await database.write(by: officer, at: environment.now()) { transaction in
      let done = try await transaction.execute(
        """
        INSERT INTO issuance_void (issuance_id, registration_id, authority_id, how, recorded_by)
        SELECT i.id, i.registration_id, i.authority_id, 'undone', \(officer.id) FROM issuance i
         WHERE i.id = \(issue.id) AND i.registration_id = \(licence.id) AND i.recorded_by = \(officer.id) AND i.recorded_at > \(earliest)
           AND NOT EXISTS (SELECT FROM issuance_void x WHERE x.issuance_id = i.id)
        """)
      guard done == 1 else { throw LicenceConflict.tooLateToUndo }
      return .done(AuditEntry(.undoIssue, of: licence.id, issue.id, authority: licence.authority, detail: ["version": issue.version]))
    }
  }

  /// Puts a slip right later: the issue no longer counts, with the reason; what should have been recorded is given anew.
  func correct(_ issue: Issue, of licence: Licence, reason: String, by officer: Officer) async throws {
    do {
      try await database.write(by: officer, at: environment.now()) { transaction in
        try await transaction.execute(
          """
          INSERT INTO issuance_void (issuance_id, registration_id, authority_id, how, reason, recorded_by)
          VALUES (\(issue.id), \(licence.id), \(Int16(licence.authority)), 'corrected', \(reason), \(officer.id))
          """)
        return .done(AuditEntry(
          .correctIssue, of: licence.id, issue.id, authority: licence.authority, detail: ["version": issue.version, "reason": reason]))
      }
    } catch let error as PostgresError where error.sqlState == .uniqueViolation {
      throw LicenceConflict.gone
    }
  }

  private func entry(_ verb: AuditVerb, _ id: UUID, _ issue: NewIssue, _ licence: Licence, in transaction: Transaction) async throws -> AuditEntry {
    let version = try await transaction.value(
      "SELECT title || ', version ' || number FROM guidance_version_counts WHERE version_id = \(issue.version)", as: String.self)
    var detail = ["version": version, "channel": issue.channel.name.lowercased(), "on": issue.on.words]
    if let method = issue.acknowledgement { detail["acknowledged"] = method.name.lowercased() }
    return AuditEntry(verb, of: licence.id, id, authority: licence.authority, detail: detail)
  }
}
