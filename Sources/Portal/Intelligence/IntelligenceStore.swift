package import Crypto
package import Domain
package import Foundation
import HTTPTypes
package import Postgres
package import Web

/// What a list of items is narrowed by.
struct IntelligenceFilter: Sendable {
  var kind: IntelligenceKind?
  var theme: IntelligenceTheme?
  var state: IntelligenceState?
  var csp: Int?
  /// Only what one sent or recorded oneself.
  var author: UUID?

  var conditions: SQL {
    var all: [SQL] = ["true"]
    if let kind { all.append("i.kind = \(kind)") }
    if let theme { all.append("i.theme = \(theme)") }
    if let state { all.append("i.state = \(state)") }
    if let csp { all.append("i.csp_id = \(Int16(csp))") }
    if let author { all.append("i.author = \(author)") }
    return SQL.joined(all, by: " AND ")
  }
}

/// Where a page of items begins.
struct IntelligenceCursor: Codable, Sendable, Equatable {
  var on: String
  var id: UUID
}

/// Reads, records, opens and recalls intelligence.
package struct IntelligenceStore: Sendable {
  let environment: Environment
  let key: SymmetricKey
  var database: Database { environment.database }

  /// - Parameter key: the service's key of intelligence (`Keys.intelligence`).
  package init(_ environment: Environment, key: SymmetricKey) {
    self.environment = environment
    self.key = key
  }

  /// The latest first; a page fetched backwards comes oldest first.
  func list(_ filter: IntelligenceFilter, at position: KeysetPosition<IntelligenceCursor>, limit: Int, for officer: Officer) async throws -> [IntelligenceItem] {
    var bound: SQL = ""
    var direction: SQL = "DESC"
    switch position {
    case .first: break
    case .after(let cursor): bound = "AND (i.received_on, i.id) < (\(Day(iso: cursor.on)), \(cursor.id))"
    case .before(let cursor):
      bound = "AND (i.received_on, i.id) > (\(Day(iso: cursor.on)), \(cursor.id))"
      direction = "ASC"
    }
    return try await database.read(
      as: officer,
      Query<IntelligenceItem>(
        """
        SELECT \(IntelligenceItem.columns) FROM intelligence_item i WHERE \(filter.conditions) \(bound)
         ORDER BY i.received_on \(direction), i.id \(direction) LIMIT \(limit)
        """))
  }

  package func item(_ id: UUID, for officer: Officer) async throws -> IntelligenceItem? {
    try await database.read(as: officer, Query<IntelligenceItem>("SELECT \(IntelligenceItem.columns) FROM intelligence_item i WHERE i.id = \(id)")).first
  }

  /// Whom an item of a partnership may name.
  package func possibleReaders(_ csp: Int, for officer: Officer) async throws -> [IntelligenceReader] {
    try await database.read(
      as: officer, Query<IntelligenceReader>("SELECT id, name, may_handle FROM sec.intelligence_readers(\(Int16(csp))) ORDER BY name COLLATE \"C\", id"))
  }

  /// Whom an item names.
  func readers(_ item: UUID, for officer: Officer) async throws -> [IntelligenceReader] {
    try await database.read(
      as: officer,
      Query<IntelligenceReader>(
        """
        SELECT a.account_id AS id, n.name, false AS may_handle FROM intelligence_audience a CROSS JOIN LATERAL sec.account_names(ARRAY[a.account_id]) n
         WHERE a.item_id = \(item) ORDER BY n.name COLLATE "C"
        """))
  }

  /// The latest openings, for those who may see them.
  func readings(_ item: UUID, for officer: Officer) async throws -> [IntelligenceReading] {
    try await database.read(
      as: officer,
      Query<IntelligenceReading>(
        """
        SELECT n.name, r.at FROM intelligence_reading r CROSS JOIN LATERAL sec.account_names(ARRAY[r.account_id]) n
         WHERE r.item_id = \(item) ORDER BY r.at DESC LIMIT 50
        """))
  }

  // MARK: - Writing

  /// Notes that somebody was sent elsewhere, or that a rule refused a text: how often, never who or what.
  func count(_ kind: CountedKind, _ codes: [String], by officer: Officer) async throws {
    guard !codes.isEmpty else { return }
    let today = environment.today()
    try await database.write(by: officer, at: environment.now()) { transaction in
      for code in codes { try await transaction.execute("SELECT sec.count_intelligence(\(kind.rawValue), \(code), \(today))") }
      return Written((), entries: [])
    }
  }

  /// How often in a year somebody was sent elsewhere, and a rule refused a text.
  func counted(in year: Int, for officer: Officer) async throws -> (stopped: Int, refused: Int) {
    let rows = try await database.read(
      as: officer,
      Query<Counted>("SELECT kind, sum(many)::integer AS many FROM intelligence_count WHERE extract(year FROM counted_on) = \(year)::integer GROUP BY kind"))
    func of(_ kind: CountedKind) -> Int { rows.first { $0.kind == kind.rawValue }?.many ?? 0 }
    return (of(.stopped), of(.rule))
  }

  private struct Counted: RowDecodable, Sendable {
    var kind: String
    var many: Int
    init(row: Row) throws {
      kind = try row.get("kind")
      many = try row.get("many")
    }
  }

  enum CountedKind: String { case stopped, rule }

  /// Seals and keeps an item and names its readers. The text was screened by the form.
  package func add(_ new: NewIntelligence, once sent: SentForm? = nil, by officer: Officer) async throws -> UUID {
    let id = UUID()
    let today = environment.today()
    let sealed = try SealedText(new.text, of: id, under: key)
    let partnership = environment.settings.county.partnerships.first { $0.id == new.csp }?.name ?? ""
    return try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      let number = try await transaction.value("SELECT nextval('intelligence_number')", as: Int.self)
      let reference = "\(new.kind == .police ? "P" : "S")-\(today.year % 100)-\(String(repeating: "0", count: max(0, 4 - String(number).count)))\(number)"
      try await IntelligenceStore.insert(new, id, reference, sealed, receivedOn: today, author: officer.id, in: transaction)
      if new.kind == .police {
        try await transaction.execute(
          """
          INSERT INTO intelligence_audience (item_id, csp_id, account_id, named_by)
          SELECT \(id), \(Int16(new.csp)), r.id, \(officer.id) FROM sec.intelligence_readers(\(Int16(new.csp))) r WHERE r.id = ANY(\(new.readers)) OR r.id = \(officer.id)
          """)
      } else {
        try await transaction.execute(
          """
          INSERT INTO intelligence_audience (item_id, csp_id, account_id, named_by)
          SELECT \(id), \(Int16(new.csp)), r.id, \(officer.id) FROM sec.intelligence_readers(\(Int16(new.csp))) r WHERE r.may_handle
          """)
      }
      let verb: AuditVerb = new.kind == .police ? .addIntelligence : .submitIntelligence
      let lead = new.kind == .police ? Path.intelligence(id) : Path.submission(id)
      return Written(id, AuditEntry(verb, of: id, detail: ["reference": reference, "partnership": partnership])).leading(to: lead)
    }
  }

  static func insert(
    _ new: NewIntelligence, _ id: UUID, _ reference: String, _ sealed: SealedText, receivedOn: Day, author: UUID, in transaction: Transaction
  ) async throws {
    try await transaction.execute(
      """
      INSERT INTO intelligence_item (id, reference, csp_id, theme, point, happened_on, received_on, kind, source_grade, information_grade, handling, conditions,
        review_by, originator_reference, author, ciphertext, nonce, wrapped_key)
      VALUES (\(id), \(reference), \(Int16(new.csp)), \(new.theme), st_setsrid(st_makepoint(\(new.point?.easting)::integer, \(new.point?.northing)::integer), 27700),
        \(new.happenedOn), \(receivedOn), \(new.kind), \(new.grading.map { Int16($0.source.rawValue) }), \(new.grading?.information), \(new.handling), \(new.conditions),
        \(new.reviewBy), \(new.originatorReference), \(author), \(sealed.ciphertext), \(sealed.nonce), \(sealed.wrappedKey))
      """)
  }

  /// Opens what an item says. That it is opened, by whom, is written and committed before the sealed text is even fetched; the
  /// database gives it against that reading only (`sec.open_intelligence`).
  /// - Parameter acknowledging: whether the reader has just acknowledged the conditions.
  /// - Throws: `Problem` where the item does not name the officer, was recalled, or its conditions are not acknowledged.
  package func open(_ item: IntelligenceItem, acknowledging: Bool, by officer: Officer) async throws -> String {
    guard item.isReader else {
      throw Problem(.forbidden, "It does not name you", "Only those whom an item names may open it. Whoever handles it can name you.", wayOn: ("See the item", item.path))
    }
    guard item.state != .recalled else {
      throw Problem(.conflict, "It was recalled", "Its originator recalled it and its text was destroyed.", wayOn: ("See the item", item.path))
    }
    let asks = item.handling.asksAcknowledgement(of: item.conditions, acknowledged: item.acknowledged)
    guard !asks || acknowledging else { throw Unacknowledged() }
    let reading = UUID()
    try await database.write(by: officer, at: environment.now()) { transaction in
      if asks {
        try await transaction.execute(
          """
          INSERT INTO intelligence_acknowledgement (item_id, csp_id, account_id, conditions)
          VALUES (\(item.id), \(Int16(item.csp)), \(officer.id), \(item.conditions)) ON CONFLICT DO NOTHING
          """)
      }
      try await transaction.execute(
        "INSERT INTO intelligence_reading (id, item_id, csp_id, account_id) VALUES (\(reading), \(item.id), \(Int16(item.csp)), \(officer.id))")
      return .done(AuditEntry(.readIntelligence, of: item.id, detail: ["reference": item.reference]))
    }
    let sealed = try await database.read(as: officer, Query<Sealed>("SELECT ciphertext, nonce, wrapped_key FROM sec.open_intelligence(\(reading))")).first
    guard let sealed else {
      throw Problem(.conflict, "It cannot be opened", "It was recalled, or its readers changed, a moment ago.", wayOn: ("See the item", item.path))
    }
    return try sealed.text.open(item.id, under: key)
  }

  /// The conditions are to be acknowledged first.
  package struct Unacknowledged: Error {}

  private struct Sealed: RowDecodable, Sendable {
    var text: SealedText
    init(row: Row) throws {
      text = SealedText(ciphertext: try row.get("ciphertext"), nonce: try row.get("nonce"), wrappedKey: try row.get("wrapped_key"))
    }
  }
}
