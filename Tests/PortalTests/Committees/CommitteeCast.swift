import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport

/// The demonstration's committees in a test's database, and ways to look behind the pages.
enum CommitteeCast {
  static let today = Arrange.today

  static func load() async throws {
    let database = TestDatabase.current
    let officer = try await database.operatorOfficer()
    var environment = database.environment()
    environment.database = database.owner
    _ = try await DemoLoader(environment).load(by: officer, as: officer.id, drivers: 1, operators: 1)
  }

  static func value<T: PostgresDecodable & Sendable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
    try await TestDatabase.current.owner.pool.transaction(.readOnly) { try await $0.value(sql, as: T.self) }
  }
  static func values<T: PostgresDecodable & Sendable>(_ sql: SQL, as type: T.Type = T.self) async throws -> [T] {
    try await TestDatabase.current.owner.pool.transaction(.readOnly) { try await $0.values(sql, as: T.self) }
  }
  static func execute(_ sql: SQL) async throws {
    let database = TestDatabase.current
    let officer = try await database.operatorOfficer()
    try await database.owner.write(by: officer, at: TestDatabase.noon) { transaction in
      try await transaction.execute(sql)
      return Written((), entries: [])
    }
  }

  static func committee(_ authority: Int16 = 3, _ name: String = "Licensing Committee") async throws -> UUID {
    try await value("SELECT id FROM committee WHERE authority_id = \(authority) AND name = \(name)")
  }
  static func hearing(_ reference: String = "RE/LA/041") async throws -> UUID { try await value("SELECT id FROM hearing WHERE reference = \(reference)") }

  static func fields(_ name: String, _ day: Day) -> [String: String] {
    ["\(name)-day": String(day.day), "\(name)-month": String(day.month), "\(name)-year": String(day.year)]
  }
}

extension Browser {
  /// Sends a form with a file, with the token of the page just seen.
  func upload(_ path: String, _ fields: [String: String], file: String?, named name: String = "file.csv") async throws {
    var fields = fields
    for token in body.matches(of: /<input type="hidden" name="([a-z_-]+)" value="([^"]+)">/).prefix(2) where fields[String(token.1)] == nil {
      fields[String(token.1)] = String(token.2).replacing("&#61;", with: "=")
    }
    var body = ""
    for (field, value) in fields { body += "--XX\r\nContent-Disposition: form-data; name=\"\(field)\"\r\n\r\n\(value)\r\n" }
    if let file { body += "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\nContent-Type: text/csv\r\n\r\n\(file)\r\n" }
    body += "--XX--\r\n"
    var request = HTTPRequest(method: .post, scheme: "http", authority: "localhost:8080", path: path)
    request.headerFields[.contentType] = "multipart/form-data; boundary=XX"
    request.headerFields[.origin] = Browser.origin
    try await send(request, body: body)
    if status == .seeOther, let location = headers[.location] { try await get(location) }
  }
}
