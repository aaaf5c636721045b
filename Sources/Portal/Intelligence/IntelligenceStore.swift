package import Domain
package import Foundation
import HTTPTypes
import Logging
package import Postgres
package import Web

/// What a list of items is narrowed by.
struct IntelligenceFilter: Sendable {
  var kind: IntelligenceKind?
  var grade: Grade?
  var theme: IntelligenceTheme?
  var state: IntelligenceState?
  var csp: Int?
  var district: Int?
  var review: Review?
  /// A postcode, a grid reference, or words of a hot spot's name.
  var near: Near?
  /// Only what one sent or recorded oneself.
  var author: UUID?
  var today = Day(dayNumber: 0)

  enum Grade: String, CaseIterable {
    case reliable = "1", untested = "2", notReliable = "3", legacy, ungraded

    var name: String {
      switch self {
      case .reliable: "3x5x2, reliable source"
      case .untested: "3x5x2, untested source"
      case .notReliable: "3x5x2, source not reliable"
      case .legacy: "5x5x5"
      case .ungraded: "Not graded"
      }
    }
  }

  enum Review: String, CaseIterable {
    case due, overdue, disposal

    var name: String {
      switch self {
      case .due: "Due within \(IntelligenceReview.dueSoonDays) days or overdue"
      case .overdue: "Overdue"
      case .disposal: "Disposal proposed"
      }
    }
  }

  enum Near: Sendable {
    case point(easting: Int, northing: Int)
    case hotSpot(String)
    /// Metres around a postcode or a grid reference, and around a hot spot.
    static let metres = 500.0, around = 250.0
  }

  var conditions: SQL {
    var all: [SQL] = ["true"]
    if let kind { all.append("i.kind = \(kind)") }
    switch grade {
    case .reliable, .untested, .notReliable: all.append("i.source_grade = \(Int16(grade?.rawValue ?? "") ?? 0)")
    case .legacy: all.append("i.scheme = '5x5x5'")
    case .ungraded: all.append("i.scheme = 'ungraded'")
    case nil: break
    }
    if let theme { all.append("i.theme = \(theme)") }
    if let state { all.append("i.state = \(state)") }
    if let csp { all.append("i.csp_id = \(Int16(csp))") }
    if let district { all.append("i.authority_id = \(Int16(district))") }
    switch review {
    case .due: all.append("i.state IN ('received', 'closed') AND i.review_by <= \(today + IntelligenceReview.dueSoonDays)")
    case .overdue: all.append("i.state IN ('received', 'closed') AND i.review_by < \(today)")
    case .disposal: all.append("i.state IN ('received', 'closed') AND i.disposal_proposed_by IS NOT NULL")
    case nil: break
    }
    switch near {
    case .point(let easting, let northing):
      all.append("st_dwithin(i.point, st_setsrid(st_makepoint(\(Double(easting)), \(Double(northing))), 27700), \(Near.metres))")
    case .hotSpot(let words):
      all.append(
        """
        EXISTS (SELECT FROM hot_spot h WHERE (h.reference = upper(\(words)) OR position(lower(\(words)) IN lower(h.name)) > 0) AND (st_dwithin(i.point, h.area, \(Near.around))
          OR EXISTS (SELECT FROM hot_spot_item l WHERE l.hot_spot_id = h.id AND l.item_id = i.id AND l.unlinked_on IS NULL)))
        """)
    case nil: break
    }
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
  let keys: IntelligenceKeys
  var database: Database { environment.database }

  /// - Parameter keys: the service's keys of intelligence (`Keys.intelligence`).
  package init(_ environment: Environment, keys: IntelligenceKeys) {
    self.environment = environment
    self.keys = keys
  }

  /// The latest first; a page fetched backwards comes oldest first.
  func list(_ filter: IntelligenceFilter, at position: KeysetPosition<IntelligenceCursor>, limit: Int, for officer: Officer) async throws -> [IntelligenceItem] {
    try await database.read(as: officer, Query<IntelligenceItem>(Self.rows(filter, at: position, limit: limit)))
  }

  static func rows(_ filter: IntelligenceFilter, at position: KeysetPosition<IntelligenceCursor>, limit: Int) -> SQL {
    var bound: SQL = ""
    var direction: SQL = "DESC"
    switch position {
    case .first: break
    case .after(let cursor): bound = "AND (i.received_on, i.id) < (\(Day(iso: cursor.on)), \(cursor.id))"
    case .before(let cursor):
      bound = "AND (i.received_on, i.id) > (\(Day(iso: cursor.on)), \(cursor.id))"
      direction = "ASC"
    }
    return """
      SELECT \(IntelligenceItem.columns) FROM intelligence_item i WHERE \(filter.conditions) \(bound)
       ORDER BY i.received_on \(direction), i.id \(direction) LIMIT \(limit)
      """
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

  /// Whom an item names together.
  func groups(_ item: UUID, for officer: Officer) async throws -> [IntelligenceGroup] {
    try await database.read(as: officer, Query<NamedGroup>("SELECT kind, number FROM intelligence_group WHERE item_id = \(item) ORDER BY kind DESC, number")).compactMap(\.group)
  }

  private struct NamedGroup: RowDecodable, Sendable {
    var group: IntelligenceGroup?
    init(row: Row) throws { group = IntelligenceGroup("\(try row.get("kind", as: String.self))-\(try row.get("number", as: Int.self))") }
  }

  /// Who of these works for the police.
  func police(among ids: [UUID], for officer: Officer) async throws -> Set<UUID> {
    Set(try await database.reading(as: officer) { try await $0.values("SELECT x FROM sec.police_among(\(ids)) x", as: UUID.self) })
  }

  /// Where a postcode is.
  func postcode(_ text: String, for officer: Officer) async throws -> GridPoint? {
    try await database.read(as: officer, Query<Placed>(
      "SELECT easting, northing FROM postcode_place WHERE postcode_key = \(text.uppercased().filter { !$0.isWhitespace })")).first?.point
  }

  private struct Placed: RowDecodable, Sendable {
    var point: GridPoint?
    init(row: Row) throws { point = GridPoint(easting: try row.get("easting"), northing: try row.get("northing")) }
  }

  /// How many reviews are due, and how many disposals wait for a second person.
  func due(for officer: Officer) async throws -> (reviews: Int, disposals: Int) {
    let soon = environment.today() + IntelligenceReview.dueSoonDays
    return try await database.reading(as: officer) { transaction in
      let reviews = try await transaction.value("SELECT count(*) FROM intelligence_item i WHERE i.state IN ('received', 'closed') AND i.review_by <= \(soon)", as: Int.self)
      let disposals = try await transaction.value(
        "SELECT count(*) FROM intelligence_item i WHERE i.state IN ('received', 'closed') AND i.disposal_proposed_by IS NOT NULL", as: Int.self)
      return (reviews, disposals)
    }
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
    let partnership = environment.settings.county.partnerships.first { $0.id == new.csp }?.name ?? ""
    return try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      let sealed = try SealedText(new.text, of: id, under: try sealingKey())
      let number = try await transaction.value("SELECT nextval('intelligence_number')", as: Int.self)
      let reference = "\(new.kind == .police ? "P" : "S")-\(today.year % 100)-\(String(repeating: "0", count: max(0, 4 - String(number).count)))\(number)"
      try await IntelligenceStore.insert(new, id, reference, sealed, receivedOn: today, author: officer.id, in: transaction)
      if new.kind == .police {
        try await transaction.execute(
          """
          INSERT INTO intelligence_audience (item_id, csp_id, account_id, named_by)
          SELECT \(id), \(Int16(new.csp)), r.id, \(officer.id) FROM sec.intelligence_readers(\(Int16(new.csp))) r WHERE r.id = ANY(\(new.readers)) OR r.id = \(officer.id)
          """)
        try await IntelligenceStore.nameGroups(new.groups, id, new.csp, by: officer.id, in: transaction)
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

  /// The key that seals, or words for whoever is waiting.
  private func sealingKey() throws -> IntelligenceKey {
    do { return try keys.sealing() } catch {
      environment.logger.critical("\(error)")
      throw Problem(
        .serviceUnavailable, "Nothing can be sealed now", "The key that seals intelligence is not there, so nothing was kept. Tell whoever runs the service, and send it again later.",
        wayOn: ("See your submissions", Path.submissions))
    }
  }

  static func nameGroups(_ groups: [IntelligenceGroup], _ item: UUID, _ csp: Int, by author: UUID, in transaction: Transaction) async throws {
    for group in Set(groups) {
      try await transaction.execute(
        """
        INSERT INTO intelligence_group (item_id, csp_id, kind, number, named_by) VALUES (\(item), \(Int16(csp)), \(group.kind), \(Int16(group.number)), \(author))
        ON CONFLICT DO NOTHING
        """)
    }
  }

  static func insert(
    _ new: NewIntelligence, _ id: UUID, _ reference: String, _ sealed: SealedText, receivedOn: Day, author: UUID, in transaction: Transaction
  ) async throws {
    var graded: Grading?
    var legacy: LegacyGrading?
    switch new.grading {
    case .ungraded: break
    case .graded(let grading): graded = grading
    case .legacy(let grading): legacy = grading
    }
    let handling: Handling? = legacy == nil ? graded?.handling ?? .permitted : nil
    try await transaction.execute("SELECT sec.use_intelligence_key(\(sealed.keyID))")
    try await transaction.execute(
      """
      INSERT INTO intelligence_item (id, reference, csp_id, authority_id, theme, point, happened_on, received_on, kind, scheme, source_grade, information_grade, handling,
        legacy_source, legacy_information, legacy_handling, conditions, action_code, sanitisation_code, originator_consent, authority_reference, sanitised_by, sanitised_on,
        classification, handling_instruction, review_by, originator_reference, replaces, author, ciphertext, nonce, wrapped_key, key_id)
      SELECT \(id), \(reference), \(Int16(new.csp)), coalesce(\(new.authority.map { Int16($0) })::smallint, (
          SELECT a.id FROM outline o JOIN authority a ON a.code = o.code WHERE o.kind = 'district' AND a.csp_id = \(Int16(new.csp)) AND st_covers(o.shape, p.point) LIMIT 1)),
        \(new.theme), p.point, \(new.happenedOn), \(receivedOn), \(new.kind), \(new.grading.scheme), \(graded.map { Int16($0.source.rawValue) })::smallint,
        \(graded?.information), \(handling), \(legacy?.source), \(legacy.map { Int16($0.information.rawValue) })::smallint, \(legacy.map { Int16($0.handling.rawValue) })::smallint,
        \(new.handled.conditions), \(new.handled.action), \(new.handled.sanitisation), \(new.handled.consent), \(new.handled.authority), \(new.sanitisedBy),
        \(new.sanitisedOn), \(new.marking), \(new.handlingInstruction), \(new.reviewBy ?? receivedOn + IntelligenceReview.first), \(new.originatorReference),
        \(new.replaces), \(author), \(sealed.ciphertext), \(sealed.nonce), \(sealed.wrappedKey), \(sealed.keyID)
        FROM (SELECT st_setsrid(st_makepoint(\(new.point?.easting)::integer, \(new.point?.northing)::integer), 27700) AS point) p
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
    guard item.state.isOpenable else {
      throw Problem(.conflict, "It can no longer be opened", "It is \(item.state.name.lowercased()).", wayOn: ("See the item", item.path))
    }
    let asks = item.asksAcknowledgement
    guard !asks || acknowledging else { throw Unacknowledged() }
    let reading = UUID()
    try await database.write(by: officer, at: environment.now()) { transaction in
      if asks {
        try await transaction.execute(
          """
          INSERT INTO intelligence_acknowledgement (item_id, csp_id, account_id, conditions)
          VALUES (\(item.id), \(Int16(item.csp)), \(officer.id), \(item.handled.conditions)) ON CONFLICT DO NOTHING
          """)
      }
      try await transaction.execute(
        "INSERT INTO intelligence_reading (id, item_id, csp_id, account_id) VALUES (\(reading), \(item.id), \(Int16(item.csp)), \(officer.id))")
      return .done(AuditEntry(.readIntelligence, of: item.id, detail: ["reference": item.reference]))
    }
    let sealed = try await database.read(as: officer, Query<Sealed>("SELECT ciphertext, nonce, wrapped_key, key_id FROM sec.open_intelligence(\(reading))")).first
    guard let sealed else {
      throw Problem(.conflict, "It cannot be opened", "It was recalled, or its readers changed, a moment ago.", wayOn: ("See the item", item.path))
    }
    let held = keys.opening(sealed.text.keyID)
    do { return try sealed.text.open(item.id, under: held) } catch {
      environment.logger.critical("\(item.reference) does not open: \(held.isEmpty ? "its key \(sealed.text.keyID ?? "") is not in keys/" : "it was changed, or sealed under another key")")
      throw held.isEmpty
        ? Problem(
          .serviceUnavailable, "It cannot be opened now", "The key it is sealed under is not on this machine. Tell whoever runs the service: they restore it from their copy of the keys. That you tried is logged.",
          wayOn: ("See the item", item.path))
        : Problem(
          .conflict, "It does not open", "What is kept of \(item.reference) is not what was sealed, or was sealed under another key. Tell whoever runs the service. That you tried is logged.",
          wayOn: ("See the item", item.path))
    }
  }

  /// The conditions are to be acknowledged first.
  package struct Unacknowledged: Error {}

  private struct Sealed: RowDecodable, Sendable {
    var text: SealedText
    init(row: Row) throws {
      text = SealedText(ciphertext: try row.get("ciphertext"), nonce: try row.get("nonce"), wrappedKey: try row.get("wrapped_key"), keyID: try row.get("key_id"))
    }
  }
}
