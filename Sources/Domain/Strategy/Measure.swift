/// A measure that is counted from rows (domain rules of the plan's measures), never typed.
package enum Measure: String, Codable, Sendable, CaseIterable {
  case hotSpotsReviewed = "hot_spots_reviewed"
  case hotSpotsWithPlan = "hot_spots_with_plan"
  case guidanceTrade = "guidance_trade"
  case renewalsWithGuidance = "renewals_with_guidance"
  case eventsWithItem = "events_with_item"
  case guidancePremises = "guidance_premises"
  case membersTrained = "members_trained"
  case guidanceAccommodation = "guidance_accommodation"

  package var name: String {
    switch self {
    case .hotSpotsReviewed: "Hot spots designated or reviewed in the last 90 days"
    case .hotSpotsWithPlan: "Hot spots with a multi-agency plan"
    case .guidanceTrade: "Drivers and operators with guidance in force"
    case .renewalsWithGuidance: "Renewals of the last year that went with guidance"
    case .eventsWithItem: "Districts with a forum or meeting on CSE in the last year"
    case .guidancePremises: "Licensed premises with guidance in force"
    case .membersTrained: "Members of licensing committees with valid CSE training"
    case .guidanceAccommodation: "B&Bs, hotels, hostels and HMOs with guidance in force"
    }
  }

  /// What is counted, for the page's key.
  package var rule: String {
    switch self {
    case .hotSpotsReviewed: "Hot spots designated, under response or watched on the day; the last designation or review no more than 90 days before."
    case .hotSpotsWithPlan: "Hot spots designated, under response or watched on the day; an approved plan with agreed actions of two organisations or more, and an answer of the Missing Children, CSE and Trafficking Group."
    case .guidanceTrade: "Current licences of drivers and operators on the day; guidance given in their guidance year, not withdrawn."
    case .renewalsWithGuidance: "Renewals granted in the twelve months to the day; guidance given near the grant."
    case .eventsWithItem: "The districts; those in which a forum, liaison meeting or Pubwatch with an item on CSE was held in the twelve months to the day."
    case .guidancePremises: "Places with a current premises licence or club certificate on the day, each once; some registration there holds guidance."
    case .membersTrained: "Members and substitutes in office on licensing committees on the day; CSE training valid and signed that day."
    case .guidanceAccommodation: "Places with a current registration of accommodation on the day, each once; some registration there holds guidance."
    }
  }

  /// What is one of them, for sentences.
  package var noun: (one: String, many: String) {
    switch self {
    case .hotSpotsReviewed, .hotSpotsWithPlan: ("hot spot", "hot spots")
    case .guidanceTrade: ("licence", "licences")
    case .renewalsWithGuidance: ("renewal", "renewals")
    case .eventsWithItem: ("district", "districts")
    case .guidancePremises, .guidanceAccommodation: ("place", "places")
    case .membersTrained: ("member", "members")
    }
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
  package var points: Double? { percent.map { $0.rounded(.down) } }
  package var missing: Int { whole - part }
  /// "1,204 of 1,310 (92%)". Never rounded up to all: 99.6% is said to be 99%.
  package var words: String {
    guard let percent else { return "Nothing to count" }
    return "\(Self.grouped(part)) of \(Self.grouped(whole)) (\(Int(percent))%)"
  }
  /// 1234 as "1,234".
  private static func grouped(_ number: Int) -> String {
    number < 1000 ? String(number) : grouped(number / 1000) + "," + String(String(number % 1000 + 1000).dropFirst())
  }
  package static func + (a: Self, b: Self) -> Self { Self(a.part + b.part, of: a.whole + b.whole) }
}
