import Domain
import Foundation
import Web

/// What every return asks: when it came, and what its maker notes.
struct ReturnHead: Sendable {
  var received: DateFields
  var note = ""

  init(today: Day) { received = DateFields(today) }
  init(_ fields: FormFields) {
    received = DateFields("received") { fields[$0] }
    note = fields.trimmed("note")
  }

  func validated(_ period: ReturnPeriod, today: Day, _ errors: inout Errors) -> Day? {
    errors.text(note, "note", "the note", least: 0, most: 500, today: today)
    let day = errors.day(received, "received", of: "The day it came")
    if let day, day > today { errors.add("received", "The day it came cannot be in the future") }
    if let day, day < period.from { errors.add("received", "It cannot have come before \(period.from.words), when the period began") }
    return day
  }

  var parts: [FormView.Part] {
    [
      .field(.date("received", "When did it come?", received)),
      .field(.textarea("note", "Note", note, hint: "Totals only: nothing here may tell of a person", rows: 2, limit: 500, isOptional: true)),
    ]
  }

  /// A count as it was typed: nil where nothing was, and an error where it is none.
  static func count(_ text: String, _ field: String, _ what: String, most: Int = 9_999, _ errors: inout Errors) -> Int? {
    guard !text.isEmpty else { return nil }
    if let number = Int(text.replacing(",", with: "")), (0...most).contains(number) { return number }
    errors.add(field, "\(what): enter a whole number from 0 to \(most.grouped), or nothing")
    return nil
  }
}

/// Figures of the common dataset, as typed: by code.
struct DatasetForm: Sendable {
  var head: ReturnHead
  var values: [String: String] = [:]

  init(_ known: [DatasetValue], today: Day) {
    head = ReturnHead(today: today)
    values = Dictionary(known.map { ($0.code, String($0.value)) }) { first, _ in first }
  }
  init(_ fields: FormFields, _ items: [DatasetItem]) {
    head = ReturnHead(fields)
    for item in items { values[item.code] = fields.trimmed("v-" + item.code) }
  }

  func validated(_ items: [DatasetItem], _ period: ReturnPeriod, today: Day) -> Validated<(received: Day, values: [String: Int])> {
    var errors = Errors()
    var read: [String: Int] = [:]
    for item in items { read[item.code] = ReturnHead.count(values[item.code] ?? "", "v-" + item.code, item.name, most: 99_999_999, &errors) }
    if errors.isEmpty, read.isEmpty, let first = items.first { errors.add("v-" + first.code, "Enter at least one figure: a return without any supplies nothing") }
    let day = head.validated(period, today: today, &errors)
    guard errors.isEmpty, let day else { return .invalid(errors) }
    return .valid((day, read))
  }

  func parts(_ items: [DatasetItem]) -> [FormView.Part] {
    var parts: [FormView.Part] = [.paragraph("Leave empty what you cannot supply: it counts as missing. 0 means that there was none.")]
    for item in items {
      let value = values[item.code] ?? ""
      parts.append(.field(.text("v-" + item.code, item.name, value, hint: item.isYearly ? "Of the whole year" : nil, width: .ten, autocomplete: "off", inputMode: "numeric")))
    }
    return parts + head.parts
  }
}

/// Counts of orders by district, as typed: three grids, an order a row, a district a column.
struct DisruptionForm: Sendable {
  enum Count: String, CaseIterable {
    case obtained, breached, refused
    var name: String {
      switch self {
      case .obtained: "Obtained, made or served"
      case .breached: "Breached"
      case .refused: "Applied for and refused"
      }
    }
  }

  var head: ReturnHead
  var cells: [String: String] = [:]
  /// Said outright, so that an empty form is never mistaken for a return of nothing.
  var isNothing = false

  init(_ known: [DisruptionLine], wasReturned: Bool, today: Day) {
    head = ReturnHead(today: today)
    isNothing = wasReturned && known.isEmpty
    for line in known {
      for (count, number) in [(Count.obtained, line.obtained), (.breached, line.breached), (.refused, line.refused)] where number > 0 {
        cells[Self.name(count, line.code, line.authority)] = String(number)
      }
    }
  }
  init(_ fields: FormFields, _ orders: [Settings.Returns.Order], _ districts: [Settings.Authority]) {
    head = ReturnHead(fields)
    isNothing = fields["nothing"] == "yes"
    for count in Count.allCases { for order in orders { for district in districts {
      let name = Self.name(count, order.code, district.id)
      cells[name] = fields.trimmed(name)
    } } }
  }

  static func name(_ count: Count, _ code: String, _ district: Int) -> String { "\(count.rawValue)-\(code)-\(district)" }

  func validated(_ orders: [Settings.Returns.Order], _ districts: [Settings.Authority], _ period: ReturnPeriod, today: Day) -> Validated<(received: Day, lines: [DisruptionLine])> {
    var errors = Errors()
    var lines: [DisruptionLine] = []
    for order in orders { for district in districts {
      func number(_ count: Count) -> Int {
        let name = Self.name(count, order.code, district.id)
        return ReturnHead.count(cells[name] ?? "", name, "\(order.name), \(district.name)", &errors) ?? 0
      }
      let line = DisruptionLine(authority: district.id, code: order.code, obtained: number(.obtained), breached: number(.breached), refused: number(.refused))
      if line.obtained + line.breached + line.refused > 0 { lines.append(line) }
    } }
    if errors.isEmpty, lines.isEmpty, !isNothing { errors.add("nothing", "Enter the counts, or tick that there were none in the quarter") }
    if !lines.isEmpty, isNothing { errors.add("nothing", "Take the tick away, or the counts: both cannot be") }
    let day = head.validated(period, today: today, &errors)
    guard errors.isEmpty, let day else { return .invalid(errors) }
    return .valid((day, lines))
  }

  func parts(_ orders: [Settings.Returns.Order], _ districts: [Settings.Authority], errors: Errors) -> [FormView.Part] {
    var parts: [FormView.Part] = [.inset("Counts of the quarter by district, never persons. Leave empty what did not occur.")]
    for count in Count.allCases {
      parts.append(.heading(count.name))
      let names = orders.flatMap { order in districts.map { Self.name(count, order.code, $0.id) } }
      parts.append(.controls(grid(count, orders, districts, errors), named: names))
    }
    parts.append(.field(.checkboxes("nothing", "Nothing to report", isNothing ? ["yes"] : [], [.init("yes", "There were none of these in any district in the quarter")], isOptional: true)))
    return parts + head.parts
  }

  private func grid(_ count: Count, _ orders: [Settings.Returns.Order], _ districts: [Settings.Authority], _ errors: Errors) -> TrustedHTML {
    let cells = cells
    var columns: [Column<Settings.Returns.Order>] = [.text("order", "Order or notice") { $0.name }]
    for district in districts {
      columns.append(Column("d\(district.id)", district.name, plain: { _ in "" }) { order, out in
        let name = Self.name(count, order.code, district.id)
        let error = errors[name]
        if let error {
          out.append("<p class=\"govuk-error-message\"")
          out.append(attribute: "id", name + "-error")
          out.append("><span class=\"govuk-visually-hidden\">Error: ")
          out.append(escaping: error.message)
          out.append("</span>Whole number</p>")
          out.append("<input class=\"govuk-input govuk-input--width-3 govuk-input--error\"")
          out.append(attribute: "aria-describedby", name + "-error")
        } else {
          out.append("<input class=\"govuk-input govuk-input--width-3\"")
        }
        out.append(attribute: "id", name)
        out.append(attribute: "name", name)
        out.append(attribute: "value", cells[name] ?? "")
        out.append(attribute: "aria-label", "\(order.name), \(district.name): \(count.name.lowercased())")
        out.append(" type=\"text\" inputmode=\"numeric\" autocomplete=\"off\">")
      })
    }
    return Table<Settings.Returns.Order>(rowHeader: "order", narrow: .scrolls, columns).html(orders, caption: count.name)
  }
}

/// What an agency assures, as typed.
struct AssuranceForm: Sendable {
  var head: ReturnHead
  var staff = ""
  var trained = ""
  var assures = ""
  var contracts = ""
  var words = ""
  var evidence = ""

  init(_ known: Assurance?, today: Day) {
    head = ReturnHead(today: today)
    guard let known else { return }
    staff = String(known.staff)
    trained = String(known.trained)
    assures = known.assures ? "yes" : "no"
    contracts = known.contracts ? "yes" : "no"
    words = known.words
    evidence = known.evidence
  }
  init(_ fields: FormFields) {
    head = ReturnHead(fields)
    staff = fields.trimmed("staff")
    trained = fields.trimmed("trained")
    assures = fields["assures"] ?? ""
    contracts = fields["contracts"] ?? ""
    words = fields.trimmed("words")
    evidence = fields.trimmed("evidence")
  }

  func validated(_ period: ReturnPeriod, today: Day) -> Validated<(received: Day, said: Assurance)> {
    var errors = Errors()
    let all = ReturnHead.count(staff, "staff", "Staff", most: 999_999, &errors)
    if staff.isEmpty { errors.add("staff", "Enter how many staff need the training") }
    let some = ReturnHead.count(trained, "trained", "Trained", most: 999_999, &errors)
    if trained.isEmpty { errors.add("trained", "Enter how many of them are trained at the level right for them") }
    if let all, let some, some > all { errors.add("trained", "Enter \(all.grouped) or fewer: no more can be trained than need it") }
    if !["yes", "no"].contains(assures) { errors.add("assures", "Choose yes or no") }
    if assures == "yes", let all, let some, some < all { errors.add("assures", "\((all - some).grouped) are not trained: the agency cannot assure all of them") }
    if !["yes", "no"].contains(contracts) { errors.add("contracts", "Choose yes or no") }
    errors.text(words, "words", "what the agency says of its training", today: today)
    errors.text(evidence, "evidence", "where the evidence is kept", least: 0, most: 400, today: today)
    let day = head.validated(period, today: today, &errors)
    guard errors.isEmpty, let day, let all, let some else { return .invalid(errors) }
    return .valid((day, Assurance(staff: all, trained: some, assures: assures == "yes", contracts: contracts == "yes", words: words, evidence: evidence)))
  }

  var parts: [FormView.Part] {
    let choices: [Field.Choice] = [.init("yes", "Yes"), .init("no", "No")]
    return [
      .row([.text("staff", "Staff who need the training", staff, width: .ten, autocomplete: "off", inputMode: "numeric"), .text("trained", "Trained at the level right for them", trained, width: .ten, autocomplete: "off", inputMode: "numeric")]),
      .field(.radios("assures", "Does the agency assure that all of them are trained?", assures, choices, inline: true)),
      .field(.radios("contracts", "Do its contracts ask those it commissions to train their staff?", contracts, choices, inline: true)),
      .field(.textarea("words", "What does the agency say of its training?", words, hint: "No names", rows: 4, limit: 2_000)),
      .field(.text("evidence", "Where the evidence is kept", evidence, hint: "Such as the section 11 audit’s number", width: .thirty, autocomplete: "off", isOptional: true)),
    ] + head.parts
  }
}
