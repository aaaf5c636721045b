/// What a password must be: long, and not one that is guessed first. No composition rules, no expiry
/// (NCSC password guidance; OWASP ASVS 5.0 V6.2).
package enum PasswordRules {
  package static let minimumLength = 14
  package static let maximumBytes = 256

  /// Why the password cannot be used, as a sentence, or nil.
  package static func refusal(of password: String, email: String, name: String) -> String? {
    if password.count < minimumLength { return "Enter a password of \(minimumLength) characters or more. Three random words work well" }
    if password.utf8.count > maximumBytes { return "Enter a shorter password: this one is over \(maximumBytes) bytes" }
    let folded = fold(password)
    if Set(folded).count < 5 { return "Choose a password with more different characters" }
    if isRun(folded) { return "Choose a password that is not a sequence" }
    let own = (email.split(separator: "@").map(String.init) + name.split(separator: " ").map(String.init)).map(fold).filter { $0.count > 3 }
    var rest = folded
    for word in (common + own).sorted(by: { $0.count > $1.count }) { rest = rest.replacing(word, with: "") }
    if rest.count < 5 { return "Choose a password that is harder to guess: this one is made of words tried first" }
    return nil
  }

  /// Lower case, with the usual stand-ins undone, letters and digits only.
  private static func fold(_ text: String) -> String {
    let standIns: [Character: Character] = ["0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"]
    return String(text.lowercased().compactMap { standIns[$0] ?? ($0.isLetter || $0.isNumber ? $0 : nil) })
  }

  private static func isRun(_ text: String) -> Bool {
    let values = text.unicodeScalars.map { Int($0.value) }
    guard values.count > 2 else { return true }
    let steps = Set(zip(values.dropFirst(), values).map { $0 - $1 })
    return steps.count == 1 && abs(steps.first ?? 0) <= 1
  }

  // Folded as above. The words that open most lists of guesses, and those that this service suggests.
  private static let common = [
    "password", "passwort", "passw", "qwertyuiop", "qwerty", "asdfghjkl", "asdfgh", "zxcvbnm", "letmein", "welcome", "iloveyou", "monkey",
    "dragon", "football", "baseball", "liverpool", "arsenal", "chelsea", "sunshine", "princess", "superman", "batman", "trustno", "master",
    "shadow", "admin", "administrator", "login", "secret", "changeme", "default", "guest", "test", "hello", "abcdef", "abc", "lzeas", "l2eas6789",
    "l2eas678", "l2eas6", "l2eas", "llllll", "oooooo", "lantern", "council", "licensing", "license", "licence", "officer", "safeguarding", "worcester",
    "worcestershire", "bromsgrove", "redditch", "wychavon", "malvern", "wyreforest", "taxi", "driver", "spring", "summer", "autumn", "winter",
    "january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december", "monday", "friday",
  ]
}
