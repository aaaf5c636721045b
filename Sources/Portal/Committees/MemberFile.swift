import Domain
import Foundation
import Web

/// Councillors and memberships out of a file: CSV with headings, or JSON as councils' committee systems give it.
struct MemberFile: Sendable {
  /// One councillor, perhaps with one membership.
  struct Line: Codable, Sendable, Equatable {
    var number: Int
    var council: String
    var name: String
    var ward: String
    var committee: String
    var role: String
  }

  enum Refusal: Error { case words(String) }

  private static let headings: [String: [String]] = [
    "council": ["council", "district", "authority", "organisationlabel"], "name": ["councillor", "member", "name", "membername", "fullname"],
    "ward": ["ward", "division", "electoraldivision"], "committee": ["committee", "committeename", "body"], "role": ["role", "position", "post"],
  ]

  /// - Throws: `Refusal` in words.
  static func read(_ bytes: [UInt8]) throws -> [Line] {
    guard let first = bytes.first(where: { $0 > 32 && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF }) else { throw Refusal.words("The file is empty") }
    let lines = first == UInt8(ascii: "[") || first == UInt8(ascii: "{") ? try json(bytes) : try csv(bytes)
    guard !lines.isEmpty else { throw Refusal.words("No councillor was found in the file") }
    guard lines.count <= 10_000 else { throw Refusal.words("The file holds more than 10,000 lines: split it") }
    return lines
  }

  private static func csv(_ bytes: [UInt8]) throws -> [Line] {
    let sniff: TableSniff
    do { sniff = try TableSniff(bytes, isWhole: true) } catch { throw Refusal.words("The file could not be read as a table") }
    var reader = DelimitedReader(format: sniff.format)
    var records: [TableRecord] = []
    do {
      records = try reader.feed(bytes)
      records += try reader.finish()
    } catch { throw Refusal.words("The file could not be read as a table") }
    guard let head = records.first else { throw Refusal.words("The file is empty") }
    var places: [String: Int] = [:]
    for index in 0..<head.count {
      let heading = PersonName.folded(head.text(index)).filter { $0 != " " }
      for (field, names) in headings where places[field] == nil && names.contains(heading) { places[field] = index }
    }
    guard let name = places["name"] else { throw Refusal.words("The first line must name the columns: councillor, ward, and, where they are there, council, committee and role") }
    return records.dropFirst().compactMap { record in
      func text(_ field: String) -> String { places[field].map(record.text) ?? "" }
      let line = Line(number: record.line, council: text("council"), name: record.text(name), ward: text("ward"), committee: text("committee"), role: text("role"))
      return line.name.isEmpty ? nil : line
    }
  }

  private struct Entry: Decodable {
    struct Person: Decodable {
      var name: String
      var ward: String?
      var role: String?
      var council: String?
    }
    struct Seat: Decodable {
      var name: String
      var role: String?
    }
    var member: Person?
    var name: String?
    var ward: String?
    var council: String?
    var committees: [Seat]?
  }

  private static func json(_ bytes: [UInt8]) throws -> [Line] {
    let entries: [Entry]
    do { entries = try JSONDecoder().decode([Entry].self, from: Data(bytes)) } catch {
      throw Refusal.words("The JSON must be a list of members, each with a name, a ward and a list of committees")
    }
    return entries.enumerated().flatMap { index, entry -> [Line] in
      let name = entry.member?.name ?? entry.name ?? ""
      guard !name.isEmpty else { return [] }
      let line = Line(number: index + 1, council: entry.member?.council ?? entry.council ?? "", name: name, ward: entry.member?.ward ?? entry.ward ?? "", committee: "", role: "")
      let seats = entry.committees ?? []
      return seats.isEmpty ? [line] : seats.map { seat in
        var copy = line
        copy.committee = seat.name
        copy.role = seat.role ?? ""
        return copy
      }
    }
  }

  /// The role that a file's word means; nil for one that is not known. Some systems glue the role to the committee's name.
  static func role(_ text: String) -> CommitteeRole? {
    let word = PersonName.folded(text)
    if word.isEmpty || ["member", "councillor", "committee member", "ordinary member"].contains(word) { return .member }
    if word.contains("vice") || word.contains("deputy") { return .viceChair }
    if word.hasPrefix("chair") { return .chair }
    if word.contains("substitute") || word.contains("reserve") { return .substitute }
    return nil
  }
}
