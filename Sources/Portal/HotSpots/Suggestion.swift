package import Domain
package import Foundation
package import Postgres

/// Items near one another, of those that the officer may see: a place that tasking might look at. Nothing of what an item says.
package struct Suggestion: RowDecodable, Sendable {
  /// Made of the items: with another item it is another suggestion.
  package var id: UUID
  package var partnership: Int
  package var items: [UUID]
  /// Organisations that the items come from; 0: not recorded.
  package var agencies: [Int]
  package var first: Day
  package var last: Day
  package var weight: Double
  /// Metres between the two that are furthest apart.
  package var across: Double
  package var easting: Int
  package var northing: Int
  /// Metres around the middle that hold all items, with something around them.
  package var radius: Int
  /// The district that holds the middle, where outlines are known.
  package var authority: Int?

  static func query(_ rule: SuggestionRule, on day: Day) throws -> Query<Suggestion> {
    Query("""
      SELECT s.suggestion_id, s.csp_id, array_to_string(s.items, ',') AS items, array_to_string(s.agencies, ',') AS agencies, s.first_on, s.last_on, s.weight,
             s.across, s.easting, s.northing, s.radius, s.authority_id
        FROM sec.hot_spot_suggestions(\(try rule.json)::jsonb, \(day)) s
      """)
  }

  package init(row: Row) throws {
    id = try row.get("suggestion_id")
    partnership = try row.get("csp_id")
    items = try row.get("items", as: String.self).split(separator: ",").compactMap { UUID(uuidString: String($0)) }
    agencies = try row.get("agencies", as: String.self).split(separator: ",").compactMap { Int($0) }
    first = try row.get("first_on")
    last = try row.get("last_on")
    weight = try row.get("weight")
    across = try row.get("across")
    easting = try row.get("easting")
    northing = try row.get("northing")
    radius = try row.get("radius")
    authority = try row.get("authority_id")
  }

  var path: String { Path.suggestion(id) }
  var weightWords: String { weight.words(1) }
  var gridWords: String { GridPoint(easting: easting, northing: northing)?.reference ?? "\(easting) \(northing)" }

  /// "West Mercia Police; an organisation that is not recorded"
  func agencyWords(_ settings: Settings?) -> String {
    agencies.sorted { ($0 == 0 ? Int.max : $0) < ($1 == 0 ? Int.max : $1) }
      .map { settings?.organisation($0)?.name ?? "an organisation that is not recorded" }.joined(separator: "; ")
  }

  /// "Over 19 days, the last on 3 May 2026"
  var dayWords: String {
    let days = last.dayNumber - first.dayNumber + 1
    return days == 1 ? "All on \(last.words)" : "Over \(days) days, the last on \(last.words)"
  }
}

extension SuggestionRule {
  /// As `sec.hot_spot_suggestions` reads it.
  var json: String { get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) } }
}

extension Double {
  /// "1.4"
  func words(_ digits: Int) -> String { String(format: "%.\(digits)f", self) }
}

/// One item of a suggestion, with what it weighs.
struct SuggestedItem: RowDecodable, Sendable {
  var id: UUID
  var reference: String
  var on: Day
  var kind: IntelligenceKind
  var source: SourceGrade?
  var information: InformationGrade?
  /// Nil: graded in the older way, whose codes stand on the item's own page.
  var handling: Handling?

  init(row: Row) throws {
    id = try row.get("id")
    reference = try row.get("reference")
    on = try row.get("day")
    kind = try row.get("kind")
    source = try row.get("source_grade", as: Int?.self).flatMap(SourceGrade.init)
    information = try row.get("information_grade")
    handling = try row.get("handling")
  }

  static func query(_ ids: [UUID]) -> Query<SuggestedItem> {
    Query("""
      SELECT i.id, i.reference, coalesce(i.happened_on, i.received_on) AS day, i.kind, i.source_grade, i.information_grade, i.handling FROM intelligence_item i
       WHERE i.id = ANY (\(ids)) ORDER BY day DESC, i.reference COLLATE "C", i.id LIMIT 500
      """)
  }

  func weight(_ rule: SuggestionRule, on day: Day) -> Double {
    var graded = rule.ungradedWeight
    if let source, let information { graded = (rule.sourceWeights[String(source.rawValue)] ?? 0) * (rule.informationWeights[information.rawValue] ?? 0) }
    return graded * pow(0.5, Double(day.dayNumber - on.dayNumber) / rule.halfLifeDays)
  }
}

/// A suggestion that was set aside, as those see it who may see all of its items.
struct SetAside: RowDecodable, Sendable {
  var id: UUID
  var partnership: Int
  var count: Int
  var reason: String
  var on: Day
  var by: String?

  init(row: Row) throws {
    id = try row.get("id")
    partnership = try row.get("csp_id")
    count = try row.get("count")
    reason = try row.get("reason")
    on = try row.get("decided_on")
    by = try row.get("by")
  }

  static let latest = Query<SetAside>("""
    SELECT s.id, s.csp_id, cardinality(s.items) AS count, s.reason, s.decided_on, (SELECT n.name FROM sec.account_names(ARRAY[s.decided_by]) n) AS by
      FROM hot_spot_suggestion s WHERE s.outcome = 'set_aside' ORDER BY s.decided_on DESC, s.recorded_at DESC, s.id LIMIT 50
    """)
}

/// What a hot spot was suggested by, as it is now.
package struct SuggestedBy: RowDecodable, Sendable {
  package var items: Int
  package var recalled: Int
  package var conditions: Int

  package init(row: Row) throws {
    items = try row.get("items")
    recalled = try row.get("recalled")
    conditions = try row.get("conditions")
  }

  static func query(_ hotSpot: UUID) -> Query<SuggestedBy> {
    Query("""
      SELECT count(*) AS items, count(*) FILTER (WHERE i.state = 'recalled') AS recalled, count(*) FILTER (WHERE i.handling = 'C') AS conditions
        FROM hot_spot_suggestion s JOIN intelligence_item i ON i.id = ANY (s.items) WHERE s.hot_spot_id = \(hotSpot) HAVING count(*) > 0
      """)
  }

  /// "4 items; 2 of them carry conditions, which bind whoever acts on this. One was recalled since: without it there are fewer than 3."
  func words(_ rule: SuggestionRule) -> String {
    var words = items == 1 ? "One item of information" : "\(items) items of information near each other"
    if conditions > 0 { words += ". \(conditions == 1 ? "One carries" : "\(conditions) carry") handling conditions, which bind whoever acts on this place" }
    if recalled > 0 {
      words += ". \(recalled == 1 ? "One was" : "\(recalled) were") recalled since"
      words += items - recalled < rule.items ? ": what is left is fewer than the \(rule.items) that suggest a hot spot. Look at it again" : "; what is left is still enough"
    }
    return words
  }
}

/// Items in and around a hot spot before and after its designation.
package struct Displacement: RowDecodable, Sendable {
  package var days: Int
  package var insideBefore: Int
  package var insideAfter: Int
  package var ringBefore: Int
  package var ringAfter: Int
  package var coreAfter: Int
  package var allAfter: Int
  package var area: Double
  package var studyArea: Double?

  package init(row: Row) throws {
    days = try row.get("days")
    insideBefore = try row.get("inside_before")
    insideAfter = try row.get("inside_after")
    ringBefore = try row.get("ring_before")
    ringAfter = try row.get("ring_after")
    coreAfter = try row.get("core_after")
    allAfter = try row.get("all_after")
    area = try row.get("area")
    studyArea = try row.get("study_area")
  }

  static func query(_ hotSpot: UUID, within metres: Int, _ rule: SuggestionRule, on day: Day) -> Query<Displacement> {
    Query("""
      SELECT * FROM sec.hot_spot_displacement(\(hotSpot), \(Double(metres)), \(Double(HotSpotRules.displacement)), \(rule.displacementDays)::integer, \(day))
      """)
  }

  func accuracy(_ rule: SuggestionRule) -> PredictiveAccuracy {
    PredictiveAccuracy(inArea: coreAfter, all: allAfter, area: area, of: studyArea, least: rule.accuracyItems)
  }
}

extension HotSpotStore {
  var rule: SuggestionRule { environment.settings.policy.suggestions }

  /// Suggestions made of items that the officer may see, the heaviest first.
  package func suggestions(on day: Day, for officer: Officer) async throws -> [Suggestion] {
    try await database.read(as: officer, Suggestion.query(rule, on: day))
  }

  package func suggestion(_ id: UUID, on day: Day, for officer: Officer) async throws -> Suggestion? {
    try await suggestions(on: day, for: officer).first { $0.id == id }
  }

  func suggestedItems(_ suggestion: Suggestion, for officer: Officer) async throws -> [SuggestedItem] {
    try await database.read(as: officer, SuggestedItem.query(suggestion.items))
  }

  func setAside(for officer: Officer) async throws -> [SetAside] { try await database.read(as: officer, SetAside.latest) }

  /// What the hot spot rests on and whether concern moved next door, of items that the officer may see.
  package func evidence(_ id: UUID, within metres: Int, on day: Day, for officer: Officer) async throws -> (suggestedBy: SuggestedBy?, displacement: Displacement?) {
    let (suggestedBy, displacement) = try await database.read(
      as: officer, SuggestedBy.query(id), Displacement.query(id, within: metres, rule, on: day))
    return (suggestedBy.first, displacement.first)
  }

  /// Not to be suggested again until a new item joins.
  package func setAside(_ suggestion: Suggestion, because reason: String, once sent: SentForm? = nil, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      let id = UUID()
      try await transaction.execute(
        """
        INSERT INTO hot_spot_suggestion (id, csp_id, items, outcome, reason, decided_by, decided_on)
        VALUES (\(id), \(Int16(suggestion.partnership)), \(suggestion.items), 'set_aside', \(reason), \(officer.id), \(environment.today()))
        """)
      return Written((), AuditEntry(
        .setAsideSuggestion, of: id, authority: suggestion.authority,
        detail: ["items": String(suggestion.items.count), "partnership": environment.settings.partnership(suggestion.partnership)?.name ?? ""]))
        .leading(to: Path.suggestions)
    }
  }

  /// Keeps what a proposed hot spot was suggested by.
  static func keep(_ suggestion: Suggestion, as hotSpot: UUID, _ authority: Int, on day: Day, by officer: Officer, in transaction: Transaction) async throws {
    try await transaction.execute(
      """
      INSERT INTO hot_spot_suggestion (csp_id, items, outcome, hot_spot_id, authority_id, decided_by, decided_on)
      VALUES (\(Int16(suggestion.partnership)), \(suggestion.items), 'proposed', \(hotSpot), \(Int16(authority)), \(officer.id), \(day))
      """)
  }
}
