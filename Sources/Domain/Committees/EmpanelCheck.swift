package import Foundation

/// May these members sit on that day? Statute, local rule and advice are told apart, and everything is evaluated **on the day
/// of the hearing** (domain rules 2.4: Licensing Act 2003 ss.6, 9, 10; SI 2005/44; DfT statutory standards).
package struct EmpanelCheck: Sendable {
  package let rule: CommitteeRule
  package let duties: [TrainingDuty]
  /// Everybody who is or was on the committee, and whoever else is asked about.
  package let candidates: [Candidate]
  package let workingDays: WorkingDays
  /// Training that ends so many days or fewer after the hearing is pointed out.
  package let expiryWarningDays: Int

  package init(rule: CommitteeRule, duties: [TrainingDuty], candidates: [Candidate], workingDays: WorkingDays, expiryWarningDays: Int = 30) {
    self.rule = rule
    self.duties = duties
    self.candidates = candidates
    self.workingDays = workingDays
    self.expiryWarningDays = expiryWarningDays
  }

  package func candidate(_ id: UUID) -> Candidate? { candidates.first { $0.id == id } }

  /// Everything that is to be said of a panel for a case, gravest first.
  package func findings(panel: [UUID], presiding: UUID? = nil, for hearing: HearingCase) -> [EmpanelFinding] {
    var found = size(of: panel) + committeeSize(on: hearing.day) + timetable(hearing)
    var seen: Set<UUID> = []
    for id in panel where seen.insert(id).inserted {
      if panel.count(where: { $0 == id }) > 1 {
        found.append(.init(.blockStatutory, .duplicateMember, member: id, "\(name(id)) is on the panel more than once"))
      }
      found += self.findings(of: id, for: hearing)
    }
    if rule.chairPresides, let presiding, candidate(presiding)?.role(on: hearing.day)?.presides != true {
      found.append(.init(.warn, .chairNotChairOrDeputy, member: presiding, "\(name(presiding)) would preside, but is neither chair nor vice-chair on \(hearing.day.words)"))
    }
    if substitutes(for: panel, hearing).isEmpty {
      found.append(.init(.warn, .noTrainedSubstitute, "Nobody else on the committee could step in on \(hearing.day.words)"))
    }
    return found.enumerated().sorted { ($0.element.severity, $0.offset) < ($1.element.severity, $1.offset) }.map(\.element)
  }

  /// What is to be said of one member, whoever the others are.
  package func findings(of id: UUID, for hearing: HearingCase) -> [EmpanelFinding] {
    guard let person = candidate(id) else {
      return [.init(.blockStatutory, .notCommitteeMemberOnH, member: id, "A person who is not known to the committee")]
    }
    let day = hearing.day
    var found: [EmpanelFinding] = []
    let role = person.role(on: day)
    if role?.sits(rule.regime) != true {
      found.append(.init(.blockStatutory, .notCommitteeMemberOnH, member: id, "\(person.name) \(standing(role, person, on: day))"))
    }
    for duty in duties where duty.days.contains(day) { found += training(duty, of: person, on: day) }
    if let ward = hearing.ward, let own = person.ward, !ward.isEmpty, Self.same(ward, own) {
      found.append(.init(.warn, .wardMember, member: id, "\(person.name) is a member for \(own), where the premises are"))
    }
    if let interest = hearing.interests[id] {
      found.append(.init(.warn, .interestDeclared, member: id, "\(person.name) declared an interest\(interest.isEmpty ? "" : ": \(interest)")"))
    }
    if person.isAway(on: day) { found.append(.init(.warn, .notAvailable, member: id, "\(person.name) said they cannot sit on \(day.words)")) }
    return found
  }

  /// Whether nothing forbids this member to sit, by law or by local rule.
  package func isEligible(_ id: UUID, for hearing: HearingCase) -> Bool { findings(of: id, for: hearing).allSatisfy { $0.severity == .warn } }

  /// Whether nothing forbids the panel, by law or by local rule.
  package func isLawful(_ panel: [UUID], for hearing: HearingCase) -> Bool {
    findings(panel: panel, for: hearing).allSatisfy { $0.severity == .warn }
  }

  private func name(_ id: UUID) -> String { candidate(id)?.name ?? "A person who is not known" }

  private static func same(_ a: String, _ b: String) -> Bool {
    func plain(_ text: String) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber } }
    return plain(a) == plain(b)
  }

  // MARK: Single rules

  func size(of panel: [UUID]) -> [EmpanelFinding] {
    let count = Set(panel).count
    if rule.regime.isStatutory {
      guard count != 3 else { return [] }
      return [.init(.blockStatutory, .panelSizeNot3, "The panel has \(count == 1 ? "1 member" : "\(count) members"): three members of the committee hear it (s.9)")]
    }
    guard count < rule.quorum else { return [] }
    return [.init(.blockPolicy, .panelBelowQuorum, "The panel has \(count == 1 ? "1 member" : "\(count) members"): the quorum is \(rule.quorum)")]
  }

  /// A fault of the committee, not of the panel: pointed out, blocks nothing.
  private func committeeSize(on day: Day) -> [EmpanelFinding] {
    guard rule.regime == .la2003 else { return [] }
    let count = candidates.count { $0.role(on: day)?.sits(rule.regime) == true }
    guard !(rule.sizeLeast...max(rule.sizeLeast, rule.sizeMost)).contains(count) else { return [] }
    return [.init(.warn, .committeeSizeOutOf10To15, "The committee has \(count) members on \(day.words): the law asks for \(rule.sizeLeast) to \(rule.sizeMost) (s.6)")]
  }

  private func standing(_ role: CommitteeRole?, _ person: Candidate, on day: Day) -> String {
    switch role {
    case .substitute: return "is a substitute on \(day.words): only members of the committee hear it (s.9)"
    case .officer: return "is an officer and not a member of the committee"
    default:
      if !person.inOffice.contains(day) { return "is not a councillor on \(day.words)" }
      if let ended = person.appointments.compactMap(\.days.before).filter({ $0 <= day }).max() { return "is not on the committee on \(day.words): the appointment ended on \((ended - 1).words)" }
      if let begins = person.appointments.map(\.days.from).filter({ $0 > day }).min() { return "is not on the committee on \(day.words): the appointment begins on \(begins.words)" }
      return "is not on the committee on \(day.words)"
    }
  }

  private func training(_ duty: TrainingDuty, of person: Candidate, on day: Day) -> [EmpanelFinding] {
    let covers = person.covers.filter { $0.course == duty.course }
    let severity: EmpanelFinding.Severity = duty.blocks ? .blockPolicy : .warn
    let state = TrainingStanding.state(on: day, covers: covers, duty: duty, appointed: day, windows: [expiryWarningDays])
    switch state {
    case .notRequired, .valid, .exempt: return []
    case .expiring(let last, _):
      return [.init(.warn, .trainingExpiresWithin, member: person.id, "\(person.name): \(duty.title) ends on \(last.words), within \(expiryWarningDays) days of the hearing")]
    case .unsigned:
      return [.init(severity, .signatureMissing, member: person.id, "\(person.name) has not signed for \(duty.title)")]
    case .expired(let last):
      return [.init(severity, code(duty), member: person.id, "\(person.name): \(duty.title) ended on \(last.words), before the hearing")]
    case .notYetDue, .due, .overdue:
      let later = covers.map(\.days.from).filter { $0 > day }.min()
      let words = later.map { "was completed only on \($0.words), after the day of the hearing" } ?? "is not completed"
      return [.init(severity, code(duty), member: person.id, "\(person.name): \(duty.title) \(words)")]
    }
  }

  private func code(_ duty: TrainingDuty) -> EmpanelFinding.Code {
    duty.topic == .csaeRisk ? .cseTrainingNotValidOnH : .licensingTrainingNotValidOnH
  }

  private func timetable(_ hearing: HearingCase) -> [EmpanelFinding] {
    guard let timetable = hearing.timetable else { return [] }
    var found: [EmpanelFinding] = []
    if let caution = timetable.caution(periodEnd: hearing.periodEnd, day: hearing.day, workingDays) { found.append(.init(.warn, .bankHolidaysUnknown, caution)) }
    if let end = hearing.periodEnd, let last = timetable.lastStart(after: end, workingDays), hearing.day > last {
      let limit = timetable.startWorkingDays.map { "\($0) working days" } ?? "\(timetable.startDays ?? 0) days"
      found.append(.init(.warn, .hearingOutside20WD, "It begins after \(limit): the last day is \(last.words)"))
    }
    if let last = timetable.lastNotice(before: hearing.day, workingDays), let needed = timetable.noticeWorkingDays {
      if let given = hearing.noticeGiven {
        if given > last { found.append(.init(.warn, .noticeTooShort, "Notice was given on \(given.words): \(needed) working days before is \(last.words)")) }
      } else if hearing.asked > last, hearing.asked <= hearing.day {
        found.append(.init(.warn, .noticeTooShort, "No notice is recorded, and \(needed) working days before was \(last.words)"))
      }
    }
    return found
  }
}
