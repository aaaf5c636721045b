/// Whether a text can be an e-mail address: enough to catch slips, never so strict that a real one is refused.
package enum EmailAddress {
  package static func isPlausible(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    return parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".") && !parts[1].hasPrefix(".") && !parts[1].hasSuffix(".")
      && !text.contains(where: \.isWhitespace) && text.utf8.count <= 254
  }
}

/// A UK postcode in its one presentable form: "WR1 2AB". Nil for what cannot be one.
package enum Postcode {
  package static func presentable(_ text: String) -> String? {
    let plain = text.uppercased().filter { !$0.isWhitespace }
    guard (5...7).contains(plain.utf8.count), plain.utf8.allSatisfy({ (65...90).contains($0) || (48...57).contains($0) }) else { return nil }
    let inward = plain.suffix(3)
    let outward = plain.dropLast(3)
    guard let first = inward.first, first.isNumber, inward.dropFirst().allSatisfy(\.isLetter), outward.first?.isLetter == true,
      outward.contains(where: \.isNumber)
    else { return nil }
    return "\(outward) \(inward)"
  }
}
