package import Foundation

/// An address as it stands in the window of an envelope: the name first, the postcode alone on the last line, and nothing cut off. The
/// window is 92 mm wide and 25 mm high: five lines of 10.5 point, or seven of 9 point.
package struct EnvelopeAddress: Equatable, Sendable {
  package private(set) var lines: [String]
  /// Whether it only fits in small letters.
  package private(set) var isSmall: Bool

  /// Ems on a line of 92 mm, of 10.5 point and of 9 point.
  package static let usual = 24.8, small = 28.9

  package init(name: String, address: String, postcode: String?) {
    var middle = address.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    let name = Self.shortened(name.trimmingCharacters(in: .whitespaces), to: 2)
    let last = [postcode ?? ""].filter { !$0.isEmpty }
    // Where there are too many lines, the two that are shortest together share one.
    while Self.room([name] + middle + last, Self.small) > 7, middle.count > 1 {
      let at = middle.indices.dropLast().min { middle[$0].count + middle[$0 + 1].count < middle[$1].count + middle[$1 + 1].count } ?? 0
      middle.replaceSubrange(at...at + 1, with: [middle[at] + ", " + middle[at + 1]])
    }
    if middle.count == 1 { middle[0] = Self.shortened(middle[0], to: 7 - Self.room([name] + last, Self.small)) }
    lines = [name] + middle + last
    isSmall = Self.room(lines, Self.usual) > 5
  }

  /// Lines that these take where a line has room for so many ems. What breaks leaves some of its room empty.
  package static func room(_ lines: [String], _ ems: Double = EnvelopeAddress.small) -> Int {
    lines.reduce(0) { all, line in
      let width = width(line)
      return all + (width <= ems ? 1 : Int((width / (ems * 0.8)).rounded(.up)))
    }
  }

  /// The width in ems, generously: of Arial's letters.
  private static func width(_ text: String) -> Double {
    text.reduce(0) { $0 + ($1 == " " || $1 == "," || $1 == "." || $1 == "'" ? 0.3 : $1.isUppercase ? 0.75 : 0.56) }
  }

  private static func shortened(_ text: String, to lines: Int) -> String {
    guard room([text]) > lines else { return text }
    var short = text
    while room([short + "…"]) > lines, !short.isEmpty { short.removeLast() }
    return short + "…"
  }
}
