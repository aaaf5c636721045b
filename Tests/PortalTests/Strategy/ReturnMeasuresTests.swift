import Domain
import Foundation
import Portal
import Postgres
import TestSupport
import Testing

/// What organisations returned, against counts of their own. Returns are due 28 days after their period.
@Suite(.database) struct ReturnMeasuresTests {
  private func day(_ iso: String) throws -> Day { try MeasureCast.day(iso) }

  private func edition(_ number: Int16, agreed: Day, items: [(String, Int16, Bool)]) async throws {
    let id = try await MeasureCast.inserted("INSERT INTO dataset_edition (number, recorded_by, recorded_at) VALUES (\(number), gen_random_uuid(), \(agreed - 30) + time '09:00') RETURNING id")
    for (code, organisation, yearly) in items {
      try await CommitteeCast.execute(
        """
        INSERT INTO dataset_item (edition_id, code, name, organisation_id, frequency, recorded_by, recorded_at)
        VALUES (\(id), \(code), \("Item " + code), \(organisation), \(yearly ? "yearly" : "quarterly"), sec.me(), \(agreed - 30) + time '09:00')
        """)
    }
    try await CommitteeCast.execute(
      "INSERT INTO dataset_agreement (edition_id, agreed_on, agreed_by, recorded_by, recorded_at) VALUES (\(id), \(agreed), 'The group', sec.me(), \(agreed) + time '09:00')")
  }

  @discardableResult
  private func entered(_ kind: String, _ organisation: Int16, _ period: Day, received: Day, recorded: Day? = nil, codes: [String] = []) async throws -> UUID {
    let id = try await MeasureCast.inserted(
      """
      INSERT INTO partner_return (organisation_id, kind, period, received_on, recorded_by, recorded_at)
      VALUES (\(organisation), \(kind), \(period), \(received), sec.me(), \(recorded ?? received) + time '15:00') RETURNING id
      """)
    for code in codes { try await CommitteeCast.execute("INSERT INTO dataset_value (return_id, code, value) VALUES (\(id), \(code), 7)") }
    return id
  }

  @Test func itemsAreSuppliedAndInTime() async throws {
    let agreed = try day("2025-02-10")
    try await edition(1, agreed: agreed, items: [("item_a", 3, false), ("item_b", 3, false), ("item_c", 9, false), ("item_d", 9, true)])
    struct Came {
      var organisation: Int16
      var period: Day
      var received: Day
      var codes: [String]
    }
    let quarters = [try day("2025-01-01"), try day("2025-04-01"), try day("2025-07-01"), try day("2025-10-01")]
    let came = [
      Came(organisation: 3, period: quarters[0], received: try day("2025-04-20"), codes: ["item_a", "item_b"]), Came(organisation: 9, period: quarters[0], received: try day("2025-05-02"), codes: ["item_c"]),
      Came(organisation: 3, period: quarters[1], received: try day("2025-07-28"), codes: ["item_a"]), Came(organisation: 9, period: quarters[1], received: try day("2025-07-29"), codes: ["item_c"]),
      Came(organisation: 9, period: quarters[2], received: try day("2025-10-03"), codes: ["item_c"]),
    ]
    for one in came { try await entered("dataset", one.organisation, one.period, received: one.received, codes: one.codes) }
    // The last quarter whose 28 days were over before the day; the yearly item is owed with January to March.
    func own(_ on: Day) -> (supplied: MeasureValue, inTime: MeasureValue) {
      guard let quarter = quarters.last(where: { $0.adding(months: 3) - 1 + 28 < on }) else { return (MeasureValue(0, of: 0), MeasureValue(0, of: 0)) }
      let owed: [(String, Int16)] = [("item_a", 3), ("item_b", 3), ("item_c", 9)] + (quarter.month == 1 ? [("item_d", 9)] : [])
      let due = quarter.adding(months: 3) - 1 + 28
      func received(_ item: (String, Int16)) -> Day? { came.first { $0.organisation == item.1 && $0.period == quarter && $0.codes.contains(item.0) && $0.received <= on }?.received }
      return (MeasureValue(owed.filter { received($0) != nil }.count, of: owed.count), MeasureValue(owed.filter { received($0).map { $0 <= due } ?? false }.count, of: owed.count))
    }
    // Each due day and the day after it, and each late return's day and the day before.
    for iso in ["2025-04-28", "2025-04-29", "2025-05-01", "2025-05-02", "2025-07-28", "2025-07-29", "2025-10-28", "2025-10-29", "2026-01-28", "2026-01-29"] {
      let on = try day(iso), expected = own(on)
      #expect(try await MeasureCast.value(.datasetSupplied, on: on) == expected.supplied, "\(iso): \(expected.supplied)")
      #expect(try await MeasureCast.value(.datasetInTime, on: on) == expected.inTime, "\(iso): \(expected.inTime)")
    }
    for (on, holds) in [(agreed - 1, 0), (agreed, 1)] { #expect(try await MeasureCast.value(.datasetAgreed, on: on) == MeasureValue(holds, of: 1)) }
    // What is withdrawn no longer supplies anything; what was recorded later was not known then.
    let on = try day("2025-12-01")
    let late = try await entered("dataset", 3, quarters[2], received: day("2025-10-20"), recorded: day("2026-01-05"), codes: ["item_a", "item_b"])
    #expect(try await MeasureCast.value(.datasetSupplied, on: on) == MeasureValue(3, of: 3))
    #expect(try await MeasureCast.value(.datasetSupplied, on: on, known: on) == own(on).supplied)
    try await CommitteeCast.execute("INSERT INTO return_withdrawal (return_id, reason, recorded_by) VALUES (\(late), 'Wrong quarter', sec.me())")
    #expect(try await MeasureCast.value(.datasetSupplied, on: on) == own(on).supplied)
  }

  @Test func organisationsReturnOrdersAndAssurance() async throws {
    try await CommitteeCast.execute("DELETE FROM return_duty")
    try await CommitteeCast.execute("INSERT INTO return_duty (organisation_id, kind, starts_on) VALUES (1, 'disruption', '2025-01-01'), (3, 'disruption', '2025-01-01'), (9, 'disruption', '2025-04-01'), (3, 'assurance', '2024-04-01'), (9, 'assurance', '2024-04-01')")
    let first = try day("2025-01-01"), second = try day("2025-04-01")
    try await entered("disruption", 3, first, received: day("2025-04-28"))
    try await entered("disruption", 1, first, received: day("2025-06-01"))
    try await entered("disruption", 9, second, received: day("2025-07-20"))
    for (iso, part, whole) in [("2025-04-28", 0, 0), ("2025-04-29", 1, 2), ("2025-05-31", 1, 2), ("2025-06-01", 2, 2), ("2025-07-29", 1, 3)] {
      #expect(try await MeasureCast.value(.disruptionReturned, on: day(iso)) == MeasureValue(part, of: whole), "\(iso)")
    }
    for (organisation, staff, trained, assures, received) in [(3, 40, 40, true, "2025-04-10"), (9, 90, 80, false, "2025-04-12")] as [(Int16, Int, Int, Bool, String)] {
      let id = try await entered("assurance", organisation, day("2024-04-01"), received: day(received))
      try await CommitteeCast.execute(
        "INSERT INTO assurance_line (return_id, staff, trained, assures, contracts, words) VALUES (\(id), \(staff), \(trained), \(assures), true, 'By the audit')")
    }
    for (iso, part, whole) in [("2025-04-28", 0, 0), ("2025-04-29", 1, 2), ("2026-04-28", 1, 2), ("2026-04-29", 0, 2)] {
      #expect(try await MeasureCast.value(.agenciesAssured, on: day(iso)) == MeasureValue(part, of: whole), "\(iso)")
    }
    // A later return takes the place of the earlier.
    let better = try await entered("assurance", 9, day("2024-04-01"), received: day("2025-09-01"))
    try await CommitteeCast.execute("INSERT INTO assurance_line (return_id, staff, trained, assures, contracts, words) VALUES (\(better), 90, 90, true, true, 'By the audit')")
    #expect(try await MeasureCast.value(.agenciesAssured, on: day("2025-08-31")) == MeasureValue(1, of: 2))
    #expect(try await MeasureCast.value(.agenciesAssured, on: day("2025-09-01")) == MeasureValue(2, of: 2))
  }

  private struct Count: RowDecodable, Sendable, Equatable {
    var period: Day
    var code: String
    var obtained: Int
    var breached: Int
    init(_ period: Day, _ code: String, _ obtained: Int, _ breached: Int) { (self.period, self.code, self.obtained, self.breached) = (period, code, obtained, breached) }
    init(row: Row) throws { (period, code, obtained, breached) = (try row.get("period"), try row.get("code"), try row.get("obtained"), try row.get("breached")) }
  }

  /// The last quarter that ended and the four before it, of returns that stand, over all organisations and districts.
  @Test func ordersAreCountedOverFiveQuarters() async throws {
    var history: [(period: Day, received: Day, code: String, obtained: Int, breached: Int)] = []
    for number in 0..<16 {
      let period = try day("2024-01-01").adding(months: 3 * (number % 8)), received = period.adding(months: 3) + number * 3, code = number % 3 == 0 ? "canw" : "shpo"
      let organisation: Int16 = number < 8 ? 3 : 18
      let id = try await entered("disruption", organisation, period, received: received)
      for authority in [2, 5] as [Int16] {
        let obtained = number + Int(authority), breached = number % 4
        try await CommitteeCast.execute("INSERT INTO disruption_line (return_id, authority_id, code, obtained, breached) VALUES (\(id), \(authority), \(code), \(obtained), \(breached))")
        history.append((period, received, code, obtained, breached))
      }
    }
    let (officer, _) = try await TestDatabase.current.signIn(.boardReader, .organisation(2))
    for iso in ["2025-03-31", "2025-08-20", "2026-02-15"] {
      let on = try day(iso)
      let latest = ReturnPeriod(.disruption, holding: ReturnPeriod(.disruption, holding: on).from - 1).from
      var own: [Count] = []
      for one in history where one.received <= on && one.period <= latest && one.period >= latest.adding(months: -12) {
        if let index = own.firstIndex(where: { $0.period == one.period && $0.code == one.code }) {
          own[index].obtained += one.obtained
          own[index].breached += one.breached
        } else { own.append(Count(one.period, one.code, one.obtained, one.breached)) }
      }
      let counted = try await TestDatabase.current.app.read(
        as: officer, Query<Count>("SELECT period, code, sum(obtained)::bigint AS obtained, sum(breached)::bigint AS breached FROM sec.disruption_counts(\(on)) GROUP BY period, code ORDER BY period, code"))
      #expect(counted == own.sorted { ($0.period, $0.code) < ($1.period, $1.code) } && !own.isEmpty, "\(iso)")
    }
  }
}
