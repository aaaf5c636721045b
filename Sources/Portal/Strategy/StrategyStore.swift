import Domain
import Foundation
import Postgres
import Web

/// One report of an action by somebody who answers for it.
struct ActionReport: RowDecodable, Sendable {
  var ref: String
  var standing: ActionStanding
  var progress: Int?
  var words: String
  var evidence: String
  var on: Day
  var by: String
  /// Since when it has stood so without a break.
  var since: Day

  static let columns: SQL = """
    r.action_ref, r.standing, r.progress, r.words, r.evidence, r.reported_on, coalesce(a.name, 'Somebody') AS by_name, r.since
    """

  init(row: Row) throws {
    ref = try row.get("action_ref")
    standing = ActionStanding(rawValue: try row.get("standing")) ?? .notStarted
    progress = try row.get("progress", as: Int?.self)
    words = try row.get("words")
    evidence = try row.get("evidence")
    on = try row.get("reported_on")
    by = try row.get("by_name")
    since = try row.get("since")
  }
}

/// A rating that somebody set against the rule, for a while.
struct RatingOverride: RowDecodable, Sendable {
  var ref: String
  var rating: Rating
  var reason: String
  var from: Day
  var until: Day
  var by: String

  init(row: Row) throws {
    ref = try row.get("action_ref")
    rating = Rating(rawValue: try row.get("rating")) ?? .grey
    reason = try row.get("reason")
    from = try row.get("from_day")
    until = try row.get("until_day")
    by = try row.get("by_name")
  }
}

/// A figure that was typed because nothing here counts it.
struct TypedFigure: RowDecodable, Sendable {
  var ref: String
  var what: String
  var part: Int
  var whole: Int?
  var asAt: Day
  var source: String
  var by: String

  init(row: Row) throws {
    ref = try row.get("action_ref")
    what = try row.get("what")
    part = try row.get("part")
    whole = try row.get("whole", as: Int?.self)
    asAt = try row.get("as_at")
    source = try row.get("source")
    by = try row.get("by_name")
  }

  var words: String { whole.map { MeasureValue(part, of: $0).words } ?? part.grouped }
}

/// One measure in one district.
struct MeasureRow: RowDecodable, Sendable {
  var measure: Measure?
  var authority: Int
  var value: MeasureValue

  init(row: Row) throws {
    measure = Measure(rawValue: try row.get("measure"))
    authority = try row.get("authority_id")
    value = MeasureValue(try row.get("part"), of: try row.get("whole"))
  }
}

/// A row behind a measure: what it is, and whether it counts.
struct MeasureEvidence: RowDecodable, Sendable {
  var key: String
  var id: UUID
  /// The record it comes from, for whoever may read that.
  var link: UUID?
  var area: Int
  var detail: String?
  var counted: Bool

  init(row: Row) throws {
    key = try row.get("key")
    id = try row.get("id")
    link = try row.get("link", as: UUID?.self)
    area = try row.get("authority_id")
    detail = try row.get("detail", as: String?.self)
    counted = try row.get("counted")
  }
}

/// Days from designation to an approved plan; of one district, or of all.
struct PlanDays: RowDecodable, Sendable {
  var authority: Int?
  var plans: Int
  var median: Double
  init(row: Row) throws {
    authority = try row.get("authority_id", as: Int?.self)
    plans = try row.get("plans")
    median = try row.get("median")
  }
}

/// What a review came to.
struct StrategyDecision: RowDecodable, Sendable {
  var on: Day
  var body: String
  var outcome: DecisionOutcome
  var words: String
  var minute: String
  var next: Day?
  var by: String?
  init(row: Row) throws {
    on = try row.get("decided_on")
    body = try row.get("decided_by")
    outcome = DecisionOutcome(rawValue: try row.get("outcome")) ?? .notNow
    words = try row.get("words")
    minute = try row.get("minute")
    next = try row.get("next_review", as: Day?.self)
    by = try row.get("by_name", as: String?.self)
  }
}

enum DecisionOutcome: String, Sendable, CaseIterable {
  case goAhead = "go_ahead"
  case notNow = "not_now"
  case no, keep, revise, replace
  /// Of an action's review; the others are of the strategy's own.
  static let ofActions: [Self] = [.goAhead, .notNow, .no]
  static let ofStrategy: [Self] = [.keep, .revise, .replace]

  var name: String {
    switch self {
    case .goAhead: "Go ahead"
    case .notNow: "Not now: look at it again"
    case .no: "It is not needed"
    case .keep: "Keep the strategy as it is"
    case .revise: "Revise it"
    case .replace: "Replace it"
    }
  }
}

/// A place that counts in a measure and has no guidance.
struct PlaceWithout: RowDecodable, Sendable {
  var id: UUID
  var authority: Int
  var name: String
  var address: String
  var postcode: String?

  init(row: Row) throws {
    id = try row.get("location_id")
    authority = try row.get("authority_id")
    name = try row.get("name")
    address = try row.get("address")
    postcode = try row.get("postcode")
  }
}

/// The plan as it stood on a day: what was reported by then, what the rows count, and how each action is judged.
struct StrategyAnswer: Sendable {
  var strategy: Strategy
  var day: Day
  var reports: [String: ActionReport]
  var overrides: [String: RatingOverride]
  var figures: [String: TypedFigure]
  var rows: [MeasureRow]
  /// An earlier day, and what the rows counted on it: to say what has moved.
  var earlier: (day: Day, rows: [MeasureRow])?

  func value(_ measure: Measure) -> MeasureValue? { Self.value(measure, in: rows) }

  private static func value(_ measure: Measure, in rows: [MeasureRow]) -> MeasureValue? {
    let rows = rows.filter { $0.measure == measure }
    return rows.isEmpty ? nil : rows.reduce(MeasureValue(0, of: 0)) { $0 + $1.value }
  }

  func value(of action: StrategyAction) -> MeasureValue? { action.counted?.first.flatMap(value) }

  /// Whether its total is withheld from a reader (nil: of a file): then no sentence and no trend tells of it either.
  func isWithheld(_ measure: Measure, from officer: Officer?) -> Bool { Self.isWithheld(measure, in: rows, from: officer) }

  static func isWithheld(_ measure: Measure, in rows: [MeasureRow], from officer: Officer?) -> Bool {
    let rows = rows.filter { $0.measure == measure }
    guard measure.isWithheld(from: officer, in: rows.map(\.authority)) else { return false }
    return BoardPack.District(measure, names: rows.map { String($0.authority) }, values: rows.map(\.value)).total == nil
  }

  /// What a measure comes to, so far as the reader is told; nil where it does not count anything.
  func words(_ measure: Measure, for officer: Officer?) -> String? {
    value(measure).map { isWithheld(measure, from: officer) ? Equity.withheld : measure.words($0) }
  }

  /// What sentences say of an action's measure, where they may not say the figure.
  func said(of action: StrategyAction, to officer: Officer?) -> String? {
    guard let measure = action.counted?.first, isWithheld(measure, from: officer) else { return nil }
    return Equity.withheld
  }

  /// "4 points more than on 30 Aug 2026"; nil where there is nothing to hold against, or where one of the two is withheld.
  func moved(_ action: StrategyAction, for officer: Officer?) -> String? {
    guard let measure = action.counted?.first, let earlier, let now = value(measure)?.points, let then = Self.value(measure, in: earlier.rows)?.points,
      !isWithheld(measure, from: officer), !Self.isWithheld(measure, in: earlier.rows, from: officer)
    else { return nil }
    let points = Int(now) - Int(then)
    return points == 0 ? "As on \(earlier.day.short)" : "\(abs(points)) \(abs(points) == 1 ? "point" : "points") \(points > 0 ? "more" : "less") than on \(earlier.day.short)"
  }

  /// - Parameter said: what the sentence says of the measure, where it may not say the figure.
  func judged(_ action: StrategyAction, saying said: String? = nil) -> Judgement {
    let report = reports[action.ref]
    return RatingRule(
      action, standing: report?.standing ?? .notStarted, since: report?.since ?? action.from, reported: report?.on, progress: report?.progress,
      value: value(of: action), target: action.counted?.first.flatMap(strategy.target), saying: said
    ).judged(on: day)
  }

  /// What the Board is shown: the override while it runs, else the rule.
  func shown(_ action: StrategyAction) -> Rating { overrides[action.ref]?.rating ?? judged(action).rating }
}

/// Asks for the plan as of a day, and writes what people report of it.
struct StrategyStore: Sendable {
  let environment: Environment
  init(_ environment: Environment) { self.environment = environment }

  /// Everything of a day, in one round trip.
  /// - Parameter earlier: a day that the measures are held against.
  func answer(_ strategy: Strategy, on day: Day, against earlier: Day? = nil, for officer: Officer) async throws -> StrategyAnswer {
    let (reports, overrides, figures, rows, before) = try await environment.database.read(
      as: officer,
      Query<ActionReport>(
        """
        SELECT \(ActionReport.columns) FROM (
          SELECT x.*, (SELECT min(y.reported_on) FROM strategy_report y
                   WHERE y.strategy = x.strategy AND y.action_ref = x.action_ref AND y.standing = x.standing AND y.reported_on <= x.reported_on
                     AND NOT EXISTS (SELECT FROM strategy_report z WHERE z.strategy = x.strategy AND z.action_ref = x.action_ref
                                       AND z.standing <> x.standing AND z.reported_on > y.reported_on AND z.reported_on <= x.reported_on)) AS since
            -- The latest of each action first: since when it stands so is asked of those alone.
            FROM (SELECT DISTINCT ON (l.action_ref) l.* FROM strategy_report l WHERE l.strategy = \(strategy.slug) AND l.reported_on <= \(day)
                   ORDER BY l.action_ref, l.reported_on DESC, l.recorded_at DESC OFFSET 0) x) r
          LEFT JOIN LATERAL sec.account_names(ARRAY[r.recorded_by]) a ON true
        """),
      Query<RatingOverride>(
        """
        SELECT DISTINCT ON (o.action_ref) o.action_ref, o.rating, o.reason, o.from_day, o.until_day, coalesce(a.name, 'Somebody') AS by_name
          FROM strategy_override o LEFT JOIN LATERAL sec.account_names(ARRAY[o.recorded_by]) a ON true
         WHERE o.strategy = \(strategy.slug) AND o.from_day <= \(day) AND o.until_day >= \(day) ORDER BY o.action_ref, o.recorded_at DESC
        """),
      Query<TypedFigure>(
        """
        SELECT DISTINCT ON (f.action_ref) f.action_ref, f.what, f.part, f.whole, f.as_at, f.source, coalesce(a.name, 'Somebody') AS by_name
          FROM strategy_figure f LEFT JOIN LATERAL sec.account_names(ARRAY[f.recorded_by]) a ON true
         WHERE f.strategy = \(strategy.slug) AND f.as_at <= \(day) ORDER BY f.action_ref, f.as_at DESC, f.recorded_at DESC
        """),
      Query<MeasureRow>("SELECT measure, authority_id, part, whole FROM sec.strategy_measures(\(day)) ORDER BY measure, authority_id"),
      Query<MeasureRow>(
        """
        SELECT m.measure, m.authority_id, m.part, m.whole FROM (SELECT x FROM unnest(ARRAY[\(earlier)::date]) x WHERE x IS NOT NULL) d
         CROSS JOIN LATERAL sec.strategy_measures(d.x) m ORDER BY m.measure, m.authority_id
        """))
    func keyed<T>(_ all: [T], _ key: (T) -> String) -> [String: T] { Dictionary(all.map { (key($0), $0) }) { first, _ in first } }
    return StrategyAnswer(
      strategy: strategy, day: day, reports: keyed(reports, \.ref), overrides: keyed(overrides, \.ref), figures: keyed(figures, \.ref), rows: rows,
      earlier: earlier.map { ($0, before) })
  }

  /// The reports of one action up to a day, latest first; the latest two hundred.
  func reports(of ref: String, in strategy: Strategy, until day: Day, for officer: Officer) async throws -> [ActionReport] {
    try await environment.database.read(
      as: officer,
      Query<ActionReport>(
        """
        SELECT r.action_ref, r.standing, r.progress, r.words, r.evidence, r.reported_on, coalesce(a.name, 'Somebody') AS by_name, r.reported_on AS since
          FROM strategy_report r LEFT JOIN LATERAL sec.account_names(ARRAY[r.recorded_by]) a ON true
         WHERE r.strategy = \(strategy.slug) AND r.action_ref = \(ref) AND r.reported_on <= \(day)
         ORDER BY r.reported_on DESC, r.recorded_at DESC LIMIT 200
        """))
  }

  /// One measure at the end of each of the last twelve months and on the day, oldest first, in one round trip.
  func trend(_ measure: Measure, until day: Day, for officer: Officer) async throws -> [(day: Day, value: MeasureValue)] {
    struct Point: RowDecodable, Sendable {
      var day: Day
      var value: MeasureValue
      init(row: Row) throws {
        day = try row.get("on_day")
        value = MeasureValue(try row.get("part"), of: try row.get("whole"))
      }
    }
    return try await environment.database.read(
      as: officer,
      Query<Point>(
        """
        SELECT d.on_day, coalesce(sum(m.part), 0)::bigint AS part, coalesce(sum(m.whole), 0)::bigint AS whole
          FROM (SELECT (date_trunc('month', \(day)::date) - make_interval(months => n))::date - 1 AS on_day FROM generate_series(0, 11) n
                UNION SELECT \(day)) d
          LEFT JOIN LATERAL (SELECT * FROM sec.measure_of(\(measure.rawValue), d.on_day)) m ON true
         GROUP BY d.on_day ORDER BY d.on_day
        """)
    ).map { ($0.day, $0.value) }
  }

  /// What was known at the end of a day of these measures, as they stood on it. What was recorded later is left out.
  func asKnownThen(_ measures: [Measure], on day: Day, for officer: Officer) async throws -> [MeasureRow] {
    try await environment.database.read(
      as: officer,
      Query<MeasureRow>(
        """
        SELECT w.measure, m.authority_id, m.part, m.whole FROM unnest(\(measures.map(\.rawValue))::text[]) w (measure)
         CROSS JOIN LATERAL sec.measure_of(w.measure, \(day), sec.end_of(\(day))) m ORDER BY w.measure, m.authority_id
        """))
  }

  struct RowCursor: Codable, Sendable {
    var key: String
    var id: UUID
  }

  /// The rows behind a measure on a day, of the areas whose rows the officer may read.
  func rows(
    _ measure: Measure, on day: Day, knownThen: Bool, area: Int?, counted: Bool?, after cursor: RowCursor?, limit: Int, for officer: Officer
  ) async throws -> [MeasureEvidence] {
    let known: SQL = knownThen ? "sec.end_of(\(day))" : "'infinity'"
    return try await environment.database.read(
      as: officer,
      Query<MeasureEvidence>(
        """
        SELECT key, id, link, authority_id, detail, counted FROM sec.measure_rows(\(measure.rawValue), \(day), \(known), \(area.map { Int16($0) }), \(counted),
          \(cursor?.key ?? ""), \(cursor?.id ?? UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))), \(limit)::integer)
        """))
  }

  /// One measure of a day by area.
  func value(_ measure: Measure, on day: Day, knownThen: Bool, for officer: Officer) async throws -> [MeasureRow] {
    if knownThen { return try await asKnownThen([measure], on: day, for: officer) }
    return try await environment.database.read(
      as: officer, Query<MeasureRow>("SELECT \(measure.rawValue) AS measure, authority_id, part, whole FROM sec.measure_of(\(measure.rawValue), \(day)) ORDER BY authority_id"))
  }

  func planDays(on day: Day, for officer: Officer) async throws -> [PlanDays] {
    try await environment.database.read(as: officer, Query<PlanDays>("SELECT authority_id, plans, median FROM sec.plan_days(\(day)) WHERE plans > 0 ORDER BY authority_id NULLS FIRST"))
  }

  /// Decisions on one action, or (nil) the strategy's yearly reviews, latest first.
  func decisions(_ ref: String?, in strategy: Strategy, until day: Day, for officer: Officer) async throws -> [StrategyDecision] {
    try await environment.database.read(
      as: officer,
      Query<StrategyDecision>(
        """
        SELECT d.decided_on, d.decided_by, d.outcome, d.words, d.minute, d.next_review, n.name AS by_name
          FROM strategy_decision d LEFT JOIN LATERAL sec.account_names(ARRAY[d.recorded_by]) n ON true
         WHERE d.strategy = \(strategy.slug) AND d.action_ref IS NOT DISTINCT FROM \(ref) AND d.decided_on <= \(day) ORDER BY d.decided_on DESC, d.recorded_at DESC LIMIT 50
        """))
  }

  struct Cursor: Codable, Sendable {
    var name: String
    var id: UUID
  }

  func places(_ register: Register, on day: Day, after cursor: Cursor?, limit: Int, for officer: Officer) async throws -> [PlaceWithout] {
    try await environment.database.read(
      as: officer,
      Query<PlaceWithout>(
        """
        SELECT location_id, authority_id, name, address, postcode
          FROM sec.places_without_guidance(\(register.rawValue), \(day), \(cursor?.name ?? ""), \(cursor?.id ?? UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))), \(limit)::integer)
        """))
  }
}
