import Domain
import Foundation
import Postgres

/// Invented plans of both partnerships, a problem profile a year, the common dataset, and two years of returns: most in time, some late,
/// some with items missing, some not there. South's plan lacks what the strategy asks for; North's has it.
struct DemoReturns: Sendable {
  let today: Day
  let settings: Settings
  /// Who keeps returns, who makes those of the police, who analyses, and who leads each partnership.
  let clerk: UUID
  let maker: UUID
  let analyst: UUID
  let chairs: [Int: UUID]

  private struct Item {
    var what: String
    var part: PartnershipPart
    var tags: [PartnershipTag]
    var organisation: Int
    var lead: String
    var month: Int
    /// Days before today of the last entry in the year that runs; nil: none.
    var seen: Int?
    var standing: ItemStanding?
    var risk: RiskLevel?
  }

  private static let north: [Item] = [
    Item(what: "Front-line staff of every partner know the warning signs and where to report them", part: .identification, tags: [.cse], organisation: 9, lead: "Strategic lead for early help", month: 9, seen: 20, standing: .inProgress, risk: .medium),
    Item(what: "Each place of concern has a risk assessment that partners share", part: .riskAssessment, tags: [.cse], organisation: 3, lead: "Operational lead for CSE", month: 12, seen: 33, standing: .done, risk: .high),
    Item(what: "Licensing and police officers gather evidence together at late premises", part: .evidenceGathering, tags: [.cse], organisation: 1, lead: "Licensing enforcement officer", month: 2, seen: 12, standing: .inProgress, risk: .medium),
    Item(what: "Street Pastors in Redditch are trained on CSE and report through the partnership", part: .prevention, tags: [.cse, .streetPastors], organisation: 13, lead: "Community safety manager", month: 8, seen: 61, standing: .verified, risk: .low),
    Item(what: "Pubwatch members in Bromsgrove sign the safeguarding pledge", part: .prevention, tags: [], organisation: 11, lead: "Licensing liaison officer", month: 1, seen: nil, standing: nil, risk: nil),
  ]
  private static let south: [Item] = [
    Item(what: "Nightsafe Worcester briefs door staff on CSE before the summer", part: .prevention, tags: [.cse, .nightsafe], organisation: 14, lead: "Night-time economy co-ordinator", month: 6, seen: 140, standing: .done, risk: .low),
    Item(what: "Street Pastors carry the reporting card of the partnership", part: .prevention, tags: [.streetPastors], organisation: 14, lead: "Community safety manager", month: 10, seen: 15, standing: .inProgress, risk: nil),
    Item(what: "Park wardens and housing officers know what to look for", part: .identification, tags: [.cse], organisation: 12, lead: "Head of community services", month: 11, seen: 115, standing: .inProgress, risk: .medium),
    Item(what: "Risk at guest houses is assessed with the housing partnership", part: .riskAssessment, tags: [.cse], organisation: 4, lead: "Strategic housing officer", month: 1, seen: nil, standing: nil, risk: nil),
  ]

  func insert(in transaction: Transaction) async throws {
    try await plans(in: transaction)
    try await profiles(in: transaction)
    let edition = try await dataset(in: transaction)
    try await returns(edition, in: transaction)
    for strategy in settings.strategies.prefix(1) {
      let reviewed = today - 200
      try await transaction.execute(
        """
        INSERT INTO strategy_decision (strategy, action_ref, decided_on, decided_by, outcome, words, minute, next_review, recorded_by, recorded_at)
        VALUES (\(strategy.slug), NULL, \(reviewed), 'Worcestershire Safeguarding Children Board', 'keep', 'The actions stand; the Board asks for the figures of hot spots apart.', 'WSCB 14/6',
          \(reviewed.adding(years: 1)), \(clerk), \(reviewed) + time '12:00')
        """)
    }
  }

  private func plans(in transaction: Transaction) async throws {
    let year = PlanYear(holding: today)
    for (partnership, items) in [(1, Self.north), (2, Self.south)] where settings.partnership(partnership) != nil {
      let author = chairs[partnership] ?? clerk
      var before: UUID?
      var earlier: [Int: UUID] = [:]
      for which in [PlanYear(year.year - 1), year] {
        let begun = which.from + 8
        guard begun <= today else { continue }
        let plan = UUID()
        try await transaction.execute(
          "INSERT INTO partnership_plan (id, csp_id, year, copied_from, recorded_by, recorded_at) VALUES (\(plan), \(Int16(partnership)), \(Int16(which.year)), \(before), \(author), \(begun) + time '10:00')")
        for (index, item) in items.enumerated() {
          // The last item is new in the year that runs.
          guard which == year || index + 1 < items.count else { continue }
          let id = UUID()
          let due = (Day(year: item.month < 4 ? which.year + 1 : which.year, month: item.month, day: 1) ?? which.from).lastOfMonth
          try await transaction.execute(
            """
            INSERT INTO partnership_item (id, plan_id, csp_id, number, what, part, tags, organisation_id, lead, due_on, copied_from, recorded_by, recorded_at)
            VALUES (\(id), \(plan), \(Int16(partnership)), \(Int16(index + 1)), \(item.what), \(item.part), \(item.tags.map(\.rawValue)), \(Int16(item.organisation)), \(item.lead), \(due),
              \(earlier[index]), \(author), \(begun) + time '10:05')
            """)
          earlier[index] = id
          if let risk = item.risk {
            try await transaction.execute(
              """
              INSERT INTO partnership_risk (item_id, csp_id, assessed_on, level, words, recorded_by, recorded_at)
              VALUES (\(id), \(Int16(partnership)), \(begun + 20), \(risk), 'It fails if staff change and nobody is briefed anew; each team names a deputy.', \(analyst), \(min(begun + 20, today)) + time '09:00')
              """)
          }
          if which < year {
            try await entry(id, partnership, .inProgress, "Begun with all partners.", begun + 60, author, transaction)
            try await entry(id, partnership, .done, "Done as agreed.", which.before - 20, author, transaction)
            try await entry(id, partnership, .verified, "Seen and verified.", which.before - 5, analyst, transaction)
          } else if let seen = item.seen, let standing = item.standing, today - seen > begun {
            if standing == .verified { try await entry(id, partnership, .done, "The course was held for all of them.", today - seen - 7, author, transaction) }
            try await entry(id, partnership, standing, standing == .verified ? "The sheet of attendance was seen." : "Discussed at the partnership; it goes on.", today - seen, standing == .verified ? analyst : author, transaction)
          }
        }
        before = plan
      }
    }
  }

  private func entry(_ item: UUID, _ partnership: Int, _ standing: ItemStanding, _ words: String, _ on: Day, _ by: UUID, _ transaction: Transaction) async throws {
    try await transaction.execute(
      """
      INSERT INTO partnership_entry (item_id, csp_id, standing, words, evidence, on_day, recorded_by, recorded_at)
      VALUES (\(item), \(Int16(partnership)), \(standing), \(words), 'Minutes of the partnership', \(on), \(by), \(on) + time '16:00')
      """)
  }

  private func profiles(in transaction: Transaction) async throws {
    let rule = settings.returns.profileDue
    guard let thisYear = Day(year: today.year, month: rule.month, day: rule.day) else { return }
    let latest = thisYear <= today ? thisYear : thisYear.adding(years: -1)
    for (ago, early, released) in [(1, -14, 21), (0, 11, 6)] {
      let due = latest.adding(years: -ago)
      let published = due - early
      let id = UUID()
      try await transaction.execute(
        """
        INSERT INTO problem_profile (id, title, scope, edition, owner, handling, held_at, covers_from, covers_to, published_on, due_on, summary, recorded_by, recorded_at)
        VALUES (\(id), 'Alliance CSE problem profile', 'alliance', \(String(due.year)), 'Head of Protecting Vulnerable People', 'official_sensitive', \("Police file PP/\(due.year)/7"),
          \(due.adding(years: -1) - 30), \(due - 31), \(published), \(due),
          'Concern gathers round places where late buses, takeaways and a rank meet. Evenings from Thursday to Saturday stand out. Guest houses are named less often than a year before, parks more often in the summer holidays.',
          \(clerk), \(published) + time '11:00')
        """)
      let on = min(due + released, today)
      try await transaction.execute(
        """
        INSERT INTO problem_profile_release (profile_id, body, on_day, how, recorded_by, recorded_at)
        VALUES (\(id), \(settings.returns.profileFor), \(on), 'At its meeting', \(clerk), \(on) + time '15:00')
        """)
    }
  }

  /// Code, name, who supplies it, whether yearly.
  private static let items: [(String, String, Int, Bool)] = [
    ("crimes_recorded", "Crimes recorded with a marker of exploitation", 3, false), ("intelligence_logs", "Intelligence logs on exploitation", 3, false),
    ("missing_episodes", "Missing episodes reported", 3, false), ("risk_assessments", "Risk assessments completed", 9, false),
    ("strategy_meetings", "Strategy meetings held", 9, false), ("return_interviews", "Return interviews offered in time", 9, false),
    ("screening_tools", "Referrals with the screening tool", 17, false), ("premises_visited", "Licensed premises visited on safeguarding", 1, false),
    ("staff_trained", "Staff trained on exploitation in the year", 9, true),
  ]

  private func dataset(in transaction: Transaction) async throws -> UUID {
    let id = UUID()
    let agreed = today.adding(years: -3)
    try await transaction.execute("INSERT INTO dataset_edition (id, number, recorded_by, recorded_at) VALUES (\(id), 1, \(analyst), \(agreed - 40) + time '10:00')")
    for (code, name, organisation, yearly) in Self.items {
      try await transaction.execute(
        """
        INSERT INTO dataset_item (edition_id, code, name, organisation_id, frequency, recorded_by, recorded_at)
        VALUES (\(id), \(code), \(name), \(Int16(organisation)), \(yearly ? "yearly" : "quarterly"), \(analyst), \(agreed - 40) + time '10:00')
        """)
    }
    try await transaction.execute(
      "INSERT INTO dataset_agreement (edition_id, agreed_on, agreed_by, recorded_by, recorded_at) VALUES (\(id), \(agreed), 'CSE Strategic Group', \(clerk), \(agreed) + time '12:00')")
    return id
  }

  private func returns(_ edition: UUID, in transaction: Transaction) async throws {
    let current = ReturnPeriod(.dataset, holding: today)
    for ago in 1...8 {
      let period = current.from.adding(months: -3 * ago)
      for organisation in [3, 9, 17, 1] {
        // In the last quarter the youth offending service has not returned, and the county council left one figure out.
        if ago == 1, organisation == 17 { continue }
        let items = Self.items.filter { $0.2 == organisation && (!$0.3 || period.month == 1) && !(ago == 1 && $0.0 == "return_interviews") }
        guard let id = try await head(.dataset, organisation, period, late: ago == 2 && organisation == 9, ago: ago, transaction) else { continue }
        for (index, item) in items.enumerated() {
          try await transaction.execute("INSERT INTO dataset_value (return_id, code, value) VALUES (\(id), \(item.0), \(Int64(12 + (index * 17 + ago * 7 + organisation * 5) % 60)))")
        }
      }
      for organisation in [3, 17, 18, 19, 1] {
        if ago == 1, organisation == 19 { continue }
        guard let id = try await head(.disruption, organisation, period, late: organisation == 17, ago: ago, transaction) else { continue }
        try await lines(id, organisation, ago, transaction)
      }
    }
    let year = PlanYear(holding: today)
    for ago in 1...2 {
      for (index, organisation) in [1, 3, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19].enumerated() {
        if ago == 1, [12, 19].contains(organisation) { continue }
        let from = PlanYear(year.year - ago).from
        guard let id = try await head(.assurance, organisation, from, late: organisation == 15, ago: ago, transaction) else { continue }
        let staff = 40 + index * 23, missing = index % 3 == 2 ? 4 + index : 0
        try await transaction.execute(
          """
          INSERT INTO assurance_line (return_id, staff, trained, assures, contracts, words, evidence)
          VALUES (\(id), \(staff), \(staff - missing), \(missing == 0), \(index % 4 != 1), 'Training is part of induction and refreshed every three years.', 'Section 11 audit')
          """)
      }
    }
  }

  /// Enters a return; nil where it could not have come yet.
  private func head(_ kind: ReturnKind, _ organisation: Int, _ period: Day, late: Bool, ago: Int, _ transaction: Transaction) async throws -> UUID? {
    guard let whole = ReturnPeriod(kind, from: period) else { return nil }
    let received = whole.due(after: settings.returns.dueDays) + (late ? 9 : -6)
    guard received <= today else { return nil }
    let id = UUID()
    try await transaction.execute(
      """
      INSERT INTO partner_return (id, organisation_id, kind, period, received_on, recorded_by, recorded_at)
      VALUES (\(id), \(Int16(organisation)), \(kind), \(period), \(received), \(organisation == 3 ? maker : clerk), \(received) + time '15:00')
      """)
    if ago > 1 {
      try await transaction.execute(
        "INSERT INTO return_approval (return_id, approved_on, recorded_by, recorded_at) VALUES (\(id), \(received + 2), \(organisation == 3 ? clerk : analyst), \(received + 2) + time '09:00')")
    }
    return id
  }

  private func lines(_ id: UUID, _ organisation: Int, _ ago: Int, _ transaction: Transaction) async throws {
    let kind = settings.organisation(organisation)?.kind ?? ""
    for (place, order) in settings.returns.orders.enumerated() where order.reporters.contains(kind) && place % 3 != 2 {
      for district in settings.county.authorities {
        let obtained = (district.id * 7 + ago * 3 + place * 5 + organisation) % 9
        guard obtained > 3 else { continue }
        try await transaction.execute(
          """
          INSERT INTO disruption_line (return_id, authority_id, code, obtained, breached, refused)
          VALUES (\(id), \(Int16(district.id)), \(order.code), \(obtained - (place > 4 ? 3 : 0)), \(obtained % 3), \(obtained == 8 ? 1 : 0))
          """)
      }
    }
  }
}
