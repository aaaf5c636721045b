package import Foundation

/// A member who could sit in somebody's place, and why they stand where they stand in the list.
package struct RankedSubstitute: Sendable, Equatable {
  package var member: Candidate
  package var role: CommitteeRole
  /// Advice that goes with them; nothing forbids them.
  package var warnings: [EmpanelFinding]
  /// The last day on which all their training counts; nil without end.
  package var trainedThrough: Day?
  /// They said they cannot sit that day: named last, and never chosen while somebody else is there.
  package var isAway: Bool
}

extension EmpanelCheck {
  /// Members who may sit on the day and are not on the panel: those who said they cannot come last, those without a warning first,
  /// then those who have sat least, then those whose training lasts longest, then by name.
  package func substitutes(for panel: [UUID], _ hearing: HearingCase) -> [RankedSubstitute] {
    let taken = Set(panel)
    let able = candidates.compactMap { person -> RankedSubstitute? in
      guard !taken.contains(person.id), let role = person.role(on: hearing.day), role.sits(rule.regime) else { return nil }
      let found = findings(of: person.id, for: hearing)
      guard found.allSatisfy({ $0.severity == .warn }) else { return nil }
      return RankedSubstitute(member: person, role: role, warnings: found, trainedThrough: trainedThrough(person, from: hearing.day), isAway: person.isAway(on: hearing.day))
    }
    return able.sorted { a, b in
      if a.isAway != b.isAway { return b.isAway }
      if a.warnings.count != b.warnings.count { return a.warnings.count < b.warnings.count }
      if a.member.sittings != b.member.sittings { return a.member.sittings < b.member.sittings }
      let (endA, endB) = (a.trainedThrough ?? .distant, b.trainedThrough ?? .distant)
      if endA != endB { return endA > endB }
      return (a.member.name, a.member.id.uuidString) < (b.member.name, b.member.id.uuidString)
    }
  }

  /// The last day up to which every course owed on `day` counts; nil without end.
  private func trainedThrough(_ person: Candidate, from day: Day) -> Day? {
    let owed = duties.filter { $0.days.contains(day) }
    return owed.compactMap { duty -> Day? in
      guard let cover = person.covers.filter({ $0.course == duty.course && $0.days.contains(day) }).max(by: { ($0.days.before ?? .distant) < ($1.days.before ?? .distant) })
      else { return nil }
      return TrainingStanding.continuation(from: cover, in: person.covers, needsSignature: duty.needsSignature).map { $0 - 1 }
    }.min()
  }

  /// The first working day, on or after `day`, on which nothing forbids the panel; nil when no evidence held today makes one.
  /// Standing changes only where a range of days begins or ends: those days alone are tried.
  package func firstLawfulDay(of panel: [UUID], from day: Day, for hearing: HearingCase) -> Day? {
    for start in turning(of: panel).union([day]).filter({ $0 >= day }).sorted() {
      let tried = workingDays.onOrAfter(start)
      if isLawful(panel, for: hearing.moved(to: tried)) { return tried }
    }
    return nil
  }

  /// The last working day before `end`, and not before `day`, on which nothing forbids the panel; nil where there is none.
  package func lastLawfulDay(of panel: [UUID], from day: Day, before end: Day, for hearing: HearingCase) -> Day? {
    for turn in turning(of: panel).union([end]).filter({ $0 > day && $0 <= end }).sorted(by: >) {
      let tried = workingDays.latest(1, before: turn)
      if tried >= day, isLawful(panel, for: hearing.moved(to: tried)) { return tried }
    }
    return nil
  }

  /// The days on which the standing of these members can change.
  private func turning(of panel: [UUID]) -> Set<Day> {
    var turning: Set<Day> = []
    for person in candidates where panel.contains(person.id) {
      turning.formUnion(ends(person.inOffice))
      for appointment in person.appointments { turning.formUnion(ends(appointment.days)) }
      for cover in person.covers { turning.formUnion(ends(cover.days)) }
    }
    for duty in duties { turning.formUnion(ends(duty.days)) }
    return turning
  }

  /// When these members may sit together, in words: from the day of the hearing on, and before it.
  package func lawfulDaysInWords(of panel: [UUID], for hearing: HearingCase) -> String {
    // No day mends a place that is empty, or filled twice by one member.
    guard size(of: panel).isEmpty, Set(panel).count == panel.count else {
      return "Once \(rule.regime.isStatutory ? "three" : "at least \(rule.quorum)") members are chosen, each for one place."
    }
    let first = firstLawfulDay(of: panel, from: max(hearing.day, hearing.asked), for: hearing)
    let last = hearing.asked < hearing.day ? lastLawfulDay(of: panel, from: hearing.asked, before: hearing.day, for: hearing) : nil
    let after = first.map { "From the day of the hearing on, the first is \($0.longWords)." } ?? "From the day of the hearing on there is none: somebody has to be trained, appointed or replaced."
    return after + (last.map { " Before it, the last is \($0.longWords)." } ?? "") + " That is as the evidence stands today."
  }

  private func ends(_ range: DayRange) -> [Day] { [range.from] + (range.before.map { [$0] } ?? []) }

  /// A panel for the case: the best placed members, a chair or vice-chair among them where there is one. Fewer than the panel
  /// needs when there are not enough.
  package func panel(for hearing: HearingCase) -> (members: [UUID], presiding: UUID?) {
    let able = substitutes(for: [], hearing)
    var chosen = Array(able.prefix(max(rule.panelSize, rule.regime.isStatutory ? 3 : rule.quorum)))
    if !chosen.contains(where: \.role.presides), let chair = able.first(where: { $0.role.presides && !$0.isAway }), !chosen.isEmpty {
      chosen[chosen.count - 1] = chair
    }
    let presiding = chosen.first { $0.role == .chair } ?? chosen.first { $0.role == .viceChair } ?? chosen.first
    let ordered = (presiding.map { [$0.member.id] } ?? []) + chosen.map(\.member.id).filter { $0 != presiding?.member.id }
    return (ordered, presiding?.member.id)
  }
}
