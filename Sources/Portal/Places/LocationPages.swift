import Domain
import Foundation
import Web

/// Locations in walking order, with what is not on the map.
struct LocationListPage: Page {
  static let template = "places/list"
  let rows: [Location]
  let filter: LocationStore.Filter
  let query: QueryItems
  let pagination: Pagination?
  let counts: LocationStore.Counts?
  let settings: Settings?
  /// Whether all registers are seen: only then is it known what no licence shows.
  var seesAll = false

  var viewData: ViewData {
    let table = Table<Location>(rowHeader: "place", [
      Column("place", "Place") { .titled(address: Path.location($0.id), text: $0.title, note: $0.name.isEmpty ? "" : $0.place.words) },
      .text("district", "District") { settings?.authority($0.authority)?.name },
      Column("grid", "Grid reference", align: .nowrap) { $0.place.grid.map { .text($0.reference) } ?? .tag(StatusTag("Not on the map", .yellow)) },
      .number("registrations", "Registrations") { $0.registrations },
    ])
    let authorities = (settings?.county.authorities ?? []).map { Field.Choice($0.slug, $0.name) }
    let form = FormView(
      action: Path.locations, method: .get,
      parts: [
        .field(.select("district", "District", filter.authority.flatMap { settings?.authority($0)?.slug } ?? "", [.init("", "Any")] + authorities)),
        .field(.select("map", "On the map", filter.isUnplaced ? "no" : "", [.init("", "Any"), .init("no", "Not on the map")])),
      ], buttons: [.init("Apply filter", .secondary)])
    var chosen: [FilterPanel.Chosen] = []
    if let name = filter.authority.flatMap({ settings?.authority($0)?.name }) { chosen.append(.init(name, removeAddress: query.removing("district", "after", "before").address)) }
    if filter.isUnplaced { chosen.append(.init("Not on the map", removeAddress: query.removing("map", "after", "before").address)) }
    return [
      "title": "Locations", "all": (counts?.all ?? 0).grouped, "unplaced": (counts?.unplaced ?? 0).grouped,
      "unplacedAddress": QueryItems(path: Path.locations, [("map", "no")]).address, "duplicatesAddress": Path.duplicates, "unlicensedAddress": seesAll ? Path.locations + "/unlicensed" : nil,
      "filter": FilterPanel(form: form, chosen: chosen, clearAddress: Path.locations), "pagination": pagination,
      "tableHTML": table.html(
        rows, caption: "Locations",
        empty: chosen.isEmpty
          ? .init("No locations yet", "Import a register of premises or accommodation, or add one by hand.", link: "Import a register", address: Path.imports)
          : .init("Nothing matches", "Take a filter away to see more.", link: "Clear all filters", address: Path.locations)),
    ]
  }

  static var samples: [LocationListPage] {
    [LocationListPage(rows: [], filter: .init(authority: nil, isUnplaced: false), query: QueryItems(path: Path.locations, []), pagination: nil, counts: nil, settings: nil)]
  }
}

/// Pairs of locations that may be one, likeliest first.
struct DuplicatesPage: Page {
  static let template = "places/duplicates"
  let suggestions: [LocationStore.Suggestion]
  let settings: Settings?
  /// The districts in which the reader may make two locations one.
  let mergeable: Set<Int>

  var viewData: ViewData {
    let mergeable = mergeable
    let table = Table<LocationStore.Suggestion>(rowHeader: "one", [
      .text("one", "One") { $0.oneTitle }, .text("other", "The other") { $0.otherTitle }, .text("why", "They have") { $0.why.capitalizedFirst },
      .text("district", "District") { settings?.authority($0.authority)?.name },
      Column("compare", "Action", plain: { _ in "" }) { pair, out in
        guard mergeable.contains(pair.authority) else { return }
        out.append("<a class=\"govuk-link\"")
        out.append(href: Path.location(pair.one) + "/merge/" + pair.other.uuidString.lowercased())
        out.append(">Compare<span class=\"govuk-visually-hidden\">: ")
        out.append(escaping: pair.oneTitle)
        out.append("</span></a>")
      },
    ])
    return [
      "title": "Possible duplicates", "breadcrumbs": Breadcrumbs(Breadcrumb("Locations", Path.locations), Breadcrumb("Possible duplicates")),
      "tableHTML": table.html(suggestions, caption: "Possible duplicates", empty: .init("No duplicates are suspected", "Nothing looks alike, or all that did was looked at.")),
    ]
  }

  static var samples: [DuplicatesPage] { [DuplicatesPage(suggestions: [], settings: nil, mergeable: [])] }
}

/// One place: where it is, what stands there, its schemes, and its history.
struct LocationPage: Page {
  static let template = "places/location"
  let location: Location
  let standing: [Standing]
  let memberships: [SchemeMembership]
  let history: Timeline
  let mayEdit: Bool
  let settings: Settings?
  let tokens: [FormToken]

  var viewData: ViewData {
    let place = location.place
    let change = mayEdit ? [SummaryList.Action("Change", of: "the place on the map", Path.location(location.id) + "/place")] : []
    let facts = SummaryList([
      .init("Address", place.words), .init("District", settings?.authority(location.authority)?.name),
      .init("UPRN", place.uprn.map { String($0) }, actions: change),
      .init("Grid reference", place.grid?.reference, note: location.placedWords, actions: change),
    ])
    return [
      "title": location.title, "breadcrumbs": Breadcrumbs(Breadcrumb("Locations", Path.locations), Breadcrumb(location.title)), "facts": facts,
      "standingHTML": Self.table(standing).html(standing, caption: "What stands here", empty: .init("Nothing stands here")),
      "schemesHTML": schemes, "joinAddress": mayEdit ? Path.location(location.id) + "/schemes/new" : nil, "history": history,
    ]
  }

  static func table(_ rows: [Standing]) -> Table<Standing> {
    Table<Standing>(rowHeader: "name", [
      Column("name", "Registration") { .titled(address: Path.licence($0.id), text: $0.name, note: $0.kind.name) },
      .text("reference", "Reference") { $0.reference }, .tag("status", "Status") { $0.status.tag },
      Column("guidance", "Guidance") {
        switch $0.guidance {
        case "held": .tag(StatusTag("Held", .green))
        case "due": .tag(StatusTag("Due", .yellow))
        case "overdue": .tag(StatusTag("Overdue", .red))
        default: .tag(StatusTag("Not owed", .grey))
        }
      },
    ])
  }

  private var schemes: TrustedHTML {
    let base = Path.location(location.id) + "/schemes/"
    let tokens = TrustedHTML.joined(tokens.map(\.html))
    let mayEdit = mayEdit
    return Table<SchemeMembership>(rowHeader: "scheme", [
      .text("scheme", "Scheme") { $0.name }, .date("from", "From") { $0.from.short }, .date("to", "To") { $0.before.map { ($0 - 1).short } },
      Column("end", "Action", plain: { _ in "" }) { membership, out in
        guard mayEdit, membership.before == nil else { return }
        out.append("<form method=\"post\"")
        out.append(attribute: "action", base + membership.id.uuidString.lowercased() + "/end")
        out.append(">")
        out.append(tokens)
        out.append("<button class=\"govuk-button govuk-button--secondary app-button--compact\">It left today<span class=\"govuk-visually-hidden\">: ")
        out.append(escaping: membership.name)
        out.append("</span></button></form>")
      },
    ]).html(memberships, caption: "Schemes", empty: .init("It belongs to no scheme"))
  }

  static var samples: [LocationPage] { [] }
}

/// Two locations side by side, with the choice which words stay.
struct MergePage: Page {
  static let template = "places/merge"
  let one: Location
  let other: Location
  let atOne: [Standing]
  let atOther: [Standing]
  let tokens: [FormToken]
  var errors: Errors = []

  private struct Line: Sendable {
    var what: String
    var one: String
    var other: String
  }

  var viewData: ViewData {
    func words(_ standing: [Standing]) -> String { standing.map { "\($0.kind.name) \($0.reference)" }.joined(separator: "; ") }
    let lines = [
      Line(what: "Name", one: one.name, other: other.name), Line(what: "Address", one: one.place.words, other: other.place.words),
      Line(what: "UPRN", one: one.place.uprn.map { String($0) } ?? "", other: other.place.uprn.map { String($0) } ?? ""),
      Line(what: "Grid reference", one: one.place.grid?.reference ?? "", other: other.place.grid?.reference ?? ""),
      Line(what: "Registrations", one: words(atOne), other: words(atOther)),
    ]
    let table = Table<Line>(rowHeader: "what", [
      .text("what", "What") { $0.what }, .text("one", "First") { $0.one.isEmpty ? nil : $0.one }, .text("other", "Second") { $0.other.isEmpty ? nil : $0.other },
      .tag("same", "Same?") { $0.what == "Registrations" || $0.one == $0.other ? nil : StatusTag("Differs", .orange) },
    ])
    let path = Path.location(one.id) + "/merge/" + other.id.uuidString.lowercased()
    return FormView(
      action: path, tokens: tokens,
      parts: [
        .field(.radios(
          "answer", "Are these one place?", "",
          [
            .init("one", "Yes: keep the first’s name and address", hint: one.title), .init("other", "Yes: keep the second’s name and address", hint: other.title),
            .init("apart", "No, they are two", hint: "They are not suggested again"),
          ]))
      ], buttons: [.init("Save"), .init("Back to possible duplicates", .link(address: Path.duplicates))], errors: errors
    ).viewData.merging([
      "title": "Compare two locations", "tableHTML": table.html(lines, caption: "The two locations"),
      "breadcrumbs": Breadcrumbs(Breadcrumb("Locations", Path.locations), Breadcrumb("Possible duplicates", Path.duplicates), Breadcrumb("Compare")),
    ])
  }

  static var samples: [MergePage] { [] }
}
