import Domain
import Foundation
import Postgres

/// The intelligence of the demonstration: nine items, four of them within 250 metres of one another in the middle of Worcester, where a hot spot
/// rests on three. No person is in any of them.
struct DemoIntelligence: Sendable {
  let today: Day
  /// Where the service keeps its keys.
  let home: URL
  /// Names of the invented colleagues who record and who send.
  let screener: String
  let partner: String

  private struct Told: Sendable {
    var kind: IntelligenceKind
    var csp = 2
    var theme: IntelligenceTheme
    var at: (Int, Int)?
    var daysAgo: Int
    var grading: ItemGrading = .ungraded
    var handled = ItemHandling()
    var instruction = ""
    /// Whether the hot spot about the bus station rests on it.
    var isUnderHotSpot = false
    var reviewIn = 42
    var outcome: IntelligenceOutcome?
    var text: String
  }

  private var told: [Told] {
    [
      Told(
        kind: .police, theme: .foodRetail, at: (385_010, 254_820), daysAgo: 9, grading: .graded(Grading(.reliable, .b, .permitted)), isUnderHotSpot: true, reviewIn: 170,
        text: "Cars wait with engines running behind the takeaways on Angel Place between ten and one, Thursday to Saturday. Drivers buy food for young people who come out of the bus station."),
      Told(
        kind: .police, theme: .transport, at: (385_110, 254_900), daysAgo: 21, grading: .graded(Grading(.untested, .a, .conditions)),
        handled: ItemHandling(
          conditions: "For planning patrols only. Do not share beyond the named readers. Ask the originator before anything is done openly.", action: .covertDevelopment, sanitisation: .consult),
        instruction: "Named readers of CSP South only", isUnderHotSpot: true,
        text: "The far stands of the bus station are out of the view of staff after the kiosk closes at nine. The light over stand G has been out for weeks."),
      Told(
        kind: .submission, theme: .nightTime, at: (385_060, 254_760), daysAgo: 15, isUnderHotSpot: true, reviewIn: 365, outcome: .logCreated,
        text: "Door staff say the alley beside the arcade is used to wait for people who are turned away. They have asked for it to be lit."),
      Told(
        kind: .submission, theme: .foodRetail, at: (384_960, 254_870), daysAgo: 3, reviewIn: 365,
        text: "The upstairs room of a shop is let by the hour, paid in cash, and the entrance is from the yard. Young people were seen to go in on three evenings."),
      Told(
        kind: .police, theme: .accommodation, at: (390_150, 263_400), daysAgo: 60, grading: .graded(Grading(.reliable, .a, .permitted)), reviewIn: -4,
        text: "Rooms are taken for one night, paid in cash, with a car park that is reached without passing the desk."),
      Told(
        kind: .police, theme: .transport, at: (390_000, 263_250), daysAgo: 120, grading: .legacy(LegacyGrading(.b, .three, .otherParties)),
        handled: ItemHandling(authority: "ISA-2016-14"), reviewIn: 130,
        text: "An older note on the lay-by beside the bandstand, kept because the same cars were seen there again this autumn."),
      Told(
        kind: .police, theme: .openSpace, at: (378_300, 246_100), daysAgo: 34, grading: .graded(Grading(.notReliable, .d, .permitted)), reviewIn: 150, outcome: .noAction,
        text: "The pavilion is said to be open after dark. Two patrols found it locked."),
      Told(
        kind: .submission, theme: .transport, at: nil, daysAgo: 48, reviewIn: 365, outcome: .duplicate,
        text: "Drivers licensed elsewhere wait at the rank without a fare and leave with the same group."),
      Told(
        kind: .submission, theme: .premises, at: (403_800, 243_700), daysAgo: 1, reviewIn: 365,
        text: "A unit on the trading estate has a barbecue and music on weekdays from four. Cars come and go with the boot open."),
    ]
  }

  /// - Returns: how many items there are: none where the colleagues were not invited.
  func insert(in transaction: Transaction) async throws -> Int {
    let people = try await transaction.all(
      "SELECT id, name, may_handle FROM sec.intelligence_readers(2::smallint) ORDER BY name", as: IntelligenceReader.self)
    guard let author = people.first(where: { $0.name == screener }), let sender = people.first(where: { $0.name == partner }) else { return 0 }
    let key = try Keys(directory: home.appendingPathComponent("keys")).intelligence.sealing()
    var under: [UUID] = []
    for item in told.sorted(by: { $0.daysAgo > $1.daysAgo }) {
      let id = UUID()
      let police = item.kind == .police
      let received = today - item.daysAgo
      let new = NewIntelligence(
        csp: item.csp, kind: item.kind, theme: item.theme, point: item.at.flatMap { GridPoint(easting: $0.0, northing: $0.1) }, happenedOn: received - 2,
        grading: item.grading, handled: item.handled, sanitisedBy: police ? "Intelligence unit" : "", sanitisedOn: police ? received : nil,
        marking: item.instruction.isEmpty ? .official : .officialSensitive, handlingInstruction: item.instruction,
        reviewBy: item.reviewIn < 0 ? today + item.reviewIn : received + item.reviewIn,
        originatorReference: police ? "WM-\(1000 + item.daysAgo)" : "", text: item.text)
      let number = try await transaction.value("SELECT nextval('intelligence_number')", as: Int.self)
      let reference = "\(police ? "P" : "S")-\(received.year % 100)-\(String(10_000 + number).dropFirst())"
      try await IntelligenceStore.insert(
        new, id, reference, try SealedText(item.text, of: id, under: key), receivedOn: received, author: police ? author.id : sender.id, in: transaction)
      let readers = police ? people.map(\.id) : people.filter(\.mayHandle).map(\.id)
      try await transaction.execute(
        """
        INSERT INTO intelligence_audience (item_id, csp_id, account_id, named_by)
        SELECT \(id), \(Int16(item.csp)), a, \(author.id) FROM unnest(\(readers)::uuid[]) a
        """)
      if item.isUnderHotSpot { under.append(id) }
      if let outcome = item.outcome {
        try await transaction.execute(
          "UPDATE intelligence_item SET outcome = \(outcome), outcome_on = \(received + 1), state = 'closed' WHERE id = \(id)")
      }
    }
    try await transaction.execute(
      """
      INSERT INTO hot_spot_item (hot_spot_id, authority_id, item_id, csp_id, linked_by, linked_on)
      SELECT h.id, h.authority_id, i.id, i.csp_id, \(author.id), i.received_on FROM intelligence_item i
        JOIN hot_spot h ON h.csp_id = i.csp_id AND h.ended_on IS NULL AND st_dwithin(h.area, i.point, 0) WHERE i.id = ANY (\(under))
      """)
    return told.count
  }
}
