import Domain
import Hummingbird
import Web

/// Packs for the Board: made as of a day, kept, printed and taken away; and one page that answers how it stood on a day.
enum PackRoutes {
  static func add(to routes: Routes) {
    routes.may(.readStrategy, .get, "packs") { visit in try await list(visit, DateFields(visit.today), []) }
    routes.may(.manageStrategy, .post, "packs", make)
    routes.may(.readStrategy, .get, "packs/{id}") { visit in
      let kept = try await kept(visit)
      return try visit.page(SheetPage(PackPages.pack(try kept.pack(), kept)))
    }
    routes.may(.readStrategy, .get, "packs/{id}/actions.csv") { visit in
      let kept = try await kept(visit)
      var bytes = PackPages.actions.csvHead
      for action in try kept.pack().actions { PackPages.actions.appendCSV(action, to: &bytes) }
      return .download(bytes, type: "text/csv; charset=utf-8", name: "board-pack-\(kept.asOf.iso).csv")
    }
    routes.may(.readStrategy, .get, "packs/{id}/pack.xlsx") { visit in
      let kept = try await kept(visit)
      return .download(try kept.pack().spreadsheet.bytes, type: Spreadsheet.type, name: "board-pack-\(kept.asOf.iso).xlsx")
    }
    routes.may(.readStrategy, .get, "standing") { visit in
      let (strategy, day, errors) = try StrategyRoutes.asked(visit)
      let answer = try await StrategyStore(visit.environment).answer(strategy, on: day, for: visit.officer)
      return try visit.page(SheetPage(PackPages.standing(answer, visit, errors)), status: errors.isEmpty ? .ok : .unprocessableContent)
    }
  }

  private static func kept(_ visit: OfficerVisit) async throws -> PackStore.Kept {
    guard let kept = try await PackStore(visit.environment).one(try visit.id(), for: visit.officer) else { throw Problem.notFound }
    return kept
  }

  private static func list(_ visit: OfficerVisit, _ on: DateFields, _ errors: Errors) async throws -> Response {
    let packs = try await PackStore(visit.environment).latest(for: visit.officer)
    return try visit.page(SheetPage(PackPages.list(packs, on, errors, visit)), status: errors.isEmpty ? .ok : .unprocessableContent)
  }

  private static func make(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let on = DateFields("on") { fields[$0] }
    var errors = Errors()
    let day = OfficerVisit.day(on, "on", of: "The day", &errors)
    if let day, day > visit.today { errors.add("on", "Enter today or a day before: a pack tells what was") }
    guard errors.isEmpty, let day, let strategy = visit.environment.settings.strategies.first else { return try await list(visit, on, errors) }
    let id = try await PackStore(visit.environment).make(asOf: day, of: strategy, by: visit.officer, once: SentForm(fields))
    return visit.redirect(to: Path.pack(id), saying: "The pack is made and kept.")
  }
}
