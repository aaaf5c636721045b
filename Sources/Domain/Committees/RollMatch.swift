package import Foundation

/// Whom a line of a file means, among the members of a council: certain, or in doubt and left to a person. Never guessed.
package enum RollMatch: Sendable, Equatable {
  case certain(UUID)
  /// Whom it may mean, likeliest first, and why it is not certain.
  case doubt([UUID], String)

  /// A member as they are matched: name and ward folded, without titles.
  package struct Entry: Sendable {
    package var id: UUID
    package var name: String
    package var ward: String
    package var email: String?
    package init(id: UUID, name: String, ward: String = "", email: String? = nil) {
      self.id = id
      self.name = name
      self.ward = ward
      self.email = email
    }
  }

  /// - Parameters: folded as the entries are; empty where the file does not say.
  package static func find(name: String, ward: String = "", email: String = "", in roll: [Entry]) -> RollMatch {
    let addressed = email.isEmpty ? [] : roll.filter { $0.email == email }
    if let one = addressed.first, addressed.count == 1 {
      if name.isEmpty || one.name == name || likeness(one.name, name) != nil { return .certain(one.id) }
      return .doubt([one.id] + like(name, in: roll).filter { $0 != one.id }, "The address is held by somebody of another name")
    }
    guard !name.isEmpty else { return .doubt([], email.isEmpty ? "The line names nobody" : "Nobody has this address") }
    let same = roll.filter { $0.name == name }
    if same.count > 1 {
      let there = same.filter { !ward.isEmpty && $0.ward == ward }
      if let one = there.first, there.count == 1 { return .certain(one.id) }
      return .doubt(same.map(\.id), "Several members have this name")
    }
    if let one = same.first {
      if !ward.isEmpty, !one.ward.isEmpty, one.ward != ward { return .doubt([one.id], "The ward is another") }
      return .certain(one.id)
    }
    let near = like(name, in: roll)
    return .doubt(near, near.isEmpty ? "No member has this name" : "No member has this name; somebody’s is like it")
  }

  private static func like(_ name: String, in roll: [Entry]) -> [UUID] {
    roll.compactMap { entry in likeness(entry.name, name).map { (entry.id, $0, entry.name) } }
      .sorted { ($0.1, $0.2, $0.0.uuidString) < ($1.1, $1.2, $1.0.uuidString) }.prefix(5).map(\.0)
  }

  /// How unlike two names are, nil where they are not alike: up to two slips of the pen, the words in another order, or the same family
  /// name with the same first letter.
  static func likeness(_ a: String, _ b: String) -> Int? {
    if a == b { return 0 }
    let (one, other) = (a.split(separator: " "), b.split(separator: " "))
    if one.sorted() == other.sorted() { return 1 }
    let slips = distance(Array(a.utf8), Array(b.utf8))
    if slips <= 2, min(a.utf8.count, b.utf8.count) >= 5 { return 1 + slips }
    if let last = one.last, last == other.last, one.first?.first == other.first?.first { return 4 }
    return nil
  }

  /// Letters put in, left out, changed, or two changed about.
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
    if abs(a.count - b.count) > 2 { return 3 }
    var before: [Int] = [], last = Array(0...b.count)
    for i in 1...a.count {
      var row = [i] + Array(repeating: 0, count: b.count)
      for j in 1...b.count {
        row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { row[j] = min(row[j], before[j - 2] + 1) }
      }
      before = last
      last = row
    }
    return last[b.count]
  }
}
