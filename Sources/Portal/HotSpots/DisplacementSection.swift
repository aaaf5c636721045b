import Domain
import Foundation
import Web

/// Whether concern went down or moved next door, and how well the area was drawn: counts, with what they can and cannot say.
struct DisplacementSection: ViewModel {
  private struct Line: Sendable {
    let name: String
    let before: Int
    let after: Int
  }

  private let lines: [Line]
  private let lead: String
  private let accuracy: String

  init(_ found: Displacement, _ rule: SuggestionRule, _ hotSpot: HotSpot, _ officer: Officer, metres: Int) {
    lines = [
      Line(name: metres == 0 ? "In the hot spot" : "In the hot spot and \(metres) metres around it", before: found.insideBefore, after: found.insideAfter),
      Line(name: "In the ring of \(HotSpotRules.displacement) metres beyond", before: found.ringBefore, after: found.ringAfter),
    ]
    let span = found.days == 1 ? "the day" : "the \(found.days) days"
    lead = "Items of information in \(span) before \(hotSpot.designatedOn?.words ?? "the designation") and as many from it on, of those that you may see. "
      + "Fewer inside and more in the ring may mean that concern moved; more items may also mean that more people look."
    // Of some items only, an index would say something of the reader, not of the place.
    accuracy = officer.may(.handleIntelligence, in: hotSpot.authority)
      ? Self.words(found.accuracy(rule), days: found.days) : "The predictive accuracy index is given to those who see every item of the partnership."
  }

  private static func words(_ accuracy: PredictiveAccuracy, days: Int) -> String {
    switch accuracy {
    case .index(let value, let inArea, let all):
      "Predictive accuracy index \(value.words(1)), of the \(days) days since the designation: \(inArea) of \(all.grouped) placed items (n = \(all.grouped)) fell into the hot spot’s share of the partnership’s area. "
        + "1 is what chance gives. It counts items after the designation only, since those before it drew the area."
    case .tooFew(let many, let least):
      "No predictive accuracy index: \(many == 1 ? "one placed item" : "\(many) placed items") since the designation in the whole partnership (n = \(many)), and with fewer than \(least) it says nothing."
    case .areaNotKnown: "No predictive accuracy index: the outlines of the partnership’s districts are not loaded, so its area is not known."
    }
  }

  var viewData: ViewData {
    let table = Table<Line>(rowHeader: "where", [.text("where", "Where") { $0.name }, .number("before", "Before") { $0.before }, .number("after", "After") { $0.after }])
    return ["lead": lead, "countsHTML": table.html(lines, caption: "Items before and after the designation"), "accuracyWords": accuracy]
  }
}
