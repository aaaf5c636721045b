import Domain
import Testing

/// Each rule fires on what it is for, and lets its nearest harmless neighbour pass.
@Suite struct ChildScreenTests {
  private let today = Day(iso: "2026-11-24")!

  @Test(arguments: [
    (ChildRule.dateOfBirth, "A girl, DOB 12/03/2011, was there", "Seen on 12/03/2026 near the rank"),
    (.dateOfBirth, "One of them has the date of birth given below", "The bar dates from 1911 and has changed hands"),
    (.dateOfBirth, "4 March 2012 is on the card", "On 4 March 2026 the lights were out"),
    (.age, "Jamie, 14, was in the car", "Cars, 14 of them, were in the yard"),
    (.age, "We think Keeley is 15 years old", "Young people aged 15 to 17 gather there"),
    (.age, "Seen with Marlon who is aged 13", "A sign says nobody aged 13 is served in Worcester"),
    (.age, "Jamie is a 14 year old", "The hotel is 14 years old"),
    (.school, "She attends the school by the river", "It is busiest after school hours"),
    (.school, "Wears the badge of Oakmere High School", "Leaflets were sent to every school"),
    (.school, "A year 9 pupil was there", "In year 9 of the licence the terms changed"),
    (.nhsNumber, "Number 943 476 5919 on a letter", "Number 943 476 5918 on a letter"),
    (.niNumber, "A card with QQ 12 34 56 C" .replacing("QQ", with: "AB"), "A plate with AB12 CDE"),
    (.pupilNumber, "Number A801200001001 in a bag", "Parcel number 801200001001 in a bag"),
    (.childNamed, "A girl called jamie gets in", "A bar called Jamie’s opens late"),
    (.childNamed, "The boy Marlon waits outside", "The boy waits outside"),
    (.childNamed, "A girl K.L. waits outside", "A girl in Worcester waits outside"),
    (.relation, "It is the landlord’s daughter", "Daughters and sons of the trade meet there"),
    (.care, "One is in foster care", "The staff take care with the doors"),
  ]) func eachRuleHasItsComplement(rule: ChildRule, refused: String, allowed: String) {
    #expect(ChildScreen.rules(in: refused, today: today).contains(rule), "\(refused)")
    #expect(!ChildScreen.rules(in: allowed, today: today).contains(rule), "\(allowed)")
  }

  @Test func whatIsAboutAPlacePasses() {
    let text = """
      Cars stop behind the takeaway on Pump Street in Worcester after eleven on Fridays. Groups of young people aged about 14 to 16 get out and go into \
      the car park. Staff of the Golden Lantern Inn have seen the same silver hatchback four times since 3 November 2026.
      """
    #expect(ChildScreen.rules(in: text, today: today) == [])
  }

  @Test func conditionsAreSaidWhereThereAreAny() {
    #expect(Handling.permitted.fault(in: "") == nil)
    #expect(Handling.permitted.fault(in: "Ask first") != nil)
    #expect(Handling.conditions.fault(in: "") != nil)
    #expect(Handling.conditions.fault(in: "Ask first") == nil)
    #expect(Handling.conditions.fault(in: String(repeating: "x", count: 501)) != nil)
    #expect(Conditions.askAcknowledgement("Ask first", acknowledged: nil))
    #expect(!Conditions.askAcknowledgement("Ask first", acknowledged: "Ask first"))
    #expect(Conditions.askAcknowledgement("Never share", acknowledged: "Ask first"))
    #expect(!Conditions.askAcknowledgement("", acknowledged: nil))
  }

  @Test func onlyOneAnswerOpensTheForm() {
    #expect(StopAnswer.allCases.filter(\.maySubmit) == [.none])
  }
}
