import Domain
import Foundation
import Postgres

/// What the Board looks at in the demonstration: letters have gone to premises this year and last, all but eleven, most of these where the hot
/// spots are; staff of some places were trained; and three years of challenge tests say whether it helped.
struct DemoBoard: Sendable {
  let today: Day
  /// The version for premises and places to stay.
  let places: UUID

  /// How many places of each district go without guidance, those nearest to a hot spot first.
  private static let without: [(authority: Int16, many: Int)] = [(1, 2), (2, 1), (3, 2), (4, 3), (5, 1), (6, 2)]

  func insert(by recorder: UUID, in transaction: Transaction) async throws {
    try await letters(by: recorder, in: transaction)
    try await lastYear(by: recorder, in: transaction)
    try await training(by: recorder, in: transaction)
    try await tests(by: recorder, in: transaction)
  }

  private static let premises = Register.premises.kinds.map(\.rawValue)

  /// A figure of a row that is the same every time: 0 to 99.
  private static let chance: SQL = "(('x' || substr(md5(r.reference), 1, 6))::bit(24)::integer % 100)"

  private func letters(by recorder: UUID, in transaction: Transaction) async throws {
    let (authorities, many) = (Self.without.map(\.authority), Self.without.map(\.many))
    try await transaction.execute(
      """
      INSERT INTO issuance (registration_id, authority_id, kind, version_id, occasion, channel, issued_on, covers_before, recorded_by, recorded_at)
      SELECT r.id, r.authority_id, r.kind, \(places), 'anniversary', 'letter', g.given, cycle_end(r.anchor_on, g.given), \(recorder), g.given + time '11:30'
        FROM (SELECT p.licence, row_number() OVER (PARTITION BY p.authority_id ORDER BY p.far NULLS LAST, p.reference) AS n, p.authority_id
                FROM (SELECT (array_agg(r.id ORDER BY r.reference))[1] AS licence, r.authority_id, min(r.reference) AS reference,
                             min((SELECT min(st_distance(h.area, l.point)) FROM hot_spot h)) AS far
                        FROM registration r JOIN registration_standing(\(today)) s ON s.registration_id = r.id AND s.status = 'current' JOIN location l ON l.id = r.location_id
                       WHERE r.kind = ANY(\(Self.premises))
                       GROUP BY r.location_id, r.authority_id
                      HAVING NOT bool_or(EXISTS (SELECT FROM guidance_in_force(\(today)) f WHERE f.registration_id = r.id))) p) x
        JOIN unnest(\(authorities)::smallint[], \(many)::bigint[]) AS w (authority_id, many) ON w.authority_id = x.authority_id AND x.n > w.many
        JOIN registration r ON r.id = x.licence
       CROSS JOIN LATERAL (SELECT cycle_start(r.anchor_on, \(today)) AS first) c
       CROSS JOIN LATERAL (SELECT c.first + \(Self.chance) * (\(today) - c.first) / 100 AS given) g
      """)
  }

  /// Most had it in the two guidance years before, too: as of three months ago it is another answer, not none.
  private func lastYear(by recorder: UUID, in transaction: Transaction) async throws {
    try await transaction.execute(
      """
      INSERT INTO issuance (registration_id, authority_id, kind, version_id, occasion, channel, issued_on, covers_before, recorded_by, recorded_at)
      SELECT r.id, r.authority_id, r.kind, \(places), 'anniversary', 'letter', g.given, cycle_end(r.anchor_on, g.given), \(recorder), g.given + time '11:30'
        FROM registration r CROSS JOIN generate_series(1, 2) y
       CROSS JOIN LATERAL (SELECT cycle_start(r.anchor_on, \(today)) - make_interval(years => y) AS began) c
       CROSS JOIN LATERAL (SELECT cycle_start(r.anchor_on, c.began::date + 3) + \(Self.chance) / 3 AS given) g
       WHERE r.kind = ANY(\(Self.premises)) AND r.anchor_on <= c.began AND \(Self.chance) < 84
      """)
  }

  private func training(by recorder: UUID, in transaction: Transaction) async throws {
    try await transaction.execute(
      """
      INSERT INTO training_completion (registration_id, authority_id, course, provider, completed_on, valid_before, recorded_by)
      SELECT r.id, r.authority_id, 'Behind the door: staff briefing', 'County training team', \(today) - 1000, \(today) + 95, \(recorder)
        FROM registration r WHERE r.kind = ANY(\(Self.tested)) AND \(Self.chance) % 3 = 1 AND r.anchor_on < \(today) - 1000
      """)
  }

  private static let tested = (Register.premises.kinds + [.hotel, .guestHouse, .hostel]).map(\.rawValue)

  /// A hundred and ten tests: who was aware challenged more often than who was not.
  private func tests(by recorder: UUID, in transaction: Transaction) async throws {
    try await transaction.execute(
      """
      INSERT INTO challenge_test (registration_id, authority_id, tested_on, kind, result, reported, officer, recorded_by, recorded_at)
      SELECT y.id, y.authority_id, y.tested, CASE WHEN y.kind IN ('hotel', 'guest_house', 'hostel') THEN 'walk_in_booking' ELSE 'underage_entry' END,
             CASE WHEN y.n % 24 = 5 THEN 'not_completed' WHEN y.passes THEN 'passed' ELSE 'failed' END, y.n % 24 <> 5 AND y.passes AND y.n % 3 = 0, 'Idris Vaughan', \(recorder),
             y.tested + time '22:15'
        FROM (SELECT x.*, (x.n * 37) % 100 < CASE WHEN had.guidance AND had.trained THEN 76 WHEN had.guidance THEN 64 WHEN had.trained THEN 52 ELSE 34 END AS passes
                FROM (SELECT r.id, r.authority_id, r.kind, row_number() OVER (ORDER BY md5(r.reference || 'test')) AS n,
                             \(today) - 30 - 9 * row_number() OVER (ORDER BY md5(r.reference || 'test'))::integer AS tested
                        FROM registration r JOIN registration_standing(\(today)) s ON s.registration_id = r.id AND s.status = 'current'
                       WHERE r.kind = ANY(\(Self.tested)) AND r.anchor_on < \(today) - 1100
                         AND NOT EXISTS (SELECT FROM challenge_test c WHERE c.registration_id = r.id) AND NOT EXISTS (SELECT FROM fieldwork_visit v WHERE v.registration_id = r.id)
                       ORDER BY 4 LIMIT 110) x
               CROSS JOIN LATERAL (
                 SELECT EXISTS (SELECT FROM issuance i WHERE i.registration_id = x.id AND i.issued_on < x.tested AND i.covers_before > x.tested) AS guidance,
                        EXISTS (SELECT FROM training_completion t WHERE t.registration_id = x.id AND t.completed_on < x.tested AND t.valid_before > x.tested) AS trained) had) y
      """)
  }
}
