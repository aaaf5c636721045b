import Domain
import Web

extension Errors {
  /// The day that was typed; nil with an error noted where there is none, or none that exists.
  /// - Parameter what: the question in words: "The day of the event".
  mutating func day(_ typed: DateFields, _ field: String, of what: String) -> Day? {
    let reading = typed.read()
    if case .date(let parsed) = reading, let day = Day(year: parsed.year, month: parsed.month, day: parsed.day) { return day }
    if let (message, parts) = DateFields.message(for: reading, of: what) {
      add(field, message, parts: parts)
    } else {
      add(field, "Enter a real date")
    }
    return nil
  }
}

extension DateFields {
  init(_ day: Day) { self.init(year: day.year, month: day.month, day: day.day) }
}
