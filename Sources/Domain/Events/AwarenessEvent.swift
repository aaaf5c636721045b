import Foundation

/// A meeting at which people of the trade hear about exploitation.
package enum EventKind: String, CaseIterable, Sendable, Codable {
  case taxiForum = "taxi_forum"
  case tradeLiaison = "trade_liaison"
  case pubwatch, nightsafe, other

  package var name: String {
    switch self {
    case .taxiForum: "Taxi forum"
    case .tradeLiaison: "Trade liaison meeting"
    case .pubwatch: "Pubwatch"
    case .nightsafe: "Nightsafe"
    case .other: "Another event"
    }
  }
}

/// What attendance of an event is evidence of, besides having been there.
package enum EventEvidence: String, CaseIterable, Sendable, Codable {
  case none, issuance, training

  package var name: String {
    switch self {
    case .none: "Attendance only"
    case .issuance: "Guidance was given to everybody there"
    case .training: "It was training"
    }
  }
}

/// Numbers of licences as somebody pastes them from a sheet: one a line, or several with commas, semicolons or tabs between.
package enum PastedReferences {
  /// The most that one paste may hold.
  package static let most = 1000

  /// Each once, in order, without surrounding space; two that differ in case, spaces or strokes only are the same.
  package static func read(_ text: String) -> [String] {
    var seen: Set<String> = []
    return text.split { $0.isNewline || $0 == "," || $0 == ";" || $0 == "\t" }
      .map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty }
      .map { String($0.prefix(120)) }
      .filter { seen.insert(key($0)).inserted }
  }

  /// As the register compares references and badges: letters and figures only, capitals. Text without any is compared as it is.
  package static func key(_ text: String) -> String {
    let plain = String(text.unicodeScalars.filter { ("A"..."Z").contains($0) || ("a"..."z").contains($0) || ("0"..."9").contains($0) }).uppercased()
    return plain.isEmpty ? text : plain
  }
}
