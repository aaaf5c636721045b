import Domain
import Testing

@Suite struct PasswordRulesTests {
  private func refusal(_ password: String) -> String? {
    PasswordRules.refusal(of: password, email: "ros.hartley@example.org", name: "Ros Hartley")
  }

  @Test(arguments: ["violet ferry tangent", "correct horse battery", "Über-lange Wörter hier", "3 apples, 4 pears, 5 figs"])
  func longAndUnguessedIsTaken(password: String) { #expect(refusal(password) == nil) }

  @Test(arguments: [
    "short", "thirteen char", "aaaaaaaaaaaaaaaa", "abababababababab", "password12345678", "P@ssw0rdP@ssw0rd", "qwertyuiop12345", "LanternLantern1",
    "worcestershire1", "ros.hartley1234", "abcdefghijklmnopq", String(repeating: "é word ", count: 60),
  ])
  func guessedFirstIsRefused(password: String) { #expect(refusal(password) != nil) }
}
