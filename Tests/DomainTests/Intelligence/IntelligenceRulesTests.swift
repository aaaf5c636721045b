import Domain
import Testing

/// Steps, gates and markings, each with all that it does not allow.
@Suite struct IntelligenceRulesTests {
  private struct Case: Hashable {
    var state: IntelligenceState
    var step: IntelligenceStep
    var isSubmission: Bool
    var isProposed: Bool
    var isHeld: Bool
  }

  /// Every step from every state, with and without what it depends on: what is not listed cannot be taken.
  @Test func onlyTheseStepsCanBeTaken() {
    var allowed: [Case: IntelligenceState] = [:]
    for state in [IntelligenceState.received, .closed] {
      for submission in [true, false] {
        for proposed in [true, false] {
          for held in [true, false] {
            func allow(_ step: IntelligenceStep, _ to: IntelligenceState) {
              allowed[Case(state: state, step: step, isSubmission: submission, isProposed: proposed, isHeld: held)] = to
            }
            allow(.decide, .closed)
            allow(.recall, .recalled)
            if submission, state == .received, !held { allow(.sendBack, .returned) }
            if proposed {
              allow(.refuseDisposal, state)
              if !held { allow(.dispose, .disposed) }
            } else {
              allow(.keep, state)
              allow(.proposeDisposal, state)
            }
          }
        }
      }
    }
    for state in IntelligenceState.allCases {
      for step in IntelligenceStep.allCases {
        for (submission, proposed, held) in [true, false].flatMap({ a in [true, false].flatMap { b in [true, false].map { (a, b, $0) } } }) {
          let one = Case(state: state, step: step, isSubmission: submission, isProposed: proposed, isHeld: held)
          #expect(state.after(step, isSubmission: submission, isProposed: proposed, isHeld: held) == allowed[one], "\(one)")
        }
      }
    }
    #expect(IntelligenceState.allCases.filter(\.isOpenable) == [.received, .closed])
  }

  /// The gate of 5x5x5, by every handling with and without what opens it.
  @Test(arguments: LegacyHandling.allCases) func whatWasGraded5x5x5HasItsGate(handling: LegacyHandling) {
    for consent in ["", "By telephone on 3 March"] {
      for authority in ["", "ISA-2016-14"] {
        for conditions in ["", "Ask first"] {
          for policeOnly in [true, false] {
            let fault = handling.fault(consent: consent, authority: authority, conditions: conditions, policeOnly: policeOnly)
            let passes = switch handling {
            case .originatorOnly: false
            case .otherParties: !authority.isEmpty
            case .lawEnforcement, .referBack: policeOnly || !consent.isEmpty
            case .abroad: !conditions.isEmpty && (policeOnly || !consent.isEmpty)
            }
            #expect((fault == nil) == passes, "\(handling) \(consent) \(authority) \(conditions) \(policeOnly)")
          }
        }
      }
    }
  }

  @Test func twoMarkingsAreHeldAndTheOthersSayWhatToDo() {
    #expect(Marking.allCases.filter { $0.refusal == nil } == [.official, .officialSensitive])
    #expect(Marking.secret.refusal?.contains("may not be held here") == true && Marking.topSecret.refusal?.contains("may not be held here") == true)
    for marking in [Marking.notMarked, .protect, .restricted, .confidential] { #expect(marking.refusal?.contains("mark it anew") == true) }
  }

  @Test func aReviewIsPutOffForHalfAYearAndSixYearsAtMost() {
    let today = Day(iso: "2026-11-23")!
    let received = today - 30
    #expect(IntelligenceReview.fault(next: today, received: received, today: today) != nil)
    #expect(IntelligenceReview.fault(next: today + 1, received: received, today: today) == nil)
    #expect(IntelligenceReview.fault(next: today + 184, received: received, today: today) == nil)
    #expect(IntelligenceReview.fault(next: today + 185, received: received, today: today) != nil)
    let old = today.adding(years: -6) + 10
    #expect(IntelligenceReview.fault(next: today + 10, received: old, today: today) == nil)
    #expect(IntelligenceReview.fault(next: today + 11, received: old, today: today)?.contains("6 years") == true)
  }

  /// What is returned is destroyed: it is said by returning, not as an outcome of what is kept.
  @Test func everyOutcomeHasItsFeedback() {
    #expect(IntelligenceOutcome.ofKept == IntelligenceOutcome.allCases.filter { $0 != .identifyingData })
    #expect(Set(IntelligenceOutcome.allCases.map(\.feedback)).count == IntelligenceOutcome.allCases.count)
  }
}
