/// Whether a text can be an e-mail address: enough to catch slips, never so strict that a real one is refused.
package enum EmailAddress {
  package static func isPlausible(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    return parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".") && !parts[1].hasPrefix(".") && !parts[1].hasSuffix(".")
      && !text.contains(where: \.isWhitespace) && text.utf8.count <= 254
  }
}
