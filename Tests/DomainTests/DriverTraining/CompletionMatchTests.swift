import Domain
import Testing

/// Whose a line of a provider's file is: certain only where a number and a name agree.
@Suite struct CompletionMatchTests {
  private let amina = ProviderCandidate(id: "1", referenceKey: "RE1", badgeKey: "100", name: "Amina Begum")
  private let other = ProviderCandidate(id: "2", referenceKey: "RE2", badgeKey: "200", name: "Piotr Kowalski")
  private let twin = ProviderCandidate(id: "3", referenceKey: "WO9", badgeKey: "100", name: "Amina Begum")
  private let namesake = ProviderCandidate(id: "4", referenceKey: "RE4", badgeKey: "400", name: "Amina Begum")

  private func line(badge: String = "", reference: String = "", name: String = "") -> ProviderLine {
    var line = ProviderLine()
    line.badge = badge
    line.reference = reference
    line.name = name
    return line
  }

  @Test func aNumberWithItsNameIsCertain() {
    #expect(ProviderMatch.judge(line(badge: "100", name: "BEGUM, Amina"), [amina, other]) == .certain("1"))
    #expect(ProviderMatch.judge(line(reference: "re-1", name: "amina begum"), [amina, namesake]) == .certain("1"))
    #expect(ProviderMatch.judge(line(badge: "100", reference: "RE/1", name: ""), [amina, twin]) == .certain("1"))
    #expect(ProviderMatch.judge(line(reference: "RE1"), [amina]) == .certain("1"))
  }

  /// Everything else is for a person to say, with those who could be meant.
  @Test func whatDoesNotAgreeIsInDoubt() {
    func doubt(_ line: ProviderLine, _ among: [ProviderCandidate]) -> [String]? { if case .doubt(let ids, _) = ProviderMatch.judge(line, among) { ids } else { nil } }
    #expect(doubt(line(badge: "100", name: "Piotr Kowalski"), [amina, other]) == ["1", "2"])
    #expect(doubt(line(badge: "100"), [amina, twin]) == ["1", "3"])
    #expect(doubt(line(badge: "100", name: "Amina Begum"), [amina, twin]) == ["1", "3"])
    #expect(doubt(line(badge: "200", reference: "RE1", name: "Amina Begum"), [amina, other]) == ["1", "2"])
    #expect(doubt(line(name: "Amina Begum"), [amina]) == ["1"])
    #expect(doubt(line(badge: "999", name: "Amina Begum"), [amina]) == ["1"])
    #expect(doubt(line(badge: "999", name: "Nobody"), []) == [])
  }

  @Test func columnsAreSuggestedByTheirHeadings() {
    let found = ProviderField.suggested(["Badge No.", "Surname", "Forename", "Date completed", "Mark", "Outcome"])
    #expect(found == [.badge: 0, .family: 1, .given: 2, .completed: 3, .score: 4, .result: 5])
    let kept = ProviderMapping(columns: [.badge: "Badge No.", .completed: "Date completed"])
    #expect(kept.places(in: ["date COMPLETED", "x", "badge no"]) == [.badge: 2, .completed: 0])
  }

  @Test func linesAreReadInTheWordsOfProviders() throws {
    let today = try #require(Day(iso: "2026-11-23"))
    let mapping = ProviderMapping(columns: [:], course: "Safeguarding", provider: "College")
    let places: [ProviderField: Int] = [.badge: 0, .name: 1, .completed: 2, .score: 3, .result: 4]
    func read(_ cells: String...) -> ProviderLine { ProviderLine(cells, mapping, at: places, today: today) }
    let good = read("12", "Amina Begum", "3/4/2026", "82 %", "Passed")
    #expect(good.problem == nil && good.completed?.iso == "2026-04-03" && good.score == 82 && good.said == true && good.provider == "College")
    #expect(read("12", "", "3/4/2026", "", "DNA").said == false)
    for (line, words) in [
      (read("", "", "3/4/2026", "", ""), "names nobody"), (read("12", "", "", "", ""), "no day"), (read("12", "", "31/2/2026", "", ""), "The day"),
      (read("12", "", "3/4/2027", "", ""), "still to come"), (read("12", "", "3/4/2026", "120", ""), "The score"), (read("12", "", "3/4/2026", "", "perhaps"), "The result"),
    ] { #expect(line.problem?.contains(words) == true, "\(words): \(line.problem ?? "none")") }
  }

  /// The states of a review by complement: what may follow each, and nothing else.
  @Test func reviewsGoTheirWay() {
    let allowed: Set<[EvidenceReview]> = [[.awaiting, .accepted], [.awaiting, .rejected], [.accepted, .rejected], [.rejected, .accepted]]
    for from in EvidenceReview.allCases {
      for to in EvidenceReview.allCases { #expect(from.next.contains(to) == allowed.contains([from, to]), "\(from) to \(to)") }
    }
  }

  @Test func aRuleJudgesAnAttempt() {
    let rule = AttemptRule(providers: ["Redditch College", "County team"], passMark: 70, maxAttempts: 3, months: 36)
    #expect(rule.accepts("redditch COLLEGE") && !rule.accepts("Somebody") && rule.spelled("county team") == "County team")
    #expect(rule.passed(score: 70, said: nil) == true && rule.passed(score: 69, said: true) == false && rule.passed(score: nil, said: true) == nil)
    let free = AttemptRule(months: 36)
    #expect(free.accepts("") && free.passed(score: nil, said: false) == false && free.passed(score: 40, said: nil) == true && free.passed(score: nil, said: nil) == nil)
  }
}
