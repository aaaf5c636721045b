import Domain
import Testing

/// The state machine of a tasking meeting, whole, and what its minutes and papers take.
@Suite struct TaskingTests {
  @Test func everyTransitionAndItsComplement() {
    for state in TaskingState.allCases {
      for step in TaskingStep.allCases {
        let expected: TaskingState? = state == .planned ? (step == .close ? .closed : .cancelled) : nil
        #expect(state.after(step) == expected, "\(state) \(step)")
      }
    }
  }

  @Test func minutesAreClosedOfAMeetingThatWasHeldByTwoAgencies() {
    let day = Day(year: 2026, month: 11, day: 23)!
    #expect(TaskingRules.obstacle(toClosing: day + 1, agencies: 2, today: day) == .notHeldYet)
    #expect(TaskingRules.obstacle(toClosing: day, agencies: 0, today: day) == .tooFewAgencies(0))
    #expect(TaskingRules.obstacle(toClosing: day, agencies: 1, today: day) == .tooFewAgencies(1))
    #expect(TaskingRules.obstacle(toClosing: day, agencies: 2, today: day) == nil)
  }

  /// A hot spot that rests on items of information is not named on a paper, whatever else is among its reasons.
  @Test func handlingBindsTheName() {
    for reason in HotSpotReason.allCases {
      #expect(TaskingRules.mayBeNamed([reason]) == (reason != .intelCluster))
      #expect(!TaskingRules.mayBeNamed([reason, .intelCluster]))
      #expect(!TaskingRules.mayBeNamed([reason], isUnderConditions: true))
    }
  }
}
