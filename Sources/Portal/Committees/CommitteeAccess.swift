import Domain
import Foundation
import Web

extension OfficerVisit {
  /// The one road from an id in an address to a committee, a member or a hearing: not visible is not found; visible but not
  /// permitted is refused.
  func committee(may permission: Permission = .readCommittees) async throws -> Committee {
    guard let found = try await CommitteeStore(environment).committee(try id(), for: officer) else { throw Problem.notFound }
    guard officer.may(permission, in: found.authority) else { throw Problem.forbidden }
    return found
  }

  func member(may permission: Permission = .readCommittees) async throws -> Member {
    guard let found = try await CommitteeStore(environment).member(try id(), for: officer) else { throw Problem.notFound }
    guard officer.may(permission, in: found.authority) else { throw Problem.forbidden }
    return found
  }

  func hearing(may permission: Permission = .readCommittees) async throws -> Hearing {
    guard let found = try await HearingStore(environment).hearing(try id(), for: officer) else { throw Problem.notFound }
    guard officer.may(permission, in: found.authority) else { throw Problem.forbidden }
    return found
  }

  func session(may permission: Permission = .recordMemberTraining) async throws -> TrainingSession {
    guard let found = try await TrainingStore(environment).session(try id(), for: officer) else { throw Problem.notFound }
    guard officer.may(permission, in: found.authority) else { throw Problem.forbidden }
    return found
  }

  /// The authorities in which this officer may do something, for a form's choice of district.
  func places(_ permission: Permission) -> [Settings.Authority] { officer.authorities(permission).compactMap(environment.settings.authority) }

  /// Reads a date of a form, or says what is wrong with it.
  static func day(_ typed: DateFields, _ field: String, of what: String, _ errors: inout Errors, isOptional: Bool = false) -> Day? {
    let reading = typed.read()
    if case .empty = reading, isOptional { return nil }
    if case .date(let parsed) = reading, let day = Day(year: parsed.year, month: parsed.month, day: parsed.day) { return day }
    if let (message, parts) = DateFields.message(for: reading, of: what) {
      errors.add(field, message, parts: parts)
    } else {
      errors.add(field, "Enter a real date")
    }
    return nil
  }
}

extension DateFields {
  init(_ day: Day?) {
    self.init()
    if let day { self = DateFields(year: day.year, month: day.month, day: day.day) }
  }
}

extension Day {
  /// "90, 60, 30 and 7"
  static func stepsInWords(_ days: [Int]) -> String {
    let words = days.sorted(by: >).map { String($0) }
    return words.count < 2 ? words.joined() : words.dropLast().joined(separator: ", ") + " and " + (words.last ?? "")
  }

  /// "3 Apr 2026", or "No end".
  static func lastWords(_ range: DayRange) -> String { range.before.map { ($0 - 1).short } ?? "No end" }
}

extension DayRange {
  /// "3 Apr 2026 to 2 Apr 2029", or "from 3 Apr 2026".
  var shortWords: String { last.map { "\(from.short) to \($0.short)" } ?? "from \(from.short)" }
}
