import Domain
import Web

/// What each column is, as chosen.
struct MappingForm: Sendable {
  /// A field's name for each column; empty: left out.
  var fields: [String]
  var dateOrder = ""
  var kind = ""
  /// The name to keep it under; empty: not kept.
  var name = ""
  /// The kept choices that this began from; empty: none.
  var basis = ""

  init(_ mapping: ColumnMapping, basis: String = "") {
    self.basis = basis
    fields = mapping.fields.map { $0?.rawValue ?? "" }
    dateOrder = mapping.choices.dateOrder?.rawValue ?? ""
    kind = mapping.choices.defaultKind?.rawValue ?? ""
  }

  init(_ form: FormFields) {
    fields = []
    while let value = form["column-\(fields.count)"] { fields.append(value) }
    dateOrder = form["date-order"] ?? ""
    kind = form["kind"] ?? ""
    name = form.trimmed("name")
    basis = form["basis"] ?? ""
  }

  func validated(_ sniff: TableSniff, _ evidence: [DateEvidence]) -> Validated<ColumnMapping> {
    var errors = Errors()
    let chosen = sniff.columns.indices.map { $0 < fields.count ? RegisterField(rawValue: fields[$0]) : nil }
    let choices = ImportChoices(dateOrder: DateOrder(rawValue: dateOrder), defaultKind: LicenceKind(rawValue: kind))
    let mapping = ColumnMapping(columns: sniff.columns, fields: chosen, choices: choices)
    for problem in mapping.problems { errors.add(problem.contains("kind of licence each row") ? "kind" : "column-0", problem) }
    let asked = mapping.dateColumnsToAsk(evidence)
    if let first = asked.first { errors.add("date-order", "Say in which order the dates of “\(first.name)” stand: both ways are possible") }
    if name.count > 60 { errors.add("name", "Enter a name of 60 characters or fewer") }
    return errors.isEmpty ? .valid(mapping) : .invalid(errors)
  }
}
