package import Domain
package import Foundation
package import Postgres
import Web

/// What a hot spot rests on, for one reader: whether some of it is under conditions, the items that the reader may see, and to those who decide
/// what was taken back. Never what an item says.
package struct HotSpotBasis: Sendable {
  /// Whether something it rests on is under conditions, whoever may read those.
  package var hasConditions: Bool
  package var decides: Bool
  /// How many items it rests on, and how many were taken back since the last decision: 0 for those who do not decide.
  package var standing: Int
  package var lost: Int
  package var items: [Item]

  package struct Item: RowDecodable, Sendable {
    package var id: UUID
    package var reference: String
    package var grading: String
    package var conditions: String
    package var marking: Marking

    package init(row: Row) throws {
      id = try row.get("id")
      reference = try row.get("reference")
      grading = try row.get("grading")
      conditions = try row.get("conditions")
      marking = try row.get("classification")
    }
  }

  fileprivate struct Outline: RowDecodable, Sendable {
    var hasConditions: Bool
    var decides: Bool
    var standing: Int
    var lost: Int

    init(row: Row) throws {
      hasConditions = try row.get("has_conditions")
      decides = try row.get("decides")
      standing = try row.get("standing")
      lost = try row.get("lost")
    }
  }

  var lookAgain: String? {
    guard lost > 0 else { return nil }
    let gone = lost == 1 ? "One item it rested on was taken back" : "\(lost) items it rested on were taken back"
    return standing < HotSpotBasisRule.leastItems
      ? "\(gone). It falls below the threshold of \(HotSpotBasisRule.leastItems) without \(lost == 1 ? "it" : "them"): look again." : "\(gone). It still rests on \(standing): look again."
  }

  var view: ViewData {
    let count = items.count
    return [
      "lookAgain": lookAgain, "hasConditions": hasConditions, "words": count == 0 ? "It rests on no intelligence that you may see." : count == 1 ? "It rests on one item you may see." : "It rests on \(count) items you may see.",
      "items": items.map { item in
        [
          "reference": item.reference, "address": Path.intelligence(item.id), "note": [item.grading, item.marking.name].filter { !$0.isEmpty }.joined(separator: ", "),
          "conditions": item.conditions.isEmpty ? nil : item.conditions,
        ] as ViewData
      },
      "hasItems": count > 0,
    ]
  }
}

extension HotSpotStore {
  /// What a hot spot rests on; nil where it rests on no intelligence.
  package func basis(_ id: UUID, for officer: Officer) async throws -> HotSpotBasis? {
    let (outlines, items) = try await database.read(
      as: officer, Query<HotSpotBasis.Outline>("SELECT has_conditions, decides, standing, lost FROM sec.hot_spot_basis(\(id))"),
      Query<HotSpotBasis.Item>(
        """
        SELECT i.id, i.reference, i.conditions, i.classification,
               coalesce(i.source_grade || i.information_grade || ' ' || i.handling, i.legacy_source || i.legacy_information || ' ' || i.legacy_handling, '') AS grading
          FROM hot_spot_item l JOIN intelligence_item i ON i.id = l.item_id
         WHERE l.hot_spot_id = \(id) AND l.unlinked_on IS NULL AND i.state IN ('received', 'closed') ORDER BY i.received_on DESC, i.reference COLLATE "C"
        """))
    return outlines.first.map { HotSpotBasis(hasConditions: $0.hasConditions, decides: $0.decides, standing: $0.standing, lost: $0.lost, items: items) }
  }
}
