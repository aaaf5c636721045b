import Domain
import Web

/// A list of licences, described in English, with its filter, its export and its pages.
struct LicenceListPage: Page {
  static let template = "registers/list"
  let filter: LicenceFilter
  let settings: Settings?
  let query: QueryItems
  let rows: [LicenceRow]
  let count: Int
  let pagination: Pagination?
  let sort: Table<LicenceRow>.Sort
  let mayAdd: Bool
  let mayExport: Bool

  static func table(_ settings: Settings?, _ register: Register) -> Table<LicenceRow> {
    Table<LicenceRow>(rowHeader: "name", register.isOfPlaces ? placeColumns(settings, register) : personColumns(settings))
  }

  private static func reference(_ settings: Settings?) -> Column<LicenceRow> {
    Column(
      "reference", "Reference", sort: "reference", align: .nowrap, plain: { $0.reference },
      write: { row, out in
        out.append(escaping: row.reference)
        out.append("<span class=\"app-note\">")
        out.append(escaping: settings?.authority(row.authority)?.name ?? "")
        out.append("</span>")
      })
  }

  private static func standing(_ settings: Settings?, _ register: Register) -> [Column<LicenceRow>] {
    [
      Column.text("district", "District") { settings?.authority($0.authority)?.name }.exportOnly,
      .tag("status", "Status") { $0.lights.status.tag },
    ] + (register == .premises ? [] : [
      .date("ends", "Ends", sort: "expiry", export: { $0.endsBefore.map { ($0 - 1).iso } }) { $0.endsBefore.map { ($0 - 1).short } }
    ]) + [
      .light("guidance", "Guidance") { $0.lights.guidanceLight },
      .light("acknowledged", "Acknowledged") { $0.lights.acknowledgementLight },
    ]
  }

  private static func personColumns(_ settings: Settings?) -> [Column<LicenceRow>] {
    [
      Column("name", "Name", sort: "name") { .titled(address: Path.licence($0.id), text: $0.name, note: $0.tradingName ?? $0.kind.name) },
      Column.text("trading", "Trading name") { $0.tradingName }.exportOnly,
      Column.text("kind", "Kind") { $0.kind.name }.exportOnly,
      reference(settings),
      Column("badge", "Badge", align: .nowrap) { $0.badge.map(Cell.text) ?? .nothing },
    ] + standing(settings, .drivers) + [.light("training", "Training") { $0.lights.trainingLight }]
  }

  private static func placeColumns(_ settings: Settings?, _ register: Register) -> [Column<LicenceRow>] {
    [
      Column("name", "Name", sort: "name") { .titled(address: Path.licence($0.id), text: $0.tradingName ?? $0.name, note: $0.kind.name) },
      Column.text("kind", "Kind") { $0.kind.name }.exportOnly,
      Column.text("holder", "Holder") { $0.name }.exportOnly,
      Column.text("place", "Where") { $0.place },
      reference(settings),
    ] + standing(settings, register)
  }

  var viewData: ViewData {
    let sentence = settings.map(filter.sentence) ?? filter.register.title
    let many = count > LicenceListStore.countedTo ? "More than \(LicenceListStore.countedTo.grouped)" : count.grouped
    let chosen = settings.map { filter.chosen(query, $0) } ?? []
    return [
      "title": filter.register.title, "sentence": sentence, "count": many, "isOne": count == 1,
      "addWords": filter.register.addWords, "feesAddress": filter.register == .premises ? Path.premises + "/anniversaries" : nil, "locationsAddress": filter.register.isOfPlaces ? Path.locations : nil, "addAddress": mayAdd ? "/licences/new?register=\(filter.register.rawValue)" : nil,
      "exportAddress": mayExport && !rows.isEmpty ? query.removing("after", "before").at(filter.register.path + ".csv").address : nil,
      "filter": FilterPanel(form: form, chosen: chosen, clearAddress: filter.register.path),
      "pagination": pagination,
      "tableHTML": Self.table(settings, filter.register).html(
        rows, caption: sentence, sort: sort,
        empty: chosen.isEmpty
          ? .init("None yet", "Import a register, or add one by hand.", link: "Import a register", address: Path.imports)
          : .init("Nothing matches", "Take a filter away to see more.", link: "Clear all filters", address: filter.register.path)),
    ]
  }

  private var form: FormView {
    let authorities = (settings?.county.authorities ?? []).map { Field.Choice($0.slug, $0.name) }
    let any = Field.Choice("", "Any")
    func select(_ name: String, _ label: String, _ value: String?, _ choices: [Field.Choice]) -> FormView.Part {
      .field(.select(name, label, value ?? "", [any] + choices))
    }
    let guidance = LicenceFilter.GuidanceState.allCases.map { Field.Choice($0.rawValue, $0.rawValue.capitalizedFirst) }
    let acknowledgement = LicenceFilter.AcknowledgementState.allCases.map { Field.Choice($0.rawValue, $0.rawValue.capitalizedFirst) }
    let training = LicenceFilter.TrainingState.allCases.map { Field.Choice($0.rawValue, $0.words.capitalizedFirst) }
    let windows = (settings?.policy.expiringWindows ?? []).map { Field.Choice(String($0), "\($0) days") }
    let kinds = filter.register.kinds.map { Field.Choice($0.rawValue, $0.name) }
    let kept = QueryItems(path: "", [("sort", query["sort"] ?? ""), ("on", query["on"] ?? "")]).hidden(without: [])
    let ofPeople = !filter.register.isOfPlaces
    var parts = [select("district", "District", filter.authority.flatMap { settings?.authority($0)?.slug }, authorities)]
    if kinds.count > 1 { parts.append(select("kind", "Kind", filter.kind?.rawValue, kinds)) }
    parts += [
      select("status", "Status", filter.status?.rawValue, LicenceStatus.allCases.map { Field.Choice($0.rawValue, $0.name) }),
      select("guidance", "Guidance", filter.guidance?.rawValue, guidance),
      select("acknowledgement", "Acknowledgement", filter.acknowledgement?.rawValue, acknowledgement),
    ]
    if ofPeople { parts.append(select("training", "Training", filter.training?.rawValue, training)) }
    if filter.register != .premises { parts.append(select("expiring", "Licence ends within", filter.expiringWithin.map(String.init), windows)) }
    parts.append(.html(kept))
    return FormView(action: filter.register.path, method: .get, parts: parts, buttons: [.init("Apply filter", .secondary)])
  }

  static var samples: [LicenceListPage] { [] }
}
