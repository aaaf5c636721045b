import Domain
import Foundation
import Postgres

/// Invented hot spots in both partnerships, each in another state, around places of the demonstration.
struct DemoHotSpots: Sendable {
  let today: Day
  let authorities: [Settings.Authority]
  /// Who proposes, and who designates in each partnership.
  let analyst: UUID
  let chairs: [Int: UUID]

  private struct Spot {
    var district: String
    var name: String
    var middle: (Int, Int)
    var radius: Int
    var theme: HotSpotTheme
    var reasons: [HotSpotReason]
    var why: String
    /// Days before today.
    var proposed: Int
    var answered: Int?
    var designated: Int?
    var review: Int?
    var then: [(step: HotSpotStep, ago: Int, why: String)]
  }

  private static let spots: [Spot] = [
    Spot(
      district: "worcester", name: "Lantern Street and the bus station", middle: (385_000, 254_900), radius: 650, theme: .transport,
      reasons: [.transportHub, .nightTimeEconomy, .missingEpisodeLocations], why: "Late buses, a rank and two takeaways share one square. Concern was raised by three agencies.",
      proposed: 47, answered: 42, designated: 38, review: 3, then: [(.respond, 30, "Rank marshals on Fridays and Saturdays; visits to every premises.")]),
    Spot(
      district: "redditch", name: "Spindle Row and the multi-storey", middle: (404_300, 267_700), radius: 600, theme: .nightTime,
      reasons: [.nightTimeEconomy, .fastFoodCluster], why: "Young people gather late between the takeaways and the car park.", proposed: 30, answered: 22, designated: 15, review: -27, then: []),
    Spot(
      district: "wyre-forest", name: "Guest houses by the canal", middle: (383_000, 276_600), radius: 750, theme: .accommodation,
      reasons: [.accommodationCluster, .challengeTestFailure], why: "Two of three challenge tests were not passed.", proposed: 80, answered: 75, designated: 70, review: -20,
      then: [(.respond, 63, "Training offered to every guest house."), (.extend, 30, "Repeat tests are booked."), (.monitor, 12, "Both repeat tests were passed.")]),
    Spot(
      district: "wychavon", name: "Orchard Park bandstand", middle: (389_900, 263_300), radius: 450, theme: .openSpace, reasons: [.openSpace, .communityInformation],
      why: "Residents report cars stopping beside the park after dark.", proposed: 9, answered: nil, designated: nil, review: nil, then: []),
    Spot(
      district: "bromsgrove", name: "Nailers’ Yard retail park", middle: (395_800, 270_800), radius: 400, theme: .fastFood, reasons: [.fastFoodCluster], why: "Calls about the car park in the summer.",
      proposed: 140, answered: 133, designated: 130, review: 42, then: [(.respond, 120, "Lighting and patrols."), (.deDesignate, 44, "No new information since the lighting was mended.")]),
  ]

  func insert(in transaction: Transaction) async throws {
    for spot in Self.spots {
      guard let place = authorities.first(where: { $0.slug == spot.district }), let partnership = place.partnership, let chair = chairs[partnership] else { continue }
      let authority = Int16(place.id)
      let proposedOn = today + -spot.proposed
      let id = try await transaction.value(
        """
        INSERT INTO hot_spot (authority_id, csp_id, name, area, drawn_from, theme, reason_codes, state, proposed_by, proposed_on)
        VALUES (\(authority), \(Int16(partnership)), \(spot.name), \(HotSpotStore.shape(.circle(easting: spot.middle.0, northing: spot.middle.1, radius: spot.radius))), 'circle',
          \(spot.theme), \(spot.reasons.map(\.rawValue)), 'proposed', \(analyst), \(proposedOn)) RETURNING id
        """, as: UUID.self)
      try await decide(.propose, id, authority, spot.reasons, spot.why, proposedOn, nil, by: analyst, second: nil, in: transaction)
      let answered: Day? = spot.answered.map { today + -$0 }
      let view: ConsultedView? = spot.answered.map { _ in .supports }
      try await transaction.execute(
        """
        INSERT INTO hot_spot_consultation (hot_spot_id, authority_id, asked_on, answered_on, view, recorded_by)
        VALUES (\(id), \(authority), \(proposedOn + 1), \(answered), \(view), \(analyst))
        """)
      guard let designated = spot.designated, let review = spot.review else { continue }
      let designatedOn = today + -designated
      try await decide(.designate, id, authority, spot.reasons, spot.why, designatedOn, designatedOn + HotSpotRules.reviewDays, by: chair, second: analyst, in: transaction)
      var state = HotSpotState.designated
      var ended: Day?
      var until = designatedOn + HotSpotRules.reviewDays
      for next in spot.then {
        guard let reached = state.after(next.step) else { continue }
        state = reached
        let on = today + -next.ago
        if next.step == .extend { until = today + -review }
        try await decide(next.step, id, authority, spot.reasons, next.why, on, next.step == .extend ? until : nil, by: chair, second: nil, in: transaction)
        if reached == .deDesignated { ended = on }
      }
      try await transaction.execute(
        """
        UPDATE hot_spot SET state = \(state), designated_by = \(chair), designated_on = \(designatedOn), review_by = \(until), ended_on = \(ended), version = version + 1 WHERE id = \(id)
        """)
    }
  }

  private func decide(
    _ step: HotSpotStep, _ id: UUID, _ authority: Int16, _ reasons: [HotSpotReason], _ why: String, _ on: Day, _ review: Day?, by: UUID, second: UUID?, in transaction: Transaction
  ) async throws {
    try await transaction.execute(
      """
      INSERT INTO hot_spot_decision (hot_spot_id, authority_id, kind, reason_codes, reason, meeting, decided_on, review_by, decided_by, second_person, recorded_at)
      VALUES (\(id), \(authority), \(step), \(reasons.map(\.rawValue)), \(why), \(step == .propose ? "" : "CSP tasking"), \(on), \(review), \(by), \(second), \(on) + time '11:00')
      """)
  }
}
