import Domain
import Foundation
import Web

/// What the map is narrowed by: the map, its data and the tables below it read the same.
struct MapFilter: Sendable {
  var state: HotSpotState?
  var partnership: Int?
  var register: Register?

  init() {}
  init(_ query: QueryItems) {
    state = query["state"].flatMap(HotSpotState.init)
    partnership = query["csp"].flatMap(Int.init).flatMap { (1...999).contains($0) ? $0 : nil }
    register = query["register"].flatMap(Register.init).flatMap { Self.registers.contains($0) ? $0 : nil }
  }

  /// Registers whose rows stand somewhere.
  static let registers: [Register] = [.premises, .accommodation, .operators]
  /// What has not ended, unless a state is chosen.
  var states: [HotSpotState] { state.map { [$0] } ?? HotSpotState.allCases.filter { $0 != .deDesignated && $0 != .rejected } }

  var listed: HotSpotFilter {
    var filter = HotSpotFilter()
    filter.states = states
    filter.partnership = partnership
    return filter
  }
  var dataAddress: String {
    var parts = URLComponents()
    parts.path = Path.hotSpotMap + "/data"
    let items = [("state", state?.rawValue), ("csp", partnership.map { String($0) }), ("register", register?.rawValue)]
    parts.queryItems = items.compactMap { name, value in value.map { URLQueryItem(name: name, value: $0) } }
    return parts.queryItems?.isEmpty == false ? parts.string ?? parts.path : parts.path
  }
}

/// The files that a map loads, with what it draws on.
struct MapFiles: ViewModel {
  var style: String
  var scripts: [String]
  var module: String
  var tiles: MapTiles?

  init(_ site: Site) throws {
    style = try site.assets.address("leaflet.css")
    scripts = [try site.assets.address("leaflet.js"), try site.assets.address("leaflet.markercluster.js")]
    module = try site.assets.address("map.js")
    tiles = site.environment.tiles
  }
  private init() { (style, scripts, module) = ("/assets/leaflet.css", ["/assets/leaflet.js"], "/assets/map.js") }
  static let sample = MapFiles()

  var viewData: ViewData {
    ["hotSpotsAddress": Path.hotSpots, "mapStyle": style, "mapScripts": scripts, "mapModule": module, "tileAddress": tiles?.address ?? "", "tileAttribution": tiles?.attribution ?? ""]
  }
}

/// A hot spot's place on the map and in the table.
struct PlacedHere: Sendable {
  let place: HotSpotPlace
  let hotSpot: HotSpot?
}

/// Hot spots and what stands in them, on a map and in tables that say the same.
struct MapPage: Page {
  static let template = "hotspots/map"
  /// More places than these are neither sent nor listed at once: they are shown area by area.
  static let mostPlaces = 1_000

  let filter: MapFilter
  let query: QueryItems
  let hotSpots: [HotSpot]
  let places: [HotSpotPlace]
  let map: TrustedHTML
  let files: MapFiles
  let settings: Settings?
  let today: Day

  var viewData: ViewData {
    let settings = settings, today = today
    let known = Dictionary(uniqueKeysWithValues: hotSpots.map { ($0.id, $0) })
    let isWithheld = places.count > Self.mostPlaces
    let counts = Dictionary(grouping: places, by: \.hotSpot).mapValues { ($0.count, $0.count { $0.guidance != .none }) }
    let spotTable = Table<HotSpot>(rowHeader: "name", [
      Column("name", "Hot spot") { .titled(address: $0.path, text: $0.name, note: $0.reference) }, .tag("state", "State") { $0.state.tag },
      .text("district", "District") { settings?.authority($0.authority)?.name }, .text("middle", "Middle") { $0.middle?.reference },
      .text("size", "Size") { $0.sizeWords }, .text("review", "Look at it again by") { $0.reviewWords(today) },
      .number("places", "Places") { counts[$0.id]?.0 ?? 0 }, .number("with", "With guidance") { counts[$0.id]?.1 ?? 0 },
    ])
    let placeTable = Table<PlacedHere>(rowHeader: "name", [
      .text("name", "Place") { $0.place.lines }, .text("kind", "Known as") { $0.place.registerWords },
      .text("district", "District") { settings?.authority($0.place.authority)?.name },
      .text("spot", "Hot spot") { here in here.hotSpot.map { "\($0.reference) \($0.name)" } },
      .text("where", "Where") { $0.place.isInside ? "Inside" : "\($0.place.distance.grouped) m outside" }, .tag("guidance", "Guidance") { $0.place.guidance.tag },
    ])
    let any = Field.Choice("", "Any")
    let form = FormView(
      action: Path.hotSpotMap, method: .get,
      parts: [
        .field(.select("state", "State", filter.state?.rawValue ?? "", [.init("", "Not ended")] + HotSpotState.allCases.map { .init($0.rawValue, $0.name) })),
        .field(.select("csp", "Partnership", filter.partnership.map { String($0) } ?? "", [any] + (settings?.county.partnerships ?? []).map { .init(String($0.id), $0.name) })),
        .field(.select("register", "Places", filter.register?.rawValue ?? "", [any] + MapFilter.registers.map { .init($0.rawValue, $0.placeWords) })),
      ], buttons: [.init("Apply filter", .secondary)])
    let chosen: [FilterPanel.Chosen] = [
      ("state", filter.state?.name), ("csp", filter.partnership.flatMap { settings?.partnership($0)?.name }), ("register", filter.register?.placeWords),
    ].compactMap { name, label in label.map { FilterPanel.Chosen($0, removeAddress: query.removing(name).address) } }
    return files.viewData.merging([
      "title": "Map of hot spots", "breadcrumbs": Breadcrumbs(Breadcrumb("Hot spots", Path.hotSpots), Breadcrumb("Map")),
      "mapHTML": map, "hasMap": !map.isEmpty, "dataAddress": filter.dataAddress, "legendHTML": MapDrawing.countyLegend,
      "filter": FilterPanel(form: form, chosen: chosen, clearAddress: Path.hotSpotMap),
      "note": "Places with a current licence or registration, in a hot spot or within \(HotSpotRules.buffer) metres of it; guidance as of today. Lines are drawn to within a few metres.",
      "spotsHTML": spotTable.html(hotSpots, caption: "Hot spots on the map", empty: .init("No hot spots", "Nothing matches.")),
      "placesHTML": isWithheld ? nil : placeTable.html(
        places.map { PlacedHere(place: $0, hotSpot: $0.hotSpot.flatMap { known[$0] }) }, caption: "Places on the map, hot spot by hot spot, the nearest first",
        empty: .init("No places", "No place with a current licence or registration is known in or around these hot spots.")),
      "withheldWords": isWithheld ? "More than \(Self.mostPlaces.grouped) places are too many to list here. Choose a partnership or a kind of place, or open a hot spot: its page lists its own. The map shows them from nearby." : nil,
    ])
  }

  static var samples: [MapPage] {
    [MapPage(filter: MapFilter(), query: QueryItems(path: Path.hotSpotMap), hotSpots: [], places: [], map: .none, files: .sample, settings: nil, today: Day(dayNumber: 739_943))]
  }
}

extension Register {
  /// What of the register stands on a map.
  var placeWords: String { self == .operators ? "Operators’ bases" : title }
}

extension HotSpotPlace {
  var registerWords: String {
    let words = registers.map { Register(rawValue: $0) == .operators ? "operator’s base" : $0 }.joined(separator: ", ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }
  /// "The Merry Salmon, 12 Quay Street, Worcester, WR1 2AB"
  var lines: String {
    let rest = address.split(separator: "\n").map(String.init).filter { $0 != title }
    return ([title] + rest + [postcode].compactMap { $0 }).joined(separator: ", ")
  }
}

extension HotSpot {
  var sizeWords: String { size >= 100_000 ? "\(size / 10_000) hectares" : "\(size.grouped) square metres" }
}
