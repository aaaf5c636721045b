import Domain
import Web

/// How it stood on a day: coverage, members, hot spots and the strategy on one page, each with the way to its rows.
enum StandingPage {
  static func page(
    _ answer: StrategyAnswer, _ beside: (covered: [BoardFigures.Covered], spots: [BoardFigures.Spot], pack: PackStore.Named?), _ visit: OfficerVisit, _ errors: Errors
  ) -> Sheet {
    let day = answer.day
    let officer = visit.officer
    var sheet = Sheet(title: "How did it stand on a day?")
    sheet.lead = "On \(day.words):"
    if !errors.isEmpty { sheet.warning = errors.all.map(\.message).joined(separator: " ") }
    sheet.sections = [.init("Ask", StrategyPages.dayForm(Path.standing, day, errors, plan: StrategyPages.plan(visit)))]

    let coverage = Table<BoardFigures.Covered>(rowHeader: "kind", [
      .text("kind", "Kind") { $0.kind.name }, .number("licences", "Current") { $0.coverage.licences }, .number("issued", "With guidance") { $0.coverage.issued },
      .number("acknowledged", "Acknowledged") { $0.coverage.acknowledged }, Column("share", "Share with guidance", align: .end) { .text($0.coverage.words) },
    ])
    sheet.sections.append(.init(
      "Coverage", coverage.html(beside.covered.filter { $0.coverage.licences > 0 }, caption: "Coverage on \(day.words)", empty: .init("Nothing was licensed", "No licence was current on that day.")),
      links: officer.may(.readCoverage) ? [.init("Coverage on that day, by district", Path.coverage + "?on=" + day.iso)] : []))

    let members = answer.isWithheld(.membersTrained, from: officer)
      ? "Of how many members and substitutes CSE training was valid is withheld: it would tell of few."
      : answer.value(.membersTrained).map { "CSE training was valid of \($0.words) members and substitutes in office." } ?? "Nobody was in office, or nothing was asked of them."
    sheet.sections.append(.init(
      "Members of licensing committees", words: members,
      links: officer.may(.readCommittees) ? [.init("Members’ training on that day", Path.training + "?on=" + day.iso)] : [.init("Members by district on that day", StrategyPages.on(Path.equity, day, visit))]))

    sheet.sections.append(hotSpots(answer, beside.spots, visit))

    let counts = Dictionary(grouping: answer.strategy.actions, by: answer.shown).mapValues(\.count)
    let words = Rating.allCases.map { "\(counts[$0] ?? 0) \($0.word.lowercased())" }.joined(separator: ", ")
    let measures = Table<Measure>(rowHeader: "measure", [
      .text("measure", "Measure") { $0.name }, .text("value", "Counted") { answer.words($0, for: officer) }, .text("rule", "What is counted") { $0.rule },
    ])
    var links: [Sheet.Link] = [.init("The strategy on that day", StrategyPages.on(Path.strategy, day, visit)), .init("Challenge tests to that day", StrategyPages.on(Path.challenges, day, visit))]
    if let pack = beside.pack { links.append(.init("The pack as of \(pack.asOf.words): as known then", Path.pack(pack.id))) }
    sheet.sections.append(.init("The strategy", words: "Of \(answer.strategy.actions.count) actions: \(words). Counted from the registers as known today; a pack says what was known when it was made.",
      measures.html(Measure.allCases.filter { answer.value($0) != nil }, caption: "What was counted on \(day.words)"), links: links))
    return sheet
  }

  private static func hotSpots(_ answer: StrategyAnswer, _ spots: [BoardFigures.Spot], _ visit: OfficerVisit) -> Sheet.Section {
    let settings = visit.environment.settings
    let reviewed = answer.value(.hotSpotsReviewed)
    let planned = answer.value(.hotSpotsWithPlan)
    guard let reviewed, reviewed.whole > 0 else { return .init("Hot spots", words: "None stood designated on that day.") }
    let words = "\(reviewed.whole.grouped) stood designated. \(reviewed.words) were designated or reviewed in the ninety days before" + (planned.map { "; \($0.words) had a multi-agency plan." } ?? ".")
    guard visit.officer.may(.readHotSpots) else { return .init("Hot spots", words: words + " Their places are told to those who read hot spots.") }
    let table = Table<BoardFigures.Spot>(rowHeader: "name", [
      Column("name", "Hot spot") { .titled(address: Path.hotSpot($0.id), text: $0.name, note: $0.reference) }, .text("district", "District") { settings.authority($0.authority)?.name },
      .date("designated", "Designated") { $0.designatedOn.short },
    ])
    return .init("Hot spots", words: words, table.html(spots, caption: "Hot spots that stood designated on \(answer.day.words)", empty: .init("None in the districts you work for")))
  }
}
