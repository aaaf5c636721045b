/// A mapping proposed from the headings and the values of a file, with the reason for each column.
package struct MappingSuggestion: Sendable {
  package struct Column: Hashable, Sendable {
    package let column: TableColumn
    package let field: RegisterField?
    /// "the heading says so", "the values look like postcodes"; nil for columns left out.
    package let why: String?
  }

  package let columns: [Column]

  package var mapping: ColumnMapping {
    ColumnMapping(columns: columns.map(\.column), fields: columns.map(\.field))
  }

  /// - Parameter choices: the words already explained count as known when the kind and status columns are looked for.
  package init(_ sniff: TableSniff) {
    var candidates: [(column: Int, field: RegisterField, score: Double, why: String)] = []
    for (column, profile) in zip(sniff.columns, sniff.profiles) {
      let named = column.isGenerated ? nil : RegisterField.named(byHeading: column.name)
      if let named, let score = Self.score(named, profile) {
        candidates.append((column.index, named.field, score, "the heading says so"))
      }
      if named == nil, let guess = Self.guess(profile, isNamed: !column.isGenerated) {
        candidates.append((column.index, guess.field, guess.score, guess.why))
      }
    }
    candidates.sort { ($1.score, $0.column) < ($0.score, $1.column) }
    var chosen: [Int: (field: RegisterField, why: String)] = [:]
    var taken: Set<RegisterField> = []
    for candidate in candidates where chosen[candidate.column] == nil {
      if !candidate.field.takesSeveralColumns, !taken.insert(candidate.field).inserted {
        // A second licence number beside the reference is the badge.
        if candidate.field == .reference, candidate.why == "the heading says so", taken.insert(.badge).inserted {
          chosen[candidate.column] = (.badge, "the heading says so, and another column is the reference")
        }
        // Two date columns without headings are start and end, in that order.
        if candidate.field == .start, candidate.why != "the heading says so", taken.insert(.expiry).inserted {
          chosen[candidate.column] = (.expiry, "the values are dates, the second such column")
        }
        continue
      }
      chosen[candidate.column] = (candidate.field, candidate.why)
    }
    // A heading may claim the trading name where it is the only name there is: it stays; a full name beside parts goes.
    if taken.contains(.familyName), let full = chosen.first(where: { $0.value.field == .fullName }) {
      chosen[full.key] = nil
    }
    // "Full address" over the first of several columns, and nothing over the others.
    for column in sniff.columns.dropFirst() where column.isGenerated && chosen[column.index]?.field == nil {
      if chosen[column.index - 1]?.field == .addressLine { chosen[column.index] = (.addressLine, "it stands beside the address and has no heading") }
    }
    columns = sniff.columns.map { Column(column: $0, field: chosen[$0.index]?.field, why: chosen[$0.index]?.why) }
  }

  /// The heading's weight, unless the values contradict it: then nil.
  private static func score(_ named: (field: RegisterField, weight: Int), _ profile: ColumnProfile) -> Double? {
    let weight = Double(named.weight)
    guard profile.filled > 0 else { return weight - 3 }
    switch named.field {
    case .start, .expiry, .originalGrant, .statusDate: return profile.dates.isDateColumn ? weight : nil
    case .kind:
      let known = profile.share(profile.kinds)
      return known > 0 ? weight + known * 3 : weight - 6 > 0 && profile.distinctness < 0.5 ? weight - 6 : nil
    case .status: return profile.share(profile.statuses) > 0 ? weight : weight - 5
    case .reference, .badge:
      // A reference that repeats in every second row is none; a badge may stay blank.
      return profile.distinctness >= 0.5 ? weight : nil
    default: return weight
    }
  }

  /// A field from values alone, for columns without a heading that says anything.
  private static func guess(
    _ profile: ColumnProfile, isNamed: Bool
  ) -> (field: RegisterField, score: Double, why: String)? {
    guard profile.filled > 0 else { return nil }
    func mostly(_ count: Int) -> Bool { profile.share(count) >= 0.8 }
    if mostly(profile.emails) { return (.email, 5, "the values are e-mail addresses") }
    if mostly(profile.postcodes) { return (.postcode, 5, "the values are postcodes") }
    if mostly(profile.vehicleMarks) { return (.vehicle, 5, "the values are registration marks of vehicles") }
    if mostly(profile.statuses) { return (.status, 4, "the values are words of status") }
    if mostly(profile.kinds) { return (.kind, 4, "the values are kinds of licence") }
    // What a heading names otherwise is not taken over by the looks of its values.
    if isNamed { return nil }
    if profile.dates.isDateColumn { return (.start, 4, "the values are dates") }
    if mostly(profile.phones) { return (.phone, 4, "the values are telephone numbers") }
    if mostly(profile.commaNames), profile.distinctness > 0.5 { return (.fullName, 3, "the values are names") }
    if mostly(profile.codes), profile.distinctness == 1, profile.filled >= 3 {
      return (.reference, 3, "every value is a different number")
    }
    return nil
  }
}
