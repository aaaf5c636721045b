import Domain
import Testing

/// What stands in the window of an envelope fits, ends with the postcode, and loses nothing that fits.
@Suite struct EnvelopeAddressTests {
  @Test func aShortOneStandsAsItIs() {
    let address = EnvelopeAddress(name: "The Rose and Crown", address: "1 High Street\n\n Droitwich ", postcode: "WR9 1AB")
    #expect(address.lines == ["The Rose and Crown", "1 High Street", "Droitwich", "WR9 1AB"] && !address.isSmall)
    #expect(EnvelopeAddress(name: "A", address: "", postcode: nil).lines == ["A"])
  }

  @Test func manyLinesShareAndLoseNothing() {
    let parts = ["Flat 2", "The Old Brewery", "123 Longish Street Name", "Hamlet", "Village", "Town", "County"]
    let address = EnvelopeAddress(
      name: "Worcestershire Hospitality and Leisure Holdings Limited, trading as The Olde Rose", address: parts.joined(separator: "\n"), postcode: "WR9 1AB")
    #expect(address.isSmall && address.lines.last == "WR9 1AB")
    #expect(EnvelopeAddress.room(address.lines) <= 7)
    for part in parts { #expect(address.lines.contains { $0.contains(part) }, "\(part)") }
  }

  @Test func whateverIsGivenItFits() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<500 {
      let line = { (most: Int) in String(repeating: "W", count: Int.random(in: 0...most, using: &random)) }
      let address = EnvelopeAddress(
        name: line(300), address: (0..<Int.random(in: 0...12, using: &random)).map { _ in line(200) }.joined(separator: "\n"), postcode: "WR9 1AB")
      #expect(EnvelopeAddress.room(address.lines) <= 7, "\(address.lines)")
      #expect(address.lines.last == "WR9 1AB")
    }
  }
}
