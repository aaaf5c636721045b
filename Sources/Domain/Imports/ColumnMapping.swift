/// Which column feeds which field, with the answers an officer gave about the file's words and dates.
package struct ColumnMapping: Hashable, Sendable {
  package let columns: [TableColumn]
  /// A field, or nil for columns that are left out; one for each of `columns`.
  package private(set) var fields: [RegisterField?]
  package var choices: ImportChoices

  /// - Parameter fields: shorter lists are filled up with nil.
  package init(columns: [TableColumn], fields: [RegisterField?], choices: ImportChoices = ImportChoices()) {
    self.columns = columns
    self.fields = columns.indices.map { $0 < fields.count ? fields[$0] : nil }
    self.choices = choices
  }

  package subscript(column index: Int) -> RegisterField? {
    get { fields.indices.contains(index) ? fields[index] : nil }
    set { if fields.indices.contains(index) { fields[index] = newValue } }
  }

  /// The columns that feed a field, left to right.
  package func columns(for field: RegisterField) -> [Int] { fields.indices.filter { fields[$0] == field } }

  package func column(for field: RegisterField) -> Int? { fields.firstIndex(of: field) }

  /// The column whose values are the reference: the badge number serves where there is no reference.
  package var keyColumn: Int? { column(for: .reference) ?? column(for: .badge) }

  /// The fields the file speaks of. Only these are compared with what is held: what a file does not carry it cannot change.
  package var mapped: Set<RegisterField> {
    var mapped = Set(fields.compactMap { $0 })
    mapped.remove(.vehicle)
    mapped.remove(.district)
    if mapped.remove(.fullName) != nil { mapped.formUnion([.familyName, .givenNames]) }
    if mapped.remove(.premisesName) != nil { mapped.insert(.tradingName) }
    if keyColumn != nil { mapped.insert(.reference) }
    return mapped
  }

  /// Why no row can be read with this mapping, in sentences. Empty when rows can be read.
  package var problems: [String] {
    var problems: [String] = []
    if keyColumn == nil {
      problems.append(
        "No column holds the licence reference. Without one, rows cannot be told apart or matched with what is held, "
          + "so the file cannot be imported. Say which column is the reference, or ask for a file that has one.")
    }
    let naming: [RegisterField] = [.familyName, .fullName, .operatorName, .tradingName, .premisesName]
    // A house in multiple occupation often has no name: its address stands for one.
    if !naming.contains(where: { column(for: $0) != nil }), column(for: .addressLine) == nil || choices.defaultKind?.isOfPlace == false {
      problems.append("No column holds a name. Say which column names the driver, the operator or the place.")
    }
    if column(for: .kind) == nil, choices.defaultKind == nil {
      problems.append("No column says what kind of licence each row is. Choose the kind that all rows are.")
    }
    for field in RegisterField.allCases where !field.takesSeveralColumns {
      let names = columns(for: field).map { "“\(columns[$0].name)”" }
      if names.count > 1 {
        problems.append("\(names.joined(separator: " and ")) are both mapped to the \(field.words). Choose one.")
      }
    }
    return problems
  }

  /// Columns of dates whose order has to be asked: their sampled values can be read both ways, or contradict each
  /// other, and no answer has been given.
  package func dateColumnsToAsk(_ evidence: [DateEvidence]) -> [TableColumn] {
    guard choices.dateOrder == nil else { return [] }
    return columns.filter { column in
      guard fields[column.index]?.isDate == true, evidence.indices.contains(column.index) else { return false }
      return order(of: column.index, evidence) == nil
    }
  }

  /// The order in which a column's dates are read: its own evidence, else the officer's answer, else its neighbours'.
  /// Nil when it must be asked.
  package func order(of index: Int, _ evidence: [DateEvidence]) -> DateOrder? {
    guard evidence.indices.contains(index) else { return choices.dateOrder ?? .dayFirst }
    switch evidence[index].verdict {
    case .decided(let order): return order
    case .contradictory: return choices.dateOrder
    case .ambiguous, .indifferent:
      if let answer = choices.dateOrder { return answer }
      if case .decided(let order) = DateEvidence.order(ofFile: evidence), order != .yearFirst { return order }
      return evidence[index].verdict == .indifferent ? .dayFirst : nil
    }
  }
}

/// An officer's answers about a file, kept with a saved mapping.
package struct ImportChoices: Hashable, Codable, Sendable {
  /// How dates that can be read both ways are read.
  package var dateOrder: DateOrder?
  /// The kind of every row that does not say its own.
  package var defaultKind: LicenceKind?
  /// What the register's own words for kinds mean, by folded word (`ImportWords.folded`).
  package var kinds: [String: LicenceKind]
  package var statuses: [String: ImportedStatus]
  /// Words for kinds whose rows are left out, folded. Optional only for mappings kept before there were any.
  package var leftOut: Set<String>?

  package init(
    dateOrder: DateOrder? = nil, defaultKind: LicenceKind? = nil, kinds: [String: LicenceKind] = [:],
    statuses: [String: ImportedStatus] = [:]
  ) {
    self.dateOrder = dateOrder
    self.defaultKind = defaultKind
    self.kinds = [:]
    self.statuses = [:]
    for (word, kind) in kinds { self.kinds[ImportWords.folded(word)] = kind }
    for (word, status) in statuses { self.statuses[ImportWords.folded(word)] = status }
  }
}
