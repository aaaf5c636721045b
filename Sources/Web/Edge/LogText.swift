/// What came from outside, as it may stand in the log.
package enum LogText {
  /// The text on one line: control characters, line and paragraph separators and direction marks as `\u{…}`, so that nobody
  /// outside can begin a line of our log or colour a terminal.
  /// - Parameter limit: characters after which it is cut.
  package static func safe(_ text: String, limit: Int = 300) -> String {
    var out = ""
    var count = 0
    for scalar in text.unicodeScalars {
      if count == limit { return out + "…" }
      count += 1
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate:
        out += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
