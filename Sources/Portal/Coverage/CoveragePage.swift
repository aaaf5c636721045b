import Domain
import Web

struct CoveragePage: Page {
  static let template = "coverage/page"
  let answer: CoverageAnswer
  let form: CoverageForm
  let errors: Errors
  let settings: Settings?
  let today: Day
  /// Whether numbers lead to their rows: only for those who may see names.
  /// The registers whose lists the reader may open.
  let links: Set<Register>

  private struct District: Sendable {
    var id: Int
    var name: String
    var coverage: Coverage
    var isTotal = false
  }

  /// The list that holds exactly the licences counted.
  static func rows(_ kind: LicenceKind?, _ authority: Int?, _ state: (String, String)?, _ day: Day, _ settings: Settings?, register: Register) -> String {
    QueryItems(path: register.path, [
      ("status", "current"), ("district", authority.flatMap { settings?.authority($0)?.slug } ?? ""), ("kind", kind?.rawValue ?? ""),
      (state?.0 ?? "", state?.1 ?? ""), ("on", day.iso),
    ]).address
  }

  static func detail(_ settings: Settings?, question: CoverageQuestion, links: Set<Register>) -> Table<CoverageRow> {
    func number(_ name: String, _ heading: String, _ state: (String, String)?, _ value: @escaping @Sendable (Coverage) -> Int) -> Column<CoverageRow> {
      Column(
        name, heading, align: .end, plain: { String(value($0.coverage)) },
        write: { row, out in
          guard links.contains(row.kind.register) else { return out.append(escaping: value(row.coverage).grouped) }
          out.append("<a class=\"govuk-link\"")
          out.append(href: rows(row.kind.register.kinds.count == 1 ? nil : row.kind, row.authority, state, question.day, settings, register: row.kind.register))
          out.append(">")
          out.append(escaping: value(row.coverage).grouped)
          out.append("</a>")
        })
    }
    return Table<CoverageRow>(rowHeader: "district", [
      .text("district", "District") { settings?.authority($0.authority)?.name }, .text("kind", "Kind") { $0.kind.plural },
      number("licences", "Current licences", nil) { $0.licences }, number("issued", "Guidance in force", ("guidance", "held")) { $0.issued },
      Column("percent", "Coverage", align: .end) { .text($0.coverage.words) },
      number("acknowledged", "Acknowledged", ("acknowledgement", "acknowledged")) { $0.acknowledged },
    ])
  }

  var viewData: ViewData {
    let total = answer.total
    let day = answer.question.day
    let renewals = answer.renewals.reduce((0, 0)) { ($0.0 + $1.renewals, $0.1 + $1.without) }
    let sentence =
      total.licences == 0
      ? "No licence was current on \(day.words), so there is nothing to cover."
      : "On \(day.words) guidance was in force for \(total.issued.grouped) of \(total.licences.grouped) current licences (\(total.words)); \(total.acknowledged.grouped) had acknowledged it."
    let query = QueryItems(path: Path.coverage + ".csv", [("on", day.iso), ("district", form.district), ("kind", form.kind)])
    return filter.viewData.merging([
      "title": "Coverage", "sentence": sentence, "exportAddress": query.address,
      "districtsHTML": districts.html(districtRows, caption: "Coverage by district on \(day.words)"),
      "detailHTML": Self.detail(settings, question: answer.question, links: links).html(
        answer.rows.filter { $0.coverage.licences > 0 || answer.question.kind != nil }, caption: "Coverage by district and kind on \(day.words)"),
      "placesHTML": answer.places.isEmpty ? nil : placesTable,
      "renewals": "\(renewals.0.grouped) renewals were granted in the year to \(day.words); \(renewals.1.grouped) of them without guidance.",
      "exceptionsAddress": !links.isEmpty && renewals.1 > 0 ? Path.exceptions + "?on=\(day.iso)" : nil, "chart": chart,
    ])
  }

  private var districtRows: [District] {
    let ids = settings?.county.authorities.map(\.id) ?? []
    let rows = ids.map { id in
      District(id: id, name: settings?.authority(id)?.name ?? "", coverage: answer.rows.filter { $0.authority == id }.reduce(Coverage()) { $0 + $1.coverage })
    }
    let seen = Set(answer.rows.map(\.authority))
    return rows.filter { seen.contains($0.id) } + [District(id: 0, name: "Together", coverage: answer.total, isTotal: true)]
  }

  private var districts: Table<District> {
    let (settings, day) = (settings, answer.question.day)
    return Table<District>(rowHeader: "district", [
      Column("district", "District") { district in
        guard let slug = settings?.authority(district.id)?.slug else { return .text(district.name) }
        return .link(address: QueryItems(path: Path.coverage, [("district", slug), ("on", day.iso)]).address, text: district.name)
      },
      .number("licences", "Current licences") { $0.coverage.licences },
      .number("issued", "Guidance in force") { $0.coverage.issued }, Column("percent", "Coverage", align: .end) { .text($0.coverage.words) },
      .number("acknowledged", "Acknowledged") { $0.coverage.acknowledged },
    ])
  }

  /// Locations, each once. Counts have no list of their own rows: what stands at a place is on its page.
  private var placesTable: TrustedHTML {
    let settings = settings
    return Table<PlaceCoverage>(rowHeader: "district", [
      .text("district", "District") { settings?.authority($0.authority)?.name }, .text("register", "Places with") { $0.register?.title ?? "Either" },
      .number("places", "Places") { $0.coverage.licences }, .number("issued", "Guidance in force") { $0.coverage.issued },
      Column("percent", "Coverage", align: .end) { .text($0.coverage.words) }, .number("acknowledged", "Acknowledged") { $0.coverage.acknowledged },
    ]).html(answer.places, caption: "Coverage of places on \(answer.question.day.words), each counted once")
  }

  private var chart: Chart {
    func address(_ day: Day) -> String {
      QueryItems(path: Path.coverage, [("on", day.iso), ("district", form.district), ("kind", form.kind)]).address
    }
    let issued = Chart.Series("Guidance in force", answer.trend.map { Chart.Point($0.coverage.percent($0.coverage.issued).map { Double($0) }, address: address($0.day)) })
    let acknowledged = Chart.Series("Acknowledged", answer.trend.map { Chart.Point($0.coverage.percent($0.coverage.acknowledged).map { Double($0) }, address: address($0.day)) })
    let first = answer.trend.first.flatMap { $0.coverage.percent($0.coverage.issued) }
    let last = answer.trend.last.flatMap { $0.coverage.percent($0.coverage.issued) }
    let summary: String =
      if let first, let last {
        last > first ? "Coverage rose from \(first)% to \(last)% in twelve months."
          : last < first ? "Coverage fell from \(first)% to \(last)% in twelve months." : "Coverage stayed at \(last)%."
      } else { "There is no figure for the whole of the twelve months." }
    return Chart.line(
      "Twelve months", id: "trend", summary: summary, labelled: "Day", answer.trend.map(\.day.short), [issued, acknowledged], unit: .percent)
  }

  private var filter: FormView {
    let any = Field.Choice("", "All")
    return FormView(
      action: Path.coverage, method: .get,
      parts: [
        .field(.date("on", "On which day?", form.on, hint: "Today or any day before")),
        .row([
          .select("district", "District", form.district, [any] + (settings?.county.authorities ?? []).map { .init($0.slug, $0.name) }),
          .select("kind", "Kind", form.kind, [any] + LicenceKind.allCases.map { .init($0.rawValue, $0.plural) }),
        ]),
      ], buttons: [.init("Count", .secondary)], errors: errors)
  }

  static var samples: [CoveragePage] { [] }
}
