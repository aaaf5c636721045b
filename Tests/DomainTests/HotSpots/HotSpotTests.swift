import Domain
import Testing

/// The state machine of hot spots, whole: what is in the table leads where it says, what is not leads nowhere.
@Suite struct HotSpotTests {
  private let allowed: [(HotSpotState, HotSpotStep, HotSpotState)] = [
    (.suggested, .propose, .proposed), (.suggested, .reject, .rejected),
    (.proposed, .designate, .designated), (.proposed, .reject, .rejected),
    (.designated, .extend, .designated), (.designated, .respond, .underResponse), (.designated, .deDesignate, .deDesignated),
    (.underResponse, .extend, .underResponse), (.underResponse, .monitor, .monitoring), (.underResponse, .deDesignate, .deDesignated),
    (.monitoring, .extend, .monitoring), (.monitoring, .respond, .underResponse), (.monitoring, .deDesignate, .deDesignated),
  ]

  @Test func everyTransitionAndItsComplement() {
    for state in HotSpotState.allCases {
      for step in HotSpotStep.allCases {
        let expected = allowed.first { $0.0 == state && $0.1 == step }?.2
        #expect(state.after(step) == expected, "\(state) \(step)")
        #expect(state.steps.contains(step) == (expected != nil))
      }
    }
  }

  @Test func whatEndedStaysEnded() {
    #expect(HotSpotState.deDesignated.steps.isEmpty && HotSpotState.rejected.steps.isEmpty)
    #expect(Set(HotSpotState.allCases.filter(\.isLive)) == [.designated, .underResponse, .monitoring])
  }

  @Test func aReviewIsAfterTheDecisionAndWithinNinetyDays() {
    let day = Day(year: 2026, month: 11, day: 23)!
    #expect(HotSpotRules.review(by: day, decidedOn: day) == .tooEarly)
    #expect(HotSpotRules.review(by: day + 1, decidedOn: day) == .fits)
    #expect(HotSpotRules.review(by: day + 90, decidedOn: day) == .fits)
    #expect(HotSpotRules.review(by: day + 91, decidedOn: day) == .tooLate)
  }

  @Test func aDesignationTakesTwoPeopleAndAnAnswer() {
    let day = Day(year: 2026, month: 11, day: 23)!
    #expect(HotSpotRules.obstacle(toDesignating: 1, by: 1, answeredOn: day, decidedOn: day) == .proposedByTheSame)
    #expect(HotSpotRules.obstacle(toDesignating: nil, by: 1, answeredOn: day, decidedOn: day) == .proposedByTheSame)
    #expect(HotSpotRules.obstacle(toDesignating: 1, by: 2, answeredOn: nil, decidedOn: day) == .groupHasNotAnswered)
    #expect(HotSpotRules.obstacle(toDesignating: 1, by: 2, answeredOn: day + 1, decidedOn: day) == .decidedBeforeTheAnswer)
    #expect(HotSpotRules.obstacle(toDesignating: 1, by: 2, answeredOn: day, decidedOn: day) == nil)
  }

  @Test func cornersAreReadAsTheyAreTyped() throws {
    let area = try AreaText.coordinates("385000 254900\n385200, 254900\n\n385200;255100\n")
    #expect(area.wellKnownText == "MULTIPOLYGON(((385000.0 254900.0, 385200.0 254900.0, 385200.0 255100.0, 385000.0 254900.0)))")
    #expect(throws: AreaText.Unreadable(sentence: "An area has at least three corners")) { try AreaText.coordinates("385000 254900\n385200 254900") }
    #expect(throws: AreaText.Unreadable.self) { try AreaText.coordinates("385000 254900\nnorth\n1 2") }
    #expect(throws: AreaText.Unreadable.self) { try AreaText.coordinates("-2.2 52.1\n-2.3 52.1\n-2.3 52.2") }
    #expect(throws: AreaText.Unreadable.self) { try AreaText.coordinates("") }
  }

  @Test func geoJSONIsReadInDegreesAndInMetres() throws {
    let degrees = try AreaText.geoJSON(#"{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[-2.22,52.19],[-2.21,52.19],[-2.21,52.2],[-2.22,52.19]]]}}"#)
    guard case .polygons(let polygons, degrees: true) = degrees else { Issue.record("not in degrees"); return }
    #expect(polygons[0][0].count == 4)
    let metres = try AreaText.geoJSON(#"{"type":"MultiPolygon","coordinates":[[[[385000,254900],[385200,254900],[385200,255100]]]]}"#)
    guard case .polygons(_, degrees: false) = metres else { Issue.record("not in metres"); return }
    for wrong in ["", "{", #"{"type":"Point","coordinates":[1,2]}"#, #"{"type":"FeatureCollection","features":[]}"#, #"{"type":"Polygon","coordinates":[[["a","b"]]]}"#,
      #"{"type":"Polygon","coordinates":[[[52.19,-2.22],[52.19,-2.21],[52.2,-2.21]]]}"#, #"{"type":"Polygon","coordinates":[]}"#] {
      #expect(throws: AreaText.Unreadable.self, "\(wrong)") { try AreaText.geoJSON(wrong) }
    }
  }
}
