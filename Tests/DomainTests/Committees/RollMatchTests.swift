import Domain
import Foundation
import Testing

/// Whom a line of a file means: certain, or left to a person.
@Suite struct RollMatchTests {
  private let ids = (0..<5).map { _ in UUID() }
  private var roll: [RollMatch.Entry] {
    [
      .init(id: ids[0], name: "petra lindley", ward: "quayside", email: "petra@example.org"), .init(id: ids[1], name: "hugo tranter", ward: "abbeyfield"),
      .init(id: ids[2], name: "ann lee", ward: "pear hill"), .init(id: ids[3], name: "ann lee", ward: "kingfisher"), .init(id: ids[4], name: "olive thornbury", ward: ""),
    ]
  }
  private func find(_ name: String, _ ward: String = "", _ email: String = "") -> RollMatch { RollMatch.find(name: name, ward: ward, email: email, in: roll) }
  private func isDoubt(_ match: RollMatch, first: UUID?) -> Bool { if case .doubt(let ids, let why) = match { ids.first == first && !why.isEmpty } else { false } }

  @Test func theSameNameIsCertain() {
    #expect(find("petra lindley") == .certain(ids[0]))
    #expect(find("petra lindley", "quayside") == .certain(ids[0]))
    #expect(find("olive thornbury", "anywhere") == .certain(ids[4]))
    #expect(find("ann lee", "kingfisher") == .certain(ids[3]))
  }

  @Test func anotherWardOrTwoOfANameIsInDoubt() {
    #expect(isDoubt(find("petra lindley", "kingfisher"), first: ids[0]))
    #expect(isDoubt(find("ann lee"), first: ids[2]))
    #expect(isDoubt(find("ann lee", "hop market"), first: ids[2]))
  }

  @Test func aNameLikeAnotherIsInDoubtAndNeverTaken() {
    for name in ["petra lindly", "petra lnidley", "lindley petra", "p lindley", "petra lindleys"] { #expect(isDoubt(find(name), first: ids[0]), "\(name)") }
    #expect(isDoubt(find("hugh trentnor"), first: nil))
    #expect(isDoubt(find("wilfred amberley"), first: nil))
    #expect(isDoubt(find(""), first: nil))
  }

  @Test func anAddressIsCertainUnlessTheNameIsAnother() {
    #expect(find("", "", "petra@example.org") == .certain(ids[0]))
    #expect(find("p lindley", "", "petra@example.org") == .certain(ids[0]))
    #expect(isDoubt(find("hugo tranter", "", "petra@example.org"), first: ids[0]))
    #expect(find("hugo tranter", "", "nobody@example.org") == .certain(ids[1]))
    #expect(isDoubt(find("", "", "nobody@example.org"), first: nil))
  }
}
