import Foundation

/// The folded name that lists are ordered by: lower case, without accents and marks, family name first.
package enum SortName {
  package static func of(family: String, given: String) -> String {
    [family, given].map(fold).filter { !$0.isEmpty }.joined(separator: ", ")
  }

  package static func fold(_ text: String) -> String {
    let plain = text.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil).lowercased()
    var words: [String] = [""]
    for scalar in plain.unicodeScalars {
      switch scalar {
      case "'", "\u{2019}", "`", ".": continue
      case "a"..."z", "0"..."9": words[words.count - 1].unicodeScalars.append(scalar)
      default: if words[words.count - 1] != "" { words.append("") }
      }
    }
    return words.filter { !$0.isEmpty }.joined(separator: " ")
  }
}
