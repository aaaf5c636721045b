import Domain
import Foundation
import Postgres
import Web

/// What a version of a requirement would change, tried and undone: whose training ends sooner, in which week, and which hearings would
/// lose a member. Printable, for a consultation.
struct RequirementEffect: Sendable {
  struct Standing: RowDecodable, Sendable {
    var member: UUID
    var authority: Int
    var name: String
    var state: String
    var before: Day?
    init(row: Row) throws {
      member = try row.get("member_id")
      authority = try row.get("authority_id")
      name = try row.get("name")
      state = try row.get("state")
      before = try row.get("held_before")
    }
    var isInOrder: Bool { state == "valid" || state == "exempt" }

    static func of(_ version: RequirementForm.Version, on day: Day) -> SQL {
      """
      SELECT t.member_id, t.authority_id, m.name, t.state, t.held_before FROM training_matrix(\(day)) t JOIN member m ON m.id = t.member_id
       WHERE t.authority_id = ANY(\(version.authorities.map { Int16($0) })) AND t.course_id = \(Int16(version.course.id)) ORDER BY t.authority_id, m.sort_name, m.id
      """
    }
  }

  /// Somebody whose training in the course would end sooner than without the version.
  struct Person: Sendable {
    var standing: Standing
    /// The first day on which it would not count.
    var from: Day
    /// When it would end without the version; nil: it would not.
    var otherwise: Day?
  }

  struct Week: Sendable {
    var authority: Int
    var monday: Day
    var people: [Person]
    var hearings: [(authority: Int, lost: TurnoverEffect.Lost)]
  }

  var day: Day
  var missingBefore: Int
  var missingAfter: Int
  var all: Int
  var people: [Person]
  var hearings: [(authority: Int, lost: TurnoverEffect.Lost)]

  private struct Tried: Error { var effect: RequirementEffect }

  static func of(_ version: RequirementForm.Version, _ visit: OfficerVisit) async throws -> RequirementEffect {
    let day = max(version.from, visit.today)
    func unable(_ transaction: Transaction) async throws -> [(authority: Int, lost: TurnoverEffect.Lost)] {
      var all: [(authority: Int, lost: TurnoverEffect.Lost)] = []
      for authority in version.authorities {
        all += try await transaction.all(CommitteeStore.unable(in: authority, from: day), as: TurnoverEffect.Lost.self).map { (authority, $0) }
      }
      return all
    }
    do {
      try await visit.environment.database.write(by: visit.officer, at: visit.environment.now()) { transaction -> Written<Void> in
        let before = try await transaction.all(Standing.of(version, on: day), as: Standing.self)
        let unableBefore = Dictionary(try await unable(transaction).map { ($0.lost.hearing, $0.lost.members) }, uniquingKeysWith: { first, _ in first })
        try await RequirementRoutes.insert(version, by: visit.officer, in: transaction)
        let after = try await transaction.all(Standing.of(version, on: day), as: Standing.self)
        let lost = try await unable(transaction).filter { unableBefore[$0.lost.hearing] != $0.lost.members }
        throw Tried(effect: RequirementEffect(on: day, before: before, after: after, hearings: lost))
      }
    } catch let tried as Tried { return tried.effect }
    throw CommitteeConflict.stale
  }

  init(on day: Day, before: [Standing], after: [Standing], hearings: [(authority: Int, lost: TurnoverEffect.Lost)]) {
    self.day = day
    self.hearings = hearings
    missingBefore = before.count { !$0.isInOrder }
    missingAfter = after.count { !$0.isInOrder }
    all = after.count
    let was = Dictionary(before.map { ($0.member, $0) }, uniquingKeysWith: { first, _ in first })
    people = after.compactMap { now -> Person? in
      let old = was[now.member]
      if !now.isInOrder { return old?.isInOrder == false ? nil : Person(standing: now, from: day, otherwise: old?.before) }
      guard let end = now.before, old.map({ $0.isInOrder }) ?? false else { return nil }
      if let other = old?.before, other <= end { return nil }
      return Person(standing: now, from: end, otherwise: old?.before)
    }
  }

  /// By district and by the week in which it would happen.
  var weeks: [Week] {
    var found: [String: Week] = [:]
    func week(_ authority: Int, _ day: Day) -> String {
      let key = "\(authority) \(day.startOfWeek.iso)"
      if found[key] == nil { found[key] = Week(authority: authority, monday: day.startOfWeek, people: [], hearings: []) }
      return key
    }
    for person in people { found[week(person.standing.authority, person.from)]?.people.append(person) }
    for hearing in hearings { found[week(hearing.authority, hearing.lost.on)]?.hearings.append(hearing) }
    return found.values.sorted { ($0.authority, $0.monday) < ($1.authority, $1.monday) }
  }

  func sheet(_ version: RequirementForm.Version, _ settings: Settings, printed: Day) -> Sheet {
    var sheet = Sheet(title: "What it would change")
    sheet.crumbs = RequirementForm.crumbs
    let places = version.authorities.compactMap { settings.authority($0)?.name }.joined(separator: ", ")
    sheet.line = Sheet.line(StatusTag("Trial", .blue), "Nothing is changed yet", version.course.title, version.months.map { "counts \($0) months" } ?? "counts without end", "from \(version.from.words)", places)
    func counted(_ number: Int, _ one: String, _ many: String) -> String { "\(number) \(number == 1 ? one : many)" }
    sheet.lead = "This would end the training of \(counted(people.count, "member", "members")) sooner, and \(counted(hearings.count, "hearing", "hearings")) would lose a member. "
      + "On \(day.words) \(missingAfter) of \(all) members would not be in order with \(version.course.title.lowercased()); without this version it is \(missingBefore)."
    let byWeek = Table<Week>(rowHeader: "week", [
      .text("week", "Week from") { $0.monday.short }, .text("district", "District") { settings.authority($0.authority)?.name }, .number("people", "Members whose training ends") { $0.people.count },
      .number("hearings", "Hearings that lose a member") { $0.hearings.count },
    ])
    let who = Table<Person>(rowHeader: "name", [
      .link("name", "Member", to: { Path.member($0.standing.member) }) { $0.standing.name }, .text("district", "District") { settings.authority($0.standing.authority)?.name },
      .date("from", "Would end") { ($0.from - 1).short }, .date("other", "Ends without it") { person in person.otherwise.map { ($0 - 1).short } ?? (person.standing.isInOrder ? "No end" : nil) },
    ])
    let lost = Table<(authority: Int, lost: TurnoverEffect.Lost)>(rowHeader: "hearing", [
      .date("on", "Day") { $0.lost.on.short }, .link("hearing", "Hearing", to: { Path.hearing($0.lost.hearing) }) { $0.lost.reference },
      .text("district", "District") { settings.authority($0.authority)?.name }, .text("members", "Who could not sit") { $0.lost.members },
    ])
    sheet.sections = [
      .init("By district and week", byWeek.html(weeks, caption: "By district and week", empty: .init("Nobody’s training would end sooner", "And no hearing would lose a member."))),
    ]
    if !people.isEmpty { sheet.sections.append(.init("Members", who.html(people, caption: "Members whose training would end sooner"))) }
    if !hearings.isEmpty { sheet.sections.append(.init("Hearings", lost.html(hearings, caption: "Hearings that would lose a member"))) }
    sheet.sections.append(.init(nil, words: "Tried and undone on \(printed.words)."))
    return sheet
  }
}
