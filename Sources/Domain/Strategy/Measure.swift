/// A measure that is counted from rows (domain rules of the plan's measures), never typed. Each is a function `sec.measure_…` of a day.
package enum Measure: String, Codable, Sendable, CaseIterable {
  case hotSpotsReviewed = "hot_spots_reviewed"
  case hotSpotsWithPlan = "hot_spots_with_plan"
  case plansInTime = "plans_in_time"
  case reviewsOnTime = "reviews_on_time"
  case partnershipLinks = "partnership_links"
  case partnershipDuties = "partnership_duties"
  case guidanceTrade = "guidance_trade"
  case renewalsWithGuidance = "renewals_with_guidance"
  case eventsWithItem = "events_with_item"
  case holdersAtEvents = "holders_at_events"
  case guidancePremises = "guidance_premises"
  case guidancePremisesHotSpots = "guidance_premises_hot_spots"
  case guidancePremisesElsewhere = "guidance_premises_elsewhere"
  case membersTrained = "members_trained"
  case membersInducted = "members_inducted"
  case hearingsPanelTrained = "hearings_panel_trained"
  case guidanceAccommodation = "guidance_accommodation"
  case accommodationGuidance = "accommodation_guidance"
  case enforcementReview = "enforcement_review"
  case problemProfile = "problem_profile"
  case problemProfileAvailable = "problem_profile_available"
  case datasetAgreed = "dataset_agreed"
  case datasetSupplied = "dataset_supplied"
  case datasetInTime = "dataset_in_time"
  case disruptionReturned = "disruption_returned"
  case agenciesAssured = "agencies_assured"
  case officersTrained = "officers_trained"
  case strategyReviewed = "strategy_reviewed"

  package var name: String {
    switch self {
    case .hotSpotsReviewed: "Hot spots designated or reviewed in the last 90 days"
    case .hotSpotsWithPlan: "Hot spots with a multi-agency plan"
    case .plansInTime: "Plans approved within the time allowed"
    case .reviewsOnTime: "Reviews of hot spots held by their day"
    case .partnershipLinks: "Plan items on Nightsafe and Street Pastors that are verified"
    case .partnershipDuties: "Partnerships whose plan answers for CSE"
    case .guidanceTrade: "Drivers and operators with guidance in force"
    case .renewalsWithGuidance: "Renewals of the last year that went with guidance"
    case .eventsWithItem: "Districts with a forum or meeting on CSE in the last year"
    case .holdersAtEvents: "Drivers and operators reached at a forum or meeting in the last year"
    case .guidancePremises: "Licensed premises with guidance in force"
    case .guidancePremisesHotSpots: "Licensed premises in hot spots with guidance in force"
    case .guidancePremisesElsewhere: "Licensed premises elsewhere with guidance in force"
    case .membersTrained: "Members of licensing committees with valid CSE training"
    case .membersInducted: "New members trained within their time for induction"
    case .hearingsPanelTrained: "Hearings at which the whole panel was trained"
    case .guidanceAccommodation: "B&Bs, hotels, hostels and HMOs with guidance in force"
    case .accommodationGuidance: "Guidance for B&Bs, hostels and HMOs is approved"
    case .enforcementReview: "Review of an enforcement team: conditions met"
    case .problemProfile: "The problem profile was published in the last year"
    case .problemProfileAvailable: "The problem profile was made available in the last year"
    case .datasetAgreed: "The common dataset is agreed"
    case .datasetSupplied: "Items of the common dataset that were supplied"
    case .datasetInTime: "Items of the common dataset that came in time"
    case .disruptionReturned: "Organisations that returned their orders and notices"
    case .agenciesAssured: "Agencies that assure that all their staff are trained"
    case .officersTrained: "Officers who decide licences with valid CSE training"
    case .strategyReviewed: "The strategy was reviewed in the last year"
    }
  }

  /// What is counted, for the page's key.
  package var rule: String {
    switch self {
    case .hotSpotsReviewed: "Hot spots designated, under response or watched on the day; the last designation or review no more than 90 days before."
    case .hotSpotsWithPlan: "Hot spots designated, under response or watched on the day; an approved plan with agreed actions of two organisations or more, and an answer of the Missing Children, CSE and Trafficking Group."
    case .plansInTime: "Hot spots of the day whose plan is approved, or whose time for it is over; those with a plan approved within that time of designation."
    case .reviewsOnTime: "Reviews that fell due in the twelve months before the day; those held, or made needless by an end, by the day they were due."
    case .partnershipLinks: "Items of the partnership plans of the year that are tagged Nightsafe or Street Pastors; those that somebody else verified."
    case .partnershipDuties: "Partnerships; those whose plan of the year has an item tagged CSE with an owner, a risk assessment and an entry of monitoring in the three months to the day."
    case .guidanceTrade: "Current licences of drivers and operators on the day; guidance given in their guidance year, not withdrawn."
    case .renewalsWithGuidance: "Renewals granted in the twelve months to the day; guidance given near the grant."
    case .eventsWithItem: "The districts; those in which a forum, liaison meeting or Pubwatch with an item on CSE was held in the twelve months to the day."
    case .holdersAtEvents: "Current licences of drivers and operators on the day; those whose holder came to a forum, liaison meeting or Pubwatch with an item on CSE in the twelve months to the day."
    case .guidancePremises: "Places with a current premises licence or club certificate on the day, each once; some registration there holds guidance."
    case .guidancePremisesHotSpots: "The same places, of those in a hot spot of the day or near it."
    case .guidancePremisesElsewhere: "The same places, of those in no hot spot of the day and near none."
    case .membersTrained: "Members and substitutes in office on licensing committees on the day; CSE training valid and signed that day."
    case .membersInducted: "Members first appointed in the twelve months to the day whose time for induction is over, or who were trained within it; CSE training completed and signed within that time."
    case .hearingsPanelTrained: "Hearings held in the twelve months to the day; every member of the panel had CSE training valid and signed on the day of the hearing."
    case .guidanceAccommodation: "Places with a current registration of accommodation on the day, each once; some registration there holds guidance."
    case .accommodationGuidance: "A version of guidance for accommodation that is approved, in effect and not withdrawn on the day."
    case .enforcementReview: "Three conditions: the problem profile was refreshed within twelve months; guidance reaches its target over drivers, operators, premises and accommodation together; the decision is recorded."
    case .problemProfile: "A problem profile published in the twelve months to the day."
    case .problemProfileAvailable: "A problem profile made available to the group in the twelve months to the day."
    case .datasetAgreed: "An edition of the common dataset agreed by the day."
    case .datasetSupplied: "Items owed for the last quarter whose returns were due before the day, by the edition agreed at its end; those supplied by the day."
    case .datasetInTime: "The same items; those supplied by the day they were due."
    case .disruptionReturned: "Organisations that owed a return of orders for the last quarter whose returns were due before the day; those that made it."
    case .agenciesAssured: "Agencies that owed a training assurance for the last year whose returns were due before the day; those that assure that all staff are trained at the level right for them."
    case .officersTrained: "Officers appointed to decide licences on the day; CSE training valid and signed that day."
    case .strategyReviewed: "A yearly review of the strategy recorded in the twelve months to the day."
    }
  }

  /// What is one of them, for sentences.
  package var noun: (one: String, many: String) {
    switch self {
    case .hotSpotsReviewed, .hotSpotsWithPlan, .plansInTime: ("hot spot", "hot spots")
    case .reviewsOnTime: ("review", "reviews")
    case .partnershipLinks: ("item", "items")
    case .partnershipDuties: ("partnership", "partnerships")
    case .guidanceTrade, .holdersAtEvents: ("licence", "licences")
    case .renewalsWithGuidance: ("renewal", "renewals")
    case .eventsWithItem: ("district", "districts")
    case .guidancePremises, .guidancePremisesHotSpots, .guidancePremisesElsewhere, .guidanceAccommodation: ("place", "places")
    case .membersTrained, .membersInducted: ("member", "members")
    case .hearingsPanelTrained: ("hearing", "hearings")
    case .enforcementReview: ("condition", "conditions")
    case .datasetSupplied, .datasetInTime: ("item", "items")
    case .disruptionReturned: ("organisation", "organisations")
    case .agenciesAssured: ("agency", "agencies")
    case .officersTrained: ("officer", "officers")
    case .accommodationGuidance, .problemProfile, .problemProfileAvailable, .datasetAgreed, .strategyReviewed: ("answer", "answers")
    }
  }

  /// Whether it is one question with yes or no for an answer.
  package var isYesOrNo: Bool {
    switch self {
    case .accommodationGuidance, .problemProfile, .problemProfileAvailable, .datasetAgreed, .strategyReviewed: true
    default: false
    }
  }

  /// A value of it in words: "Yes" where it is one question.
  package func words(_ value: MeasureValue) -> String {
    guard isYesOrNo, value.whole == 1 else { return value.words }
    return value.part == 1 ? "Yes" : "No"
  }
}

/// So many of so many.
package struct MeasureValue: Sendable, Equatable, Codable {
  package var part: Int
  package var whole: Int

  package init(_ part: Int, of whole: Int) {
    self.part = part
    self.whole = whole
  }

  /// In percent; nil where there is nothing to count: "not applicable", never 0 or 100.
  package var percent: Double? { whole == 0 ? nil : Double(part) * 100 / Double(whole) }
  /// The same in whole points, as it is said in words: what a chart draws and what a table says are one figure.
  package var points: Double? { Percent.whole(part, of: whole).map { Double($0) } }
  package var missing: Int { whole - part }
  /// "92%", or "n/a".
  package var share: String { Percent.words(part, of: whole) }
  /// "1,204 of 1,310 (92%)"
  package var words: String { whole == 0 ? "Nothing to count" : "\(Self.grouped(part)) of \(Self.grouped(whole)) (\(share))" }
  /// 1234 as "1,234".
  private static func grouped(_ number: Int) -> String {
    number < 1000 ? String(number) : grouped(number / 1000) + "," + String(String(number % 1000 + 1000).dropFirst())
  }
  package static func + (a: Self, b: Self) -> Self { Self(a.part + b.part, of: a.whole + b.whole) }
}
