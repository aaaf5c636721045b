import Domain
import Testing

/// The state machine of an action, whole, and the rules that decide a plan.
@Suite struct PlanTests {
  private let allowed: [PlanActionState: [PlanActionState]] = [
    .proposed: [.agreed, .cancelled], .agreed: [.inProgress, .blocked, .donePendingVerification, .cancelled],
    .inProgress: [.blocked, .donePendingVerification, .cancelled], .blocked: [.inProgress, .donePendingVerification, .cancelled],
    .donePendingVerification: [.verified, .inProgress], .verified: [], .cancelled: [],
  ]

  @Test func everyTransitionAndItsComplement() {
    for state in PlanActionState.allCases {
      for next in PlanActionState.allCases { #expect(state.next.contains(next) == (allowed[state]?.contains(next) ?? false), "\(state) to \(next)") }
    }
    #expect(PlanActionState.allCases.filter { !$0.isLive } == [.proposed, .cancelled])
    #expect(PlanActionState.allCases.filter(\.isOver) == [.verified, .cancelled])
    #expect(PlanActionState.allCases.filter(\.isDone) == [.donePendingVerification, .verified, .cancelled])
  }

  /// Guidance that is held by now opens verification, and nothing else, and only of what was agreed.
  @Test func whatIsReachedIsDoneByItself() {
    for state in PlanActionState.allCases {
      let opened = Set(state.next(isReached: true)).subtracting(state.next(isReached: false))
      let completes = [.agreed, .inProgress, .blocked].contains(state)
      #expect(opened == (completes ? [.verified] : []), "\(state)")
      #expect(state.shown(isReached: true) == (completes ? .donePendingVerification : state) && state.shown(isReached: false) == state)
      #expect(state.next(isReached: false) == state.next)
    }
    #expect(!PlanRules.isReached(0, of: 0, wanted: 1))
    #expect(!PlanRules.isReached(94, of: 99, wanted: 95) && PlanRules.isReached(95, of: 100, wanted: 95) && PlanRules.isReached(96, of: 101, wanted: 95))
    #expect(!PlanRules.isReached(99, of: 100, wanted: 100) && PlanRules.isReached(100, of: 100, wanted: 100))
  }

  /// Each condition of a multi-agency plan fails alone, and none hides another.
  @Test func theTestSaysWhichConditionFails() {
    #expect(MultiAgencyTest.faults(approved: true, organisations: 2, groupAnswered: true) == [])
    #expect(MultiAgencyTest.faults(approved: nil, organisations: 9, groupAnswered: true) == [.noPlan])
    #expect(MultiAgencyTest.faults(approved: false, organisations: 2, groupAnswered: true) == [.notApproved])
    #expect(MultiAgencyTest.faults(approved: true, organisations: 1, groupAnswered: true) == [.oneOrganisation])
    #expect(MultiAgencyTest.faults(approved: true, organisations: 0, groupAnswered: true) == [.noActions])
    #expect(MultiAgencyTest.faults(approved: true, organisations: 2, groupAnswered: false) == [.groupHasNotAnswered])
    #expect(MultiAgencyTest.faults(approved: false, organisations: 0, groupAnswered: false) == [.notApproved, .noActions, .groupHasNotAnswered])
  }

  @Test func aPlanIsClosedWhenItIsAssessedAndNothingIsOpen() {
    #expect(PlanRules.obstacle(toClosing: "", openActions: 0) == .notAssessed)
    #expect(PlanRules.obstacle(toClosing: "Fewer reports", openActions: 1) == .openActions(1))
    #expect(PlanRules.obstacle(toClosing: "Fewer reports", openActions: 0) == nil)
  }
}
