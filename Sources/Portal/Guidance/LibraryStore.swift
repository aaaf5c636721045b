import Crypto
import Domain
import Foundation
import Postgres

/// A document of the guidance library with its versions.
struct GuidanceDocument: RowDecodable, Sendable {
  var id: UUID
  var code: String
  var title: String
  var audience: [String]
  var versions: Int
  /// The version in effect today, if any.
  var current: Int?
  var currentFrom: Day?

  init(row: Row) throws {
    id = try row.get("id")
    code = try row.get("code")
    title = try row.get("title")
    audience = try row.get("audience")
    versions = try row.get("versions")
    current = try row.get("current_number")
    currentFrom = try row.get("current_from")
  }

  var audienceWords: String { audience.map { LicenceKind(rawValue: $0)?.plural ?? $0 }.joined(separator: ", ") }
}

/// A version, never changed once approved.
struct GuidanceVersion: RowDecodable, Sendable {
  var id: UUID
  var number: Int
  var from: Day
  var supersededOn: Day?
  var countsBefore: Day?
  var withdrawnOn: Day?
  var withdrawnReason: String?
  var asksAcknowledgement: Bool
  var requiresReissue: Bool
  var graceDays: Int
  var summary: String
  var approvedOn: Day
  var approvedBy: String

  init(row: Row) throws {
    id = try row.get("version_id")
    number = try row.get("number")
    from = try row.get("effective_from")
    supersededOn = try row.get("superseded_on")
    countsBefore = try row.get("counts_before")
    withdrawnOn = try row.get("withdrawn_on")
    withdrawnReason = try row.get("withdrawn_reason")
    asksAcknowledgement = try row.get("requires_acknowledgement")
    requiresReissue = try row.get("requires_reissue")
    graceDays = try row.get("grace_days")
    summary = try row.get("summary")
    approvedOn = try row.get("approved_on")
    approvedBy = try row.get("approved_by")
  }

  enum State: String { case current, coming, superseded, withdrawn }
  func state(on day: Day) -> State {
    if let withdrawnOn, withdrawnOn <= day { return .withdrawn }
    if from > day { return .coming }
    if let supersededOn, supersededOn <= day { return .superseded }
    return .current
  }
}

/// The words or the file of a version in one language.
struct GuidanceText: RowDecodable, Sendable {
  var versionID: UUID
  var language: String
  var body: String?
  var fileName: String?
  var hash: [UInt8]

  init(row: Row) throws {
    versionID = try row.get("version_id")
    language = try row.get("language")
    body = try row.get("body")
    fileName = try row.get("file_name")
    hash = try row.get("content_hash")
  }
}

/// A version to be published.
struct NewVersion: Sendable {
  var from: Day
  var asksAcknowledgement: Bool
  var requiresReissue: Bool
  var graceDays: Int
  var summary: String
  var approvedOn: Day
  var approvedBy: String
  var texts: [(language: String, body: String?, file: [UInt8]?, fileName: String?)]
}

/// Documents and versions of guidance.
struct LibraryStore: Sendable {
  let environment: Environment
  private var database: Database { environment.database }

  private static func documents(_ id: UUID?, on day: Day) -> Query<GuidanceDocument> {
    let one: SQL = id.map { "WHERE d.id = \($0)" } ?? ""
    return Query("""
      SELECT d.id, d.code, d.title, d.audience, (SELECT count(*) FROM guidance_version v WHERE v.document_id = d.id) AS versions,
             c.number AS current_number, c.effective_from AS current_from
        FROM guidance_document d
        LEFT JOIN LATERAL (SELECT number, effective_from FROM guidance_version_counts v WHERE v.document_id = d.id AND v.effective_from <= \(day)
           AND (v.counts_before IS NULL OR v.counts_before > \(day)) ORDER BY number DESC LIMIT 1) c ON true
       \(one) ORDER BY d.title, d.id
      """)
  }

  func documents(for officer: Officer) async throws -> [GuidanceDocument] {
    try await database.read(as: officer, Self.documents(nil, on: environment.today()))
  }

  func document(_ id: UUID, for officer: Officer) async throws -> (GuidanceDocument, [GuidanceVersion], [GuidanceText])? {
    let (documents, versions, texts) = try await database.read(
      as: officer, Self.documents(id, on: environment.today()),
      Query<GuidanceVersion>(
        """
        SELECT c.version_id, c.number, c.effective_from, c.superseded_on, c.counts_before, w.withdrawn_on, w.reason AS withdrawn_reason,
               c.requires_acknowledgement, v.requires_reissue, v.grace_days, v.summary, v.approved_on, v.approved_by
          FROM guidance_version_counts c JOIN guidance_version v ON v.id = c.version_id LEFT JOIN guidance_withdrawal w ON w.version_id = v.id
         WHERE c.document_id = \(id) ORDER BY c.number DESC
        """),
      Query<GuidanceText>(
        """
        SELECT t.version_id, t.language, t.body, t.file_name, t.content_hash FROM guidance_text t JOIN guidance_version v ON v.id = t.version_id
         WHERE v.document_id = \(id) ORDER BY v.number DESC, t.language
        """))
    return documents.first.map { ($0, versions, texts) }
  }

  /// The file of a version as it was approved, byte for byte.
  func file(_ version: UUID, language: String, for officer: Officer) async throws -> (bytes: [UInt8], name: String)? {
    struct File: RowDecodable, Sendable {
      var bytes: [UInt8]
      var name: String
      init(row: Row) throws {
        bytes = try row.get("file")
        name = try row.get("file_name")
      }
    }
    return try await database.read(
      as: officer, Query<File>("SELECT file, file_name FROM guidance_text WHERE version_id = \(version) AND language = \(language) AND form = 'pdf'")
    ).first.map { ($0.bytes, $0.name) }
  }

  /// - Throws: `LibraryConflict.codeTaken`.
  func add(code: String, title: String, audience: [LicenceKind], by officer: Officer) async throws -> UUID {
    do {
      return try await database.write(by: officer, at: environment.now()) { transaction in
        let id = try await transaction.value(
          "INSERT INTO guidance_document (code, title, audience) VALUES (\(code), \(title), \(audience.map(\.rawValue))) RETURNING id", as: UUID.self)
        return Written(id, AuditEntry(.addDocument, of: id, detail: ["title": title]))
      }
    } catch let error as PostgresError where error.sqlState == .uniqueViolation {
      throw LibraryConflict.codeTaken
    }
  }

  /// Publishes the next version; it never changes afterwards.
  /// - Throws: `LibraryConflict.dayTaken`.
  func publish(_ new: NewVersion, of document: GuidanceDocument, by officer: Officer) async throws {
    do {
      try await database.write(by: officer, at: environment.now()) { transaction in
        let number = try await transaction.value(
          "SELECT coalesce(max(number), 0) + 1 FROM guidance_version WHERE document_id = \(document.id)", as: Int.self)
        let version = try await transaction.value(
          """
          INSERT INTO guidance_version (document_id, number, effective_from, requires_acknowledgement, requires_reissue, grace_days, summary,
            approved_on, approved_by, recorded_by)
          VALUES (\(document.id), \(Int16(number)), \(new.from), \(new.asksAcknowledgement), \(new.requiresReissue), \(Int16(new.graceDays)),
            \(new.summary), \(new.approvedOn), \(new.approvedBy), \(officer.id)) RETURNING id
          """, as: UUID.self)
        for text in new.texts {
          let content = text.file ?? Array((text.body ?? "").utf8)
          try await transaction.execute(
            """
            INSERT INTO guidance_text (version_id, language, form, body, file, file_name, content_hash)
            VALUES (\(version), \(text.language), \(text.file == nil ? "text" : "pdf"), \(text.body), \(text.file), \(text.fileName),
              \(Array(SHA256.hash(data: content))))
            """)
        }
        return .done(AuditEntry(
          .publishVersion, of: document.id, version,
          detail: ["number": String(number), "title": document.title, "from": new.from.words]))
      }
    } catch let error as PostgresError where error.sqlState == .uniqueViolation {
      throw LibraryConflict.dayTaken
    }
  }

  func withdraw(_ version: GuidanceVersion, of document: GuidanceDocument, on day: Day, reason: String, by officer: Officer) async throws {
    do {
      try await database.write(by: officer, at: environment.now()) { transaction in
        try await transaction.execute(
          "INSERT INTO guidance_withdrawal (version_id, withdrawn_on, reason, recorded_by) VALUES (\(version.id), \(day), \(reason), \(officer.id))")
        return .done(AuditEntry(
          .withdrawVersion, of: document.id, version.id, detail: ["number": String(version.number), "title": document.title, "reason": reason]))
      }
    } catch let error as PostgresError where error.sqlState == .uniqueViolation {
      throw LibraryConflict.withdrawnAlready
    }
  }
}

enum LibraryConflict: Error, Sendable { case codeTaken, dayTaken, withdrawnAlready }
