import Domain
import Foundation
import Postgres

/// What was done in the field in the demonstration: visits to pubs and places to stay, challenge tests, requests for evidence; some overdue; and the rules on the
/// training of drivers.
struct DemoFieldwork: Sendable {
  let today: Day

  private struct Place: RowDecodable, Sendable {
    var id: UUID
    var authority: Int
    init(row: Row) throws {
      id = try row.get("id")
      authority = try row.get("authority_id")
    }
  }

  private static let visits: [(ago: Int, found: String, concern: Bool, due: Int?, done: Bool)] = [
    (4, "Poster on the staff board, reception checks identity on arrival. Manager knows how to report.", false, nil, false),
    (9, "No written procedure at reception; night staff had not heard of the guidance.", true, 21, false),
    (16, "Two of three staff could say what to look for. Register of refusals is kept.", false, nil, false),
    (52, "Guidance in the drawer and not on the board. Agreed to brief the bar staff.", true, 28, false),
    (75, "New supervisor had no handover. Briefed on the day.", false, 30, true),
    (110, "Good practice throughout; asked to share it at Pubwatch.", false, nil, false),
  ]

  func insert(by recorder: UUID, in transaction: Transaction) async throws {
    let kinds = (Register.premises.kinds + Register.accommodation.kinds).map(\.rawValue)
    // Those of the middle of the alphabet: the first are the campaigns’.
    let places = try await transaction.all(
      """
      SELECT r.id, r.authority_id FROM registration r JOIN registration_standing(\(today)) s ON s.registration_id = r.id
       WHERE r.kind = ANY(\(kinds)) AND s.status = 'current' ORDER BY reverse(r.reference), r.id LIMIT 14
      """, as: Place.self)
    for (place, visit) in zip(places, Self.visits) {
      let on = today - visit.ago
      try await transaction.execute(
        """
        INSERT INTO fieldwork_visit (registration_id, authority_id, visited_on, officer, found, concern, follow_up_by, followed_up_on, recorded_by)
        VALUES (\(place.id), \(Int16(place.authority)), \(on), 'Ros Hartley', \(visit.found), \(visit.concern), \(visit.due.map { on + $0 }),
          \(visit.done ? on + 20 : nil), \(recorder))
        """)
    }
    let results: [ChallengeResult] = [.passed, .failed, .passed, .passed, .failed, .notCompleted, .passed, .failed, .passed, .passed]
    for (n, (place, result)) in zip(places.dropFirst(3), results).enumerated() {
      try await transaction.execute(
        """
        INSERT INTO challenge_test (registration_id, authority_id, tested_on, kind, result, reported, officer, debrief, recorded_by)
        VALUES (\(place.id), \(Int16(place.authority)), \(today - 20 - 11 * n), 'walk_in_booking', \(result), \(result == .passed && n % 2 == 0), 'Idris Vaughan',
          \(result == .failed ? "Staff were told at once what they had missed, and given the guidance." : ""), \(recorder))
        """)
    }
    let drivers = try await transaction.all(
      """
      SELECT r.id, r.authority_id FROM registration r JOIN registration_standing(\(today)) s ON s.registration_id = r.id
       WHERE r.kind = ANY(\(Register.drivers.kinds.map(\.rawValue))) AND s.status = 'current' AND EXISTS (SELECT FROM party p WHERE p.id = r.party_id AND p.email IS NOT NULL)
       ORDER BY reverse(r.reference), r.id LIMIT 5
      """, as: Place.self)
    let asked: [(ago: Int, received: Int?)] = [(40, nil), (35, 30), (12, nil), (60, 20), (3, nil)]
    for (driver, request) in zip(drivers, asked) {
      try await transaction.execute(
        """
        INSERT INTO evidence_request (registration_id, authority_id, wanted, asked_on, due_on, received_on, recorded_by)
        VALUES (\(driver.id), \(Int16(driver.authority)), 'training', \(today - request.ago), \(today - request.ago + 28), \(request.received.map { today - request.ago + $0 }), \(recorder))
        """)
    }
    for (name, address, found) in [
      ("Moonlight Kebab", "14 Foregate Street", "Open until three. Staff had seen the poster and did not know the number to call; both told again."),
      ("Croft Road car park", "Croft Road", "Camera over the stairs does not work; reported to the owner."),
    ] {
      try await transaction.execute(
        """
        INSERT INTO fieldwork_visit (authority_id, place_name, place_address, visited_on, officer, found, concern, follow_up_by, recorded_by)
        VALUES (4, \(name), \(address), \(today - 6), 'Ros Hartley', \(found), false, \(today + 15), \(recorder))
        """)
    }
    // One district asks all of its drivers; another has begun with some, whose time of grace is not over.
    for (authority, kinds, from, grace) in [(4, Register.drivers.kinds, 320, -20), (3, [.privateHireDriver], 60, 60)] as [(Int, [LicenceKind], Int, Int)] {
      for kind in kinds {
        try await transaction.execute(
          """
          INSERT INTO driver_training_rule (authority_id, kind, starts_on, grace_until, refresher_months, pass_mark, max_attempts, consequence, recorded_by)
          VALUES (\(Int16(authority)), \(kind), \(today - from), \(today + grace), 36, 70, 3, \(authority == 4 ? TrainingConsequence.referSuspension : .advisory), \(recorder))
          """)
      }
    }
  }
}
