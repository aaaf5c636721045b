import Domain
import Foundation
import Hummingbird
import Logging
import Web

/// Packs for the Board: made as of a day, kept, printed and taken away; and one page that answers how it stood on a day.
enum PackRoutes {
  static func add(to routes: Routes) {
    routes.may(.readStrategy, .get, "packs") { visit in try await list(visit, DateFields(visit.today), []) }
    routes.may(.manageStrategy, .post, "packs", make)
    routes.may(.readStrategy, .get, "packs/{id}") { visit in
      let kept = try await kept(visit)
      let before = try await PackStore(visit.environment).before(kept, for: visit.officer)
      return try visit.page(SheetPage(PackPages.pack(try kept.pack(), kept, hasEarlier: !before.isEmpty, makesFiles: visit.environment.pdf != nil)))
    }
    routes.may(.readStrategy, .get, "packs/{id}/changes", changes)
    routes.may(.readStrategy, .get, "packs/{id}/actions.csv") { visit in
      let kept = try await kept(visit)
      return PackPages.actions.download(try kept.pack().actions, name: "board-pack-\(kept.asOf.iso).csv")
    }
    routes.may(.readStrategy, .get, "packs/{id}/measures.csv") { visit in
      let kept = try await kept(visit)
      return PackPages.figures.download(PackPages.lines(of: try kept.pack()), name: "board-pack-measures-\(kept.asOf.iso).csv")
    }
    routes.may(.readStrategy, .get, "packs/{id}/pack.pdf", paper)
    routes.may(.readStrategy, .get, "packs/{id}/pack.xlsx") { visit in
      let kept = try await kept(visit)
      return .download(try kept.pack().spreadsheet.bytes, type: Spreadsheet.type, name: "board-pack-\(kept.asOf.iso).xlsx")
    }
    routes.may(.readStrategy, .get, "standing") { visit in
      let (strategy, day, errors) = try StrategyRoutes.asked(visit)
      let answer = try await StrategyStore(visit.environment).answer(strategy, on: day, for: visit.officer)
      let beside = try await BoardFigures(visit.environment).standing(on: day, for: visit.officer)
      return try visit.page(SheetPage(StandingPage.page(answer, beside, visit, errors)), status: errors.isEmpty ? .ok : .unprocessableContent)
    }
  }

  private static func kept(_ visit: OfficerVisit) async throws -> PackStore.Kept {
    guard let kept = try await PackStore(visit.environment).one(try visit.id(), for: visit.officer) else { throw Problem.notFound }
    return kept
  }

  /// The pack as a tagged PDF file. It is made of what is kept and of nothing else, without a clock: made again it is the same.
  private static func paper(_ visit: OfficerVisit) async throws -> Response {
    let kept = try await kept(visit)
    let wayOn = ("See the pack", Path.pack(kept.id))
    guard let pdf = visit.environment.pdf else {
      throw Problem(.notFound, "No PDF files are made here", "What makes them is not installed. Print the pack from your browser: it is laid out for paper.", wayOn: wayOn)
    }
    let html = try visit.site.renderer.render(PackDocument.template, PackDocument.viewData(try kept.pack(), kept))
    do {
      return .download([UInt8](try await pdf.pdf(html)), type: "application/pdf", name: "board-pack-\(kept.asOf.iso).pdf")
    } catch let refusal as PDFRefusal {
      visit.environment.logger.error("a pack could not be made into a file", metadata: ["pack": "\(kept.id)", "error": "\(refusal)"])
      throw Problem(.serviceUnavailable, "The PDF file could not be made", refusal.description, wayOn: wayOn)
    }
  }

  /// What changed since an earlier pack: the one before, unless another is asked for.
  private static func changes(_ visit: OfficerVisit) async throws -> Response {
    let store = PackStore(visit.environment)
    let kept = try await kept(visit)
    let before = try await store.before(kept, for: visit.officer)
    let asked = try visit.query()["since"].flatMap { UUID(uuidString: $0) }
    guard let chosen = before.first(where: { $0.id == asked }) ?? (asked == nil ? before.first : nil), let earlier = try await store.one(chosen.id, for: visit.officer) else {
      guard asked == nil else { throw Problem.notFound }
      return try visit.page(SheetPage(PackPages.noChanges(kept)))
    }
    return try visit.page(SheetPage(PackPages.changes(PackChanges(from: try earlier.pack(), to: try kept.pack()), kept, since: chosen, of: before)))
  }

  private static func list(_ visit: OfficerVisit, _ on: DateFields, _ errors: Errors, plan: String = "") async throws -> Response {
    let packs = try await PackStore(visit.environment).latest(for: visit.officer)
    return try visit.page(SheetPage(PackPages.list(packs, on, plan, errors, visit)), status: errors.isEmpty ? .ok : .unprocessableContent)
  }

  private static func make(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let on = DateFields("on") { fields[$0] }
    var errors = Errors()
    let day = OfficerVisit.day(on, "on", of: "The day", &errors)
    if let day, day > visit.today { errors.add("on", "Enter today or a day before: a pack tells what was") }
    let strategies = visit.environment.settings.strategies
    let plan = fields["plan"] ?? ""
    let strategy = plan.isEmpty ? strategies.first : strategies.first { $0.slug == plan }
    if strategy == nil { errors.add("plan", "Choose the plan") }
    guard errors.isEmpty, let day, let strategy else { return try await list(visit, on, errors, plan: plan) }
    let id = try await PackStore(visit.environment).make(asOf: day, of: strategy, by: visit.officer, once: SentForm(fields))
    return visit.redirect(to: Path.pack(id), saying: "The pack is made and kept.")
  }
}
