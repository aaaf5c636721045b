package import Domain
package import Foundation
import HTTPTypes
import Postgres
import Web

/// What a list of hot spots is narrowed by.
package struct HotSpotFilter: Sendable {
  package var states: [HotSpotState] = []
  package var partnership: Int?
  /// Only those to be looked at by this day, or at once for what they lost.
  package var reviewBefore: Day?
  package init() {}
}

/// Reads hot spots and records what is decided about them.
package struct HotSpotStore: Sendable {
  let environment: Environment
  var database: Database { environment.database }
  package init(_ environment: Environment) { self.environment = environment }

  /// Those to be looked at first come first. A county has dozens, not thousands: one page.
  package func list(_ filter: HotSpotFilter, for officer: Officer) async throws -> [HotSpot] {
    var conditions: [SQL] = ["true"]
    if !filter.states.isEmpty { conditions.append("h.state = ANY (\(filter.states.map(\.rawValue)))") }
    if let partnership = filter.partnership { conditions.append("h.csp_id = \(Int16(partnership))") }
    if let day = filter.reviewBefore { conditions.append("(h.review_by <= \(day) OR h.id IN (SELECT x FROM sec.hot_spots_that_lost() x)) AND h.ended_on IS NULL") }
    return try await database.read(
      as: officer,
      Query<HotSpot>(
        """
        SELECT \(HotSpot.columns) FROM hot_spot h WHERE \(SQL.joined(conditions, by: " AND "))
         ORDER BY h.ended_on IS NOT NULL, has_lost DESC, h.review_by NULLS LAST, h.reference COLLATE "C" LIMIT 500
        """))
  }

  package func hotSpot(_ id: UUID, for officer: Officer) async throws -> HotSpot? {
    try await database.read(as: officer, Query<HotSpot>("SELECT \(HotSpot.columns) FROM hot_spot h WHERE h.id = \(id)")).first
  }

  package func decisions(_ id: UUID, for officer: Officer) async throws -> [HotSpotDecision] {
    try await database.read(
      as: officer,
      Query<HotSpotDecision>(
        """
        SELECT d.kind, d.reason, d.meeting, d.decided_on, d.review_by, (SELECT n.name FROM sec.account_names(ARRAY[d.decided_by]) n) AS decider,
               (SELECT n.name FROM sec.account_names(ARRAY[d.second_person]) n) AS second
          FROM hot_spot_decision d WHERE d.hot_spot_id = \(id) ORDER BY d.decided_on DESC, d.recorded_at DESC, d.id
        """))
  }

  package func consultations(_ id: UUID, for officer: Officer) async throws -> [Consultation] {
    try await database.read(
      as: officer, Query<Consultation>("SELECT asked_on, answered_on, view, comments FROM hot_spot_consultation WHERE hot_spot_id = \(id) ORDER BY asked_on DESC, id"))
  }

  /// Campaigns narrowed to a hot spot, of those that the officer may see.
  func campaigns(_ id: UUID, for officer: Officer) async throws -> [HotSpotCampaign] {
    try await database.read(as: officer, HotSpotCampaign.of(id))
  }

  /// Places with a current licence in the area or so many metres around it, the nearest first.
  package func places(_ id: UUID, within metres: Int, on day: Day, for officer: Officer) async throws -> [HotSpotPlace] {
    try await database.read(
      as: officer, Query<HotSpotPlace>("SELECT p.*, ceil(p.distance)::bigint AS metres, NULL::uuid AS hot_spot_id FROM sec.hot_spot_places(\(id), \(Double(metres)), \(day)) p"))
  }

  package func coverage(within metres: Int, on day: Day, for officer: Officer) async throws -> [UUID: HotSpotCoverage] {
    let rows = try await database.read(as: officer, Query<HotSpotCoverage>("SELECT * FROM sec.hot_spot_coverage(\(Double(metres)), \(day))"))
    return Dictionary(uniqueKeysWithValues: rows.map { ($0.id, $0) })
  }

  /// Where a postcode is, in metres of the grid; nil where it is not known.
  func postcode(_ text: String, for officer: Officer) async throws -> (easting: Int, northing: Int)? {
    try await database.read(as: officer, Query<PlacedPostcode>(
      "SELECT easting, northing FROM postcode_place WHERE postcode_key = \(text.uppercased().filter { !$0.isWhitespace })")).first.map { ($0.easting, $0.northing) }
  }

  /// What is wrong with an area, in a sentence; nil where nothing is.
  func fault(of area: DescribedArea, in authority: Settings.Authority, for officer: Officer) async throws -> String? {
    guard let measure = try await database.read(as: officer, Query<Measure>(
      """
      SELECT st_isvalid(s) AS sound, st_area(s) AS size, (SELECT o.code FROM outline o WHERE o.kind = 'district' AND st_covers(o.shape, st_centroid(s)) LIMIT 1) AS district,
             (SELECT o.name FROM outline o WHERE o.kind = 'district' AND st_covers(o.shape, st_centroid(s)) LIMIT 1) AS district_name,
             EXISTS (SELECT FROM outline o WHERE o.kind = 'district') AS known
        FROM (SELECT \(Self.shape(area)) AS s) x
      """)).first else { return "The area could not be read" }
    if !measure.sound { return "The outline of the area crosses itself. Give its corners in order, going round" }
    if measure.size < 100 { return "The area is smaller than 100 square metres. Hot spots are areas, not doors" }
    if measure.size > 25_000_000 { return "The area is larger than 25 square kilometres. Divide it" }
    if measure.known, measure.district != authority.code {
      return measure.districtName.map { "The middle of the area is in \($0), not in \(authority.name)" } ?? "The middle of the area is outside the county"
    }
    return nil
  }

  /// The shape that an area describes.
  static func shape(_ area: DescribedArea) -> SQL {
    switch area {
    case .circle(let easting, let northing, let radius):
      return "st_multi(st_buffer(st_setsrid(st_makepoint(\(Double(easting)), \(Double(northing))), 27700), \(Double(radius)), 16))"
    case .polygons(_, let degrees):
      let text = area.wellKnownText ?? ""
      return degrees ? "st_transform(st_geomfromtext(\(text), 4326), 27700)" : "st_geomfromtext(\(text), 27700)"
    }
  }

  /// - Parameter suggestion: what it was suggested by, of what the officer may see.
  package func propose(_ new: NewHotSpot, from suggestion: Suggestion? = nil, once sent: SentForm? = nil, by officer: Officer) async throws -> UUID {
    let id = UUID()
    let today = environment.today()
    return try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      let reference = try await transaction.value(
        """
        INSERT INTO hot_spot (id, authority_id, csp_id, name, area, drawn_from, theme, reason_codes, state, proposed_by, proposed_on)
        VALUES (\(id), \(Int16(new.authority)), \(Int16(new.partnership)), \(new.name), \(Self.shape(new.area)), \(new.drawnFrom), \(new.theme),
          \(new.reasons.map(\.rawValue)), 'proposed', \(officer.id), \(today)) RETURNING reference
        """, as: String.self)
      try await Self.record(NewDecision(.propose, reason: new.reason, decidedOn: today), of: id, new.authority, reasons: new.reasons, by: officer.id, in: transaction)
      if let suggestion { try await Self.keep(suggestion, as: id, new.authority, on: today, by: officer, in: transaction) }
      return Written(id, AuditEntry(.decideHotSpot, of: id, authority: new.authority, detail: ["what": "proposed", "reference": reference, "name": new.name]))
        .leading(to: Path.hotSpot(id))
    }
  }

  /// Takes a step. Whether it may be taken is asked of the row as it is now, locked: the page may be old.
  package func decide(_ decision: NewDecision, on seen: HotSpot, version: Int, once sent: SentForm? = nil, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      Written((), entries: try await Self.decide(decision, on: seen, version: version, by: officer, in: transaction)).leading(to: seen.path)
    }
  }

  /// The same within the transaction of something else, such as the minutes of a meeting. Its entries belong into the log.
  static func decide(_ decision: NewDecision, on seen: HotSpot, version: Int, by officer: Officer, in transaction: Transaction) async throws -> [AuditEntry] {
    let rows = try await transaction.all(Query<HotSpot>("SELECT \(HotSpot.columns) FROM hot_spot h WHERE h.id = \(seen.id) FOR UPDATE"))
    guard let hotSpot = rows.first, hotSpot.version == version, let state = hotSpot.state.after(decision.step) else {
      throw Problem(.conflict, "The hot spot has changed meanwhile", "Somebody was quicker. Look at it again.", wayOn: ("See the hot spot", seen.path))
    }
    if decision.step == .designate,
      let obstacle = HotSpotRules.obstacle(toDesignating: hotSpot.proposedBy, by: officer.id, answeredOn: hotSpot.answeredOn, decidedOn: decision.decidedOn) {
      throw Problem(.conflict, "This hot spot cannot be designated", obstacle.words + ".", wayOn: ("See the hot spot", seen.path))
    }
    try await record(
      decision, of: hotSpot.id, hotSpot.authority, reasons: hotSpot.reasons, by: officer.id,
      second: decision.step == .designate ? hotSpot.proposedBy : nil, in: transaction)
    let designates = decision.step == .designate
    let ended: Day? = state == .deDesignated || state == .rejected ? decision.decidedOn : nil
    let proposes = decision.step == .propose
    try await transaction.execute(
      """
      UPDATE hot_spot SET state = \(state), version = version + 1, ended_on = \(ended), review_by = coalesce(\(decision.reviewBy), review_by),
             proposed_by = CASE WHEN \(proposes) THEN \(officer.id) ELSE proposed_by END,
             proposed_on = CASE WHEN \(proposes) THEN \(decision.decidedOn) ELSE proposed_on END,
             designated_by = CASE WHEN \(designates) THEN \(officer.id) ELSE designated_by END,
             designated_on = CASE WHEN \(designates) THEN \(decision.decidedOn) ELSE designated_on END
       WHERE id = \(hotSpot.id)
      """)
    var detail = ["what": decision.step.past, "reference": hotSpot.reference, "name": hotSpot.name]
    if let until = decision.reviewBy { detail["until"] = until.words }
    let decided = AuditEntry(.decideHotSpot, of: hotSpot.id, authority: hotSpot.authority, detail: detail)
    guard decision.step == .deDesignate, let ended = try await PlanStore.end(of: hotSpot.id, because: decision.reason, on: decision.decidedOn, by: officer, in: transaction) else { return [decided] }
    return [decided, ended]
  }

  private static func record(
    _ decision: NewDecision, of id: UUID, _ authority: Int, reasons: [HotSpotReason], by author: UUID, second: UUID? = nil, in transaction: Transaction
  ) async throws {
    try await transaction.execute(
      """
      INSERT INTO hot_spot_decision (hot_spot_id, authority_id, kind, reason_codes, reason, meeting, decided_on, review_by, decided_by, second_person)
      VALUES (\(id), \(Int16(authority)), \(decision.step), \(reasons.map(\.rawValue)), \(decision.reason), \(decision.meeting), \(decision.decidedOn),
        \(decision.reviewBy), \(author), \(second))
      """)
  }

  /// Notes that the group was asked.
  package func ask(_ hotSpot: HotSpot, on day: Day, once sent: SentForm? = nil, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      try await transaction.execute(
        """
        INSERT INTO hot_spot_consultation (hot_spot_id, authority_id, asked_on, recorded_by)
        VALUES (\(hotSpot.id), \(Int16(hotSpot.authority)), \(day), \(officer.id)) ON CONFLICT DO NOTHING
        """)
      return Written((), AuditEntry(.consultOnHotSpot, of: hotSpot.id, authority: hotSpot.authority, detail: ["what": "consulted the group", "reference": hotSpot.reference]))
        .leading(to: hotSpot.path)
    }
  }

  /// Records the answer of the group to the question that is open.
  package func answer(_ hotSpot: HotSpot, _ view: ConsultedView, _ comments: String, on day: Day, once sent: SentForm? = nil, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      let changed = try await transaction.execute(
        """
        UPDATE hot_spot_consultation SET answered_on = \(day), view = \(view), comments = \(comments)
         WHERE hot_spot_id = \(hotSpot.id) AND answered_on IS NULL AND asked_on <= \(day)
        """)
      guard changed == 1 else {
        throw Problem(.conflict, "The answer is recorded already", "Somebody was quicker. Look at it again.", wayOn: ("See the hot spot", hotSpot.path))
      }
      return Written((), AuditEntry(
        .consultOnHotSpot, of: hotSpot.id, authority: hotSpot.authority, detail: ["what": "recorded the group’s answer", "reference": hotSpot.reference, "view": view.name.lowercased()]))
        .leading(to: hotSpot.path)
    }
  }
}

private struct PlacedPostcode: RowDecodable, Sendable {
  var easting: Int
  var northing: Int
  init(row: Row) throws {
    easting = try row.get("easting")
    northing = try row.get("northing")
  }
}

private struct Measure: RowDecodable, Sendable {
  var sound: Bool
  var size: Double
  var district: String?
  var districtName: String?
  var known: Bool
  init(row: Row) throws {
    sound = try row.get("sound")
    size = try row.get("size")
    district = try row.get("district")
    districtName = try row.get("district_name")
    known = try row.get("known")
  }
}
