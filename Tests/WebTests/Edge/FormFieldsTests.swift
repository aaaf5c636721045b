import Crypto
import Testing
import Web

@Suite struct FormReadingTests {
  @Test func readsWhatWasTyped() throws {
    let fields = try FormFields(urlEncoded: Array("a=1+2&b=%C3%A9%26&a=3&empty=&bare".utf8))
    #expect(fields.all("a") == ["1 2", "3"] && fields["b"] == "é&" && fields["empty"] == "" && fields["bare"] == "" && fields["none"] == nil)
  }

  @Test(arguments: ["a=%", "a=%4", "a=%zz", "a=%00", "a=%FF", "a=%C3"]) func refusesWhatIsNotText(body: String) {
    #expect(throws: Problem.self) { try FormFields(urlEncoded: Array(body.utf8)) }
  }

  @Test func refusesAFlood() {
    #expect(throws: Problem.self) { try FormFields(urlEncoded: Array(String(repeating: "a=1&", count: 501).utf8)) }
  }
}

@Suite struct FormTokenTests {
  private let csrf = CSRF(key: SymmetricKey(size: .bits256))
  private let session = Chance.bytes(32)

  @Test func aTokenIsOfOneSessionAndNeverLooksTheSame() {
    let (one, two) = (csrf.token(for: session).value, csrf.token(for: session).value)
    #expect(one != two)
    #expect(csrf.verify(one, for: session) && csrf.verify(two, for: session))
    #expect(!csrf.verify(one, for: Chance.bytes(32)))
    #expect(!CSRF(key: SymmetricKey(size: .bits256)).verify(one, for: session))
  }

  @Test(arguments: [nil, "", "x", "AAAA", String(repeating: "A", count: 86)]) func anythingElseIsRefused(typed: String?) {
    #expect(!csrf.verify(typed, for: session))
  }
}
