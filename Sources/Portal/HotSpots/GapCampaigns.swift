import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// Campaigns for the places of a hot spot that have no guidance: drawn up at one press, one for each guidance that is for such places.
/// Nothing goes out before somebody has looked at them.
enum GapCampaigns {
  static func add(to routes: Routes) { routes.may(.runCampaigns, .post, "hot-spots/{id}/campaigns", draw) }

  /// The districts of places without guidance for which the officer runs campaigns.
  static func districts(_ hotSpot: HotSpot, _ places: [HotSpotPlace], _ officer: Officer) -> [Int] {
    guard hotSpot.state.isLive else { return [] }
    return Set(places.filter { $0.guidance == .none }.map(\.authority)).filter { officer.may(.runCampaigns, in: $0) }.sorted()
  }

  /// The button, where there is something to draw up.
  static func form(_ hotSpot: HotSpot, _ places: [HotSpotPlace], within metres: Int, _ officer: Officer, tokens: [FormToken]) -> FormView? {
    guard !districts(hotSpot, places, officer).isEmpty else { return nil }
    return FormView(
      action: Path.hotSpot(hotSpot.id, "campaigns"), tokens: tokens, parts: [.field(.hidden("metres", String(metres)))],
      buttons: [.init("Make a campaign for places without guidance")])
  }

  private static func draw(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let hotSpot = try await visit.hotSpot(may: .readHotSpots)
    let metres = fields["metres"].flatMap(Int.init).flatMap { HotSpotRules.buffers.contains($0) ? $0 : nil } ?? HotSpotRules.buffer
    let places = try await HotSpotRoutes.store(visit).places(hotSpot.id, within: metres, on: visit.today, for: visit.officer)
    let authorities = districts(hotSpot, places, visit.officer)
    let campaigns = CampaignRoutes.store(visit)
    let new = authorities.isEmpty ? [] : try await campaigns.closing(hotSpot, within: metres, in: authorities, offered: CampaignRoutes.offered(visit), for: visit.officer)
    guard let only = new.first else {
      throw Problem(
        .conflict, "There is nobody to give it to", "No guidance in effect is for the places here that have none, or a campaign for it is drawn up already.",
        wayOn: ("See the hot spot", hotSpot.path))
    }
    let ids = try await campaigns.draft(new, leadingTo: new.count == 1 ? nil : hotSpot.path + "#guidance", once: SentForm(fields), by: visit.officer)
    return visit.redirect(
      to: new.count == 1 ? Path.campaign(ids[0]) : hotSpot.path + "#guidance",
      saying: new.count == 1
        ? "\(only.name) is drawn up. Nothing goes out until you fix the list and run it."
        : "\(new.count) campaigns are drawn up, one for each guidance. Nothing goes out until you fix their lists and run them.")
  }
}

extension CampaignStore {
  /// Of each guidance in effect a campaign for those in and around a hot spot who are owed it; none for guidance that nobody there is owed, or for
  /// which one is drawn up or under way. Named by the reference: whoever reads campaigns need not know which place it is.
  func closing(_ hotSpot: HotSpot, within metres: Int, in authorities: [Int], offered: [LicenceKind], for officer: Officer) async throws -> [NewCampaign] {
    var left = Set(offered.filter { $0.register != .drivers }.map(\.rawValue))
    var new: [NewCampaign] = []
    for version in try await versions(for: officer) {
      let kinds = version.audience.filter(left.contains).sorted()
      guard !kinds.isEmpty else { continue }
      let population = Population(authorities: authorities, kinds: kinds, gap: .owed, hotSpot: hotSpot.id.uuidString.lowercased(), metres: metres)
      let owed = try await database.read(
        as: officer,
        Query<Scalar<Int>>(
          """
          SELECT count(*) AS value FROM campaign_population(\(try Self.json(population))::jsonb, \(version.id), \(Channel.letter), \(environment.today())) p
           WHERE p.reason IS NULL AND NOT EXISTS (SELECT FROM campaign c WHERE c.version_id = \(version.id) AND c.state NOT IN ('finished', 'cancelled')
             AND c.population ->> 'hotSpot' = \(population.hotSpot))
          """)
      ).first?.value ?? 0
      guard owed > 0 else { continue }
      left.subtract(kinds)
      new.append(NewCampaign(
        name: String("\(hotSpot.reference): \(version.name)".prefix(120)), population: population, versionID: version.id, channel: .letter,
        occasion: .hotspotCampaign))
    }
    return new
  }
}
