import Domain
import Foundation
import Hummingbird
import Web

/// The rows behind a measure, a page at a time: so far as the reader may see them, and said where not.
enum MeasureRoutes {
  static func add(to routes: Routes) {
    routes.may(.readStrategy, .get, "strategy/measures/{measure}") { visit in
      guard let measure = Measure(rawValue: try visit.parameter("measure")) else { throw Problem.notFound }
      let (_, day, errors) = try StrategyRoutes.asked(visit)
      let query = try visit.queryItems()
      let asked = try MeasurePages.Asked(measure: measure, day: day, query: query, visit.environment.settings)
      let position = KeysetPosition<StrategyStore.RowCursor>(query)
      let after: StrategyStore.RowCursor? = if case .after(let cursor) = position { cursor } else { nil }
      let store = StrategyStore(visit.environment)
      let rows = try await store.rows(measure, on: day, knownThen: asked.knownThen, area: asked.area, counted: asked.counted, after: after, limit: 51, for: visit.officer)
      let values = try await store.value(measure, on: day, knownThen: asked.knownThen, for: visit.officer)
      let shown = Array(rows.prefix(50))
      let next = rows.count > 50 ? shown.last.map { query.setting("after", KeysetCursor.encode(StrategyStore.RowCursor(key: $0.key, id: $0.id))).address } : nil
      return try visit.page(SheetPage(MeasurePages.rows(asked, shown, values, next: next, visit, errors)), status: errors.isEmpty ? .ok : .unprocessableContent)
    }
  }
}

enum MeasurePages {
  /// What the address narrows the rows by.
  struct Asked: Sendable {
    var measure: Measure
    var day: Day
    var area: Int?
    /// True: those that count; false: those that do not; nil: all.
    var counted: Bool?
    /// Only what was recorded by the end of the day.
    var knownThen: Bool

    init(measure: Measure, day: Day, query: QueryItems, _ settings: Settings) throws {
      self.measure = measure
      self.day = day
      let named = query["area"] ?? ""
      area = Int16(named).map { Int($0) }
      guard named.isEmpty || area.map({ !settings.areaName($0).isEmpty }) ?? false else { throw Problem.notFound }
      counted = query["counted"] == "yes" ? true : query["counted"] == "no" ? false : nil
      knownThen = query["known"] == "then"
    }
  }

  /// The record that a row comes from, for whoever may read such records.
  private static func address(_ measure: Measure, _ row: MeasureEvidence, _ officer: Officer) -> String? {
    guard let id = row.link else { return nil }
    switch measure {
    case .hotSpotsReviewed, .hotSpotsWithPlan, .plansInTime, .reviewsOnTime: return officer.may(.readHotSpots) ? Path.hotSpot(id) : nil
    case .partnershipLinks: return officer.may(.readPartnership) ? Path.partnershipItem(id) : nil
    case .partnershipDuties: return officer.may(.readPartnership) ? Path.partnershipPlan(id) : nil
    case .guidanceTrade, .renewalsWithGuidance, .holdersAtEvents: return officer.may(.readRegister) ? Path.licence(id) : nil
    case .eventsWithItem: return officer.may(.readRegister) ? Path.event(id) : nil
    case .guidancePremises, .guidancePremisesHotSpots, .guidancePremisesElsewhere, .guidanceAccommodation: return officer.may(.readRegister) ? Path.location(id) : nil
    case .membersTrained, .membersInducted, .officersTrained: return officer.may(.readCommittees) ? Path.member(id) : nil
    case .hearingsPanelTrained: return officer.may(.readCommittees) ? Path.hearing(id) : nil
    case .accommodationGuidance: return officer.may(.readGuidance) ? Path.guidance(id) : nil
    case .problemProfile, .problemProfileAvailable: return officer.may(.readPartnership) ? Path.profile(id) : nil
    case .datasetAgreed: return officer.may(.readPartnership) ? Path.edition(id) : nil
    case .datasetSupplied, .datasetInTime, .disruptionReturned, .agenciesAssured: return officer.may(.readPartnership) ? Path.partnerReturn(id) : nil
    case .enforcementReview, .strategyReviewed: return nil
    }
  }

  static func rows(_ asked: Asked, _ rows: [MeasureEvidence], _ values: [MeasureRow], next: String?, _ visit: OfficerVisit, _ errors: Errors) -> Sheet {
    let (measure, day, settings) = (asked.measure, asked.day, visit.environment.settings)
    let action = settings.strategies.first?.actions.first { $0.counted?.contains(measure) == true }
    var sheet = Sheet(title: measure.name)
    sheet.crumbs = [Breadcrumb("Strategy", StrategyPages.on(Path.strategy, day, visit))]
      + (action.map { [Breadcrumb($0.ref, StrategyPages.on(Path.action($0.ref), day, visit))] } ?? []) + [Breadcrumb("Rows")]
    let officer = visit.officer
    let district = BoardPack.District(measure, of: values, for: officer, settings)
    // Nil where it is withheld.
    var total = district.total
    if let area = asked.area {
      let index = district.names.firstIndex(of: settings.areaName(area))
      total = if let index { district.values[index] } else { MeasureValue(0, of: 0) }
    }
    let place = asked.area.map { " in " + settings.areaName($0) } ?? ""
    sheet.lead = "\(total.map(measure.words) ?? Equity.withheld.capitalizedFirst)\(place) on \(day.words)\(asked.knownThen ? ", as known then" : ""). \(measure.rule)"
    if !errors.isEmpty { sheet.warning = errors.all.map(\.message).joined(separator: " ") }
    let base = QueryItems(path: Path.measure(measure), day == visit.today ? [] : [("on", day.iso)])
    func link(_ words: String, _ name: String, _ value: String?) -> Sheet.Link {
      var query = base.setting("area", asked.area.map(String.init)).setting("counted", asked.counted.map { $0 ? "yes" : "no" }).setting("known", asked.knownThen ? "then" : nil)
      query = query.setting(name, value)
      return .init(words, query.address)
    }
    var links: [Sheet.Link] = []
    if asked.counted != nil { links.append(link("Show all", "counted", nil)) }
    let withheld = measure.withheldWords(from: officer)
    if withheld == nil, asked.counted != true, let total, total.part > 0 { links.append(link("Only the \(total.part.grouped) that count", "counted", "yes")) }
    if withheld == nil, asked.counted != false, let total, total.missing > 0 { links.append(link("Only the \(total.missing.grouped) that do not", "counted", "no")) }
    if day < visit.today { links.append(asked.knownThen ? link("As known now", "known", nil) : link("As known then", "known", "then")) }
    let table = Table<MeasureEvidence>(rowHeader: "key", [
      Column("key", measure.noun.one.capitalizedFirst) { row in
        let words = row.key.isEmpty ? "No name" : row.key
        return address(measure, row, officer).map { Cell.link(address: $0, text: words) } ?? Cell.text(words)
      },
      .text("area", "Area") { settings.areaName($0.area) }, .text("detail", "Stands") { $0.detail },
      .tag("counted", "Counts") { $0.counted ? StatusTag("Yes", .green) : StatusTag("No", .orange) },
    ])
    if let withheld {
      sheet.sections = [.init("The rows", words: withheld, links: links)]
    } else {
      let expected = total.map { asked.counted == nil ? $0.whole : asked.counted == true ? $0.part : $0.missing } ?? 0
      let chosen = values.filter { $0.value.whole > 0 && (asked.area == nil || $0.authority == asked.area) }
      let isOfOthers = measure.rowsNeed.map { need in chosen.contains { !officer.may(need, in: $0.authority) } } ?? false
      let words = "\(rows.count.grouped) of \(expected.grouped) on this page." + (isOfOthers ? " Rows of districts that you do not work for are withheld." : "")
      sheet.sections = [.init(
        "The rows", words: expected == 0 ? nil : words,
        table.html(rows, caption: "Rows behind the measure", empty: .init("None", isOfOthers ? "None of them is for you." : "Nothing is counted here on that day.")),
        links: links)]
    }
    struct Area: Sendable {
      var id: Int
      var value: MeasureValue?
    }
    // Where no district is said, no list says which of them have any.
    let saysNone = if case .everyDistrict = measure.withholding { measure.isWithheld(from: officer, in: values.map(\.authority)) } else { false }
    let areas = saysNone ? [] : zip(values, district.values).filter { $0.0.value.whole > 0 }.map { Area(id: $0.0.authority, value: $0.1) }
    if areas.count > 1 {
      let byArea = Table<Area>(rowHeader: "area", [
        Column("area", "Area") { .link(address: base.setting("area", String($0.id)).setting("known", asked.knownThen ? "then" : nil).address, text: settings.areaName($0.id)) },
        .text("value", "Stands") { $0.value.map(measure.words) ?? Equity.withheld },
      ])
      sheet.sections.append(.init("By area", byArea.html(areas, caption: "The measure by area"), links: asked.area == nil ? [] : [link("All areas", "area", nil)]))
    }
    sheet.sections.append(.init("Ask about another day", StrategyPages.dayForm(Path.measure(measure), day, errors)))
    sheet.pagination = next.map { Pagination(previous: nil, next: $0) }
    return sheet
  }
}
