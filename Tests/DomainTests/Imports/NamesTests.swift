import Testing

@testable import Domain

@Suite struct NamesTests {
  @Test(arguments: [
    ("O'BRIEN", "O'Brien"), ("MCDONALD", "McDonald"), ("VAN DER BERG", "Van der Berg"), ("EL-KALLINI", "El-Kallini"),
    ("MACDONALD", "MacDonald"), ("MACHADO", "Machado"), ("SMITH III", "Smith III"), ("D'ARCY", "D'Arcy"),
    ("TONY'S", "Tony's"), ("van der Berg", "van der Berg"), ("deVries", "deVries"), ("M", "M"), ("JOSÉ", "José"),
    ("MC", "Mc"), ("", ""), ("ÉAMON", "Éamon"), ("SMITH-", "Smith-"),
  ])
  func presentable(_ from: String, _ to: String) { #expect(NameCase.presentable(from) == to) }

  @Test func whole() {
    func parsed(_ text: String) -> [String] { [PersonName.parse(text).given, PersonName.parse(text).family] }
    #expect(parsed("TAYLOR,MARILYN,C") == ["Marilyn C", "Taylor"])
    #expect(parsed("GARCIA, MIGUEL") == ["Miguel", "Garcia"])
    #expect(parsed("Maria van der Berg") == ["Maria", "van der Berg"])
    #expect(parsed("Mr John Smith") == ["John", "Smith"] && parsed("SMITH, MR JOHN") == ["John", "Smith"])
    #expect(parsed("John Smith Jr") == ["John", "Smith Jr"] && parsed("Madonna") == ["", "Madonna"])
    #expect(parsed("SMITH,") == ["", "Smith"] && parsed("") == ["", ""])
    #expect(parsed("AHMED AL MASRI") == ["Ahmed", "Al Masri"])
    #expect(PersonName(family: "Ash", given: "Jo").display == "Jo Ash" && PersonName(family: "Ash", given: "Jo").sorted == "Ash, Jo")
  }

  @Test func folded() {
    #expect(PersonName.folded("Siân O'Brien-Łukasz") == "sian obrien lukasz")
    #expect(PersonName.folded("  O\u{2019}BRIEN,  José ") == "obrien jose")
    #expect(PersonName.folded("Straße Ærø") == "strasse aero" && PersonName.folded("") == "")
    #expect(PersonName(family: "O’Brien", given: "Seán").folded == PersonName.folded("sean O'BRIEN"))
  }

  @Test func postcodes() {
    for (from, to) in [
      ("wr1 3la", "WR1 3LA"), ("WR13LA", "WR1 3LA"), ("B1 1AA", "B1 1AA"), ("EC1A1BB", "EC1A 1BB"), ("W1A 0AX", "W1A 0AX"),
      ("DN55 1PT", "DN55 1PT"), (" gir 0aa", "GIR 0AA"),
    ] { #expect(UKPostcode(from)?.text == to) }
    for wrong in ["60608", "WR1", "", "WR1 3L", "1WR 3LA", "WR1-3LA", "WR1 3CA", "WRX1 3LA", "AB12 CDE"] {
      #expect(UKPostcode(wrong) == nil, "\(wrong)")
    }
  }

  @Test func contacts() {
    #expect(ContactText.email(" mailto:Jo@Example.UK ".replacing(" ", with: "")) == .value("Jo@example.uk"))
    #expect(ContactText.email("Jo <jo@a.uk>") == .value("jo@a.uk") && ContactText.email("jo@a.uk; b@c.uk") == .value("jo@a.uk"))
    #expect(ContactText.email("n/a") == .blank && ContactText.email("") == .blank)
    for wrong in ["jo", "jo@", "@a.uk", "jo@a", "jo@@a.uk", "jo@.uk"] {
      if case .unusable = ContactText.email(wrong) { continue }
      Issue.record("\(wrong)")
    }
    #expect(ContactText.phone("01905 123456") == .value("01905 123456"))
    #expect(ContactText.phone("7700900123") == .value("07700900123"))
    #expect(ContactText.phone("01905 123456 / 07700 900123") == .value("01905 123456"))
    #expect(ContactText.phone("+44 (0)1905 123456 ext 7") == .value("+44 (0)1905 123456 ext 7"))
    for wrong in ["4.47701E+11", "call me", "123", "01905 123456 after six please"] {
      if case .unusable = ContactText.phone(wrong) { continue }
      Issue.record("\(wrong)")
    }
  }
}
