import Domain
import Foundation
import Postgres

/// Plans of the demonstration's hot spots: one that passes the test of a multi-agency plan, one that does not yet, one hot spot
/// without; a meeting whose minutes are closed, and one to come in each partnership.
struct DemoPlans: Sendable {
  let today: Day
  let analyst: UUID
  let chairs: [Int: UUID]
  /// For whom the invented colleagues work.
  let colleagues: [(account: UUID, organisation: Int)]
  let police: UUID
  let council: UUID

  private struct Action {
    var what: String
    var theme: PlanTheme
    var organisation: Int
    var lead: String
    var due: Int
    var coverage: Int?
    /// State, days ago, words and who wrote it.
    var steps: [(PlanActionState, Int, String, UUID)]
  }

  func insert(in transaction: Transaction) async throws {
    for colleague in [(account: analyst, organisation: 1)] + colleagues {
      try await transaction.execute(
        "SELECT sec.name_organisation(\(colleague.account), \(Int16(colleague.organisation)), \(today - 60))")
    }
    let south = chairs[2] ?? analyst, north = chairs[1] ?? analyst
    let lantern = try await plan(
      "Lantern Street and the bus station", begun: 36, approved: south, on: 31,
      PlanTexts(
        objective: "By the spring nobody waits unseen at the far stands, and every premises on the square knows the signs.",
        scanning: "Reports of three organisations since the summer, most on Thursdays to Saturdays between ten and one.",
        place: "The far stands are out of the view of staff after the kiosk closes. One light is out. The rank and two takeaways share a yard.",
        others: "People come through on their way home; staff of the kiosk and the rank could look after the place if they knew whom to tell.",
        response: "The council keeps the place, police are seen there when the last buses leave, premises are given the guidance and visited.",
        baseline: "In the three months before: eleven reports, two of five challenge tests passed."),
      [.nightsafe, .streetPastors],
      [
        Action(
          what: "Give the guidance to every premises and place to stay around the square", theme: .protect, organisation: 1, lead: "Senior regulatory officer", due: 20, coverage: 95,
          steps: [(.proposed, 36, "Proposed", analyst), (.agreed, 31, "Agreed", south), (.inProgress, 20, "Visits are booked street by street.", analyst)]),
        Action(
          what: "Rank marshals on Fridays and Saturdays", theme: .prevent, organisation: 14, lead: "Licensing enforcement officer", due: 10,
          steps: [
            (.proposed, 36, "Proposed", analyst), (.agreed, 31, "Agreed", south), (.inProgress, 24, "Two marshals are found.", council),
            (.donePendingVerification, 3, "Marshals have stood there for three weekends.", council),
          ]),
        Action(
          what: "Patrols when the last buses leave", theme: .pursue, organisation: 3, lead: "Safer neighbourhood sergeant", due: -5,
          steps: [(.proposed, 36, "Proposed", analyst), (.agreed, 31, "Agreed", south), (.inProgress, 17, "Patrols on two of three nights.", police)]),
        Action(
          what: "Mend the light over the far stands", theme: .prevent, organisation: 14, lead: "Street lighting", due: -10,
          steps: [
            (.proposed, 36, "Proposed", analyst), (.agreed, 31, "Agreed", south), (.donePendingVerification, 15, "Two lamps replaced.", council),
            (.verified, 12, "Seen lit on two evenings.", analyst),
          ]),
      ], in: transaction)
    _ = try await plan(
      "Spindle Row and the multi-storey", begun: 8, approved: nil, on: nil,
      PlanTexts(objective: "The car park and the takeaways are looked after until the last of them closes.", scanning: "Calls on weekend nights since September."), [],
      [
        Action(
          what: "A guard on the upper decks until two in the morning", theme: .prevent, organisation: 13, lead: "Parking services", due: 14,
          steps: [(.proposed, 8, "Proposed", analyst), (.agreed, 6, "Agreed", north)])
      ], in: transaction)
    if let lantern { try await meetings(lantern, south, in: transaction) }
  }

  private func plan(
    _ hotSpot: String, begun: Int, approved: UUID?, on ago: Int?, _ texts: PlanTexts, _ initiatives: [PlanInitiative], _ actions: [Action], in transaction: Transaction
  ) async throws -> (spot: UUID, authority: Int16, actions: [(UUID, Action)])? {
    guard let spot = try await transaction.optionalValue("SELECT id FROM hot_spot WHERE name = \(hotSpot)", as: UUID.self) else { return nil }
    let authority = Int16(try await transaction.value("SELECT authority_id::bigint FROM hot_spot WHERE id = \(spot)", as: Int.self))
    let approvedOn: Day? = ago.map { today - $0 }
    let id = try await transaction.value(
      """
      INSERT INTO plan (hot_spot_id, authority_id, objective, scanning, place_analysis, others_analysis, response, baseline, initiatives, begun_on, review_by, approved_on, approved_by, created_by)
      VALUES (\(spot), \(authority), \(texts.objective), \(texts.scanning), \(texts.place), \(texts.others), \(texts.response), \(texts.baseline), \(initiatives.map(\.rawValue)),
        \(today - begun), \(today + PlanRules.reviewDays - begun), \(approvedOn), \(approved), \(analyst)) RETURNING id
      """, as: UUID.self)
    var made: [(UUID, Action)] = []
    for (index, action) in actions.enumerated() {
      guard let last = action.steps.last else { continue }
      let moved = action.steps.first { $0.0 == last.0 }?.1 ?? last.1
      let row = try await transaction.value(
        """
        INSERT INTO plan_action (plan_id, authority_id, number, what, theme, organisation_id, lead, due_on, state, state_on, coverage_wanted, created_by)
        VALUES (\(id), \(authority), \(Int16(index + 1)), \(action.what), \(action.theme), \(Int16(action.organisation)), \(action.lead), \(today + action.due), \(last.0),
          \(today - moved), \(action.coverage.map { Int16($0) }), \(analyst)) RETURNING id
        """, as: UUID.self)
      for step in action.steps {
        let on = today - step.1
        try await transaction.execute(
          """
          INSERT INTO plan_action_step (action_id, authority_id, state, words, on_day, recorded_by, recorded_at)
          VALUES (\(row), \(authority), \(step.0), \(step.2), \(on), \(step.3), \(on) + time '11:30')
          """)
      }
      made.append((row, action))
    }
    return (spot, authority, made)
  }

  private func meetings(_ lantern: (spot: UUID, authority: Int16, actions: [(UUID, Action)]), _ chair: UUID, in transaction: Transaction) async throws {
    let on = today - 31
    let meeting = try await transaction.value(
      """
      INSERT INTO tasking_meeting (csp_id, held_on, place, since, created_by) VALUES (2, \(on), 'Guildhall, room 2', \(on - TaskingRules.firstDays), \(analyst)) RETURNING id
      """, as: UUID.self)
    for (organisation, many, names) in [(1, 2, "Senior regulatory officer, analyst"), (3, 1, "Safer neighbourhood sergeant"), (9, 1, "Chair"), (14, 2, "Licensing, street lighting")] {
      try await transaction.execute(
        """
        INSERT INTO tasking_attendance (meeting_id, csp_id, organisation_id, many, names, recorded_by)
        VALUES (\(meeting), 2, \(Int16(organisation)), \(Int16(many)), \(names), \(analyst))
        """)
    }
    for (index, (id, action)) in lantern.actions.enumerated() {
      try await transaction.execute(
        """
        INSERT INTO tasking_minute (meeting_id, csp_id, number, authority_id, hot_spot_id, kind, words, organisation_id, due_on, action_id, recorded_by, recorded_at)
        VALUES (\(meeting), 2, \(Int16(index + 1)), \(lantern.authority), \(lantern.spot), 'task', \(action.what), \(Int16(action.organisation)), \(today + action.due), \(id), \(analyst),
          \(on) + time '11:30')
        """)
    }
    try await transaction.execute(
      """
      INSERT INTO tasking_minute (meeting_id, csp_id, number, kind, words, recorded_by, recorded_at)
      VALUES (\(meeting), 2, \(Int16(lantern.actions.count + 1)), 'note', 'The group meets again after the holiday, and looks at what the patrols found.', \(analyst), \(on) + time '11:50')
      """)
    try await transaction.execute("UPDATE tasking_meeting SET state = 'closed', closed_at = \(on) + time '12:10', closed_by = \(chair), version = 2 WHERE id = \(meeting)")
    for (partnership, days, place) in [(2, 5, "Guildhall, room 2"), (1, 12, "Online")] {
      try await transaction.execute(
        """
        INSERT INTO tasking_meeting (csp_id, held_on, place, since, created_by)
        VALUES (\(Int16(partnership)), \(today + days), \(place), \(partnership == 2 ? on : today + days - TaskingRules.firstDays), \(analyst))
        """)
    }
  }
}
