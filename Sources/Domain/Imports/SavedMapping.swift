/// A mapping as it is kept under a name: by heading, so that it fits again although columns moved or changed case.
package struct SavedMapping: Hashable, Codable, Sendable {
  /// A field for each heading, by its canonical words; for a file without headings, by place ("column 3").
  package let fields: [String: RegisterField]
  /// The headings as they were written, for messages.
  package let names: [String: String]
  /// Headings that were there and were left out.
  package let ignored: [String]
  package let hasHeader: Bool
  package private(set) var choices: ImportChoices

  package init(_ mapping: ColumnMapping, hasHeader: Bool) {
    var fields: [String: RegisterField] = [:]
    var names: [String: String] = [:]
    var ignored: [String] = []
    for column in mapping.columns {
      let key = ImportWords.heading(column.name)
      if let field = mapping[column: column.index] {
        fields[key] = field
        names[key] = column.name
      } else {
        ignored.append(key)
      }
    }
    self.fields = fields
    self.names = names
    self.ignored = ignored.sorted()
    self.hasHeader = hasHeader
    choices = mapping.choices
  }

  /// The same columns with other answers.
  package func with(_ choices: ImportChoices) -> SavedMapping {
    var copy = self
    copy.choices = choices
    return copy
  }

  package struct Fit: Hashable, Sendable {
    package let mapping: ColumnMapping
    /// What no longer fits, in sentences. Empty when the file has all that the mapping knew and nothing new.
    package let complaints: [String]
    /// Whether every mapped column was found: only then may the mapping be used unseen.
    package let isComplete: Bool
  }

  /// The mapping for a file's columns, and what no longer fits.
  package func fit(_ columns: [TableColumn], hasHeader: Bool) -> Fit {
    var complaints: [String] = []
    if hasHeader != self.hasHeader {
      complaints.append(
        self.hasHeader
          ? "The mapping goes by column names, and this file has none."
          : "The mapping was made for a file without column names, and this file has them.")
    }
    var found: Set<String> = []
    var fresh: [String] = []
    let mapped = columns.map { column -> RegisterField? in
      let key = ImportWords.heading(column.name)
      if let field = fields[key] {
        found.insert(key)
        return field
      }
      if !ignored.contains(key) { fresh.append("“\(column.name)”") }
      return nil
    }
    let missing = fields.keys.filter { !found.contains($0) }.sorted()
    for key in missing {
      complaints.append(
        "The column “\(names[key] ?? key)” (\(fields[key]?.words ?? "")) is not in this file.")
    }
    if !fresh.isEmpty {
      complaints.append(
        fresh.count == 1
          ? "The column \(fresh[0]) is new and is left out." : "The columns \(Self.list(fresh)) are new and are left out.")
    }
    return Fit(
      mapping: ColumnMapping(columns: columns, fields: mapped, choices: choices), complaints: complaints,
      isComplete: missing.allSatisfy { fields[$0] == .vehicle } && hasHeader == self.hasHeader)
  }

  private static func list(_ words: [String]) -> String {
    words.dropLast().joined(separator: ", ") + (words.count > 1 ? " and " : "") + (words.last ?? "")
  }
}
