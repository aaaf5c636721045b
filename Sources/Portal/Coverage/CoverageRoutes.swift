import Domain
import Foundation
import Hummingbird
import Web

/// Coverage of any day, every number a link to its rows, for those who may see the rows.
enum CoverageRoutes {
  static func add(to routes: Routes) {
    routes.may(.readCoverage, .get, "coverage") { visit in
      let form = CoverageForm(try visit.query(), today: visit.today)
      let (question, errors) = form.question(visit.environment.settings, today: visit.today)
      let answer = try await CoverageStore(visit.environment).answer(question, for: visit.officer)
      return try visit.page(
        CoveragePage(answer: answer, form: form, errors: errors, settings: visit.environment.settings, today: visit.today, links: Set(Register.allCases.filter { visit.officer.may(.readRegister, of: $0) })),
        status: errors.isEmpty ? .ok : .unprocessableContent)
    }
    routes.may(.readCoverage, .get, "coverage.csv") { visit in
      let (question, _) = CoverageForm(try visit.query(), today: visit.today).question(visit.environment.settings, today: visit.today)
      let answer = try await CoverageStore(visit.environment).answer(question, for: visit.officer)
      let table = CoveragePage.detail(visit.environment.settings, question: question, links: [])
      var bytes = table.csvHead
      for row in answer.rows { table.appendCSV(row, to: &bytes) }
      return .download(bytes, type: "text/csv; charset=utf-8", name: "coverage-\(question.day.iso).csv")
    }
  }
}

/// The question as typed.
struct CoverageForm: Sendable {
  var on = DateFields()
  var district = ""
  var kind = ""

  init(_ fields: FormFields, today: Day) {
    on = DateFields("on") { fields[$0] }
    if let iso = fields["on"].flatMap({ Day(iso: $0) }) { on = DateFields(year: iso.year, month: iso.month, day: iso.day) }
    if case .empty = on.read() { on = DateFields(year: today.year, month: today.month, day: today.day) }
    district = fields["district"] ?? ""
    kind = fields["kind"] ?? ""
  }

  /// Always a question that can be answered: what cannot be read is said, and today stands in for it.
  func question(_ settings: Settings, today: Day) -> (CoverageQuestion, Errors) {
    var errors = Errors()
    var question = CoverageQuestion(day: today, authority: settings.authority(slug: district)?.id, kind: LicenceKind(rawValue: kind))
    if case .date(let parsed) = on.read(), let day = Day(year: parsed.year, month: parsed.month, day: parsed.day) {
      if day > today { errors.add("on", "Enter today or a day before: coverage is counted from what was given") }
      else if day.year < 2000 { errors.add("on", "Enter a day from the year 2000 on") }
      else { question.day = day }
    } else {
      errors.add("on", DateFields.message(for: on.read(), of: "The day")?.0 ?? "Enter a real date", parts: [])
    }
    return (question, errors)
  }
}
