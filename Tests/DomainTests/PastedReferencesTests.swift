import Domain
import Testing

@Suite struct PastedReferencesTests {
  @Test func aSheetIsReadAsItIsPasted() {
    #expect(PastedReferences.read("RE-1\r\n  re 1 \n24210, 24211;24212\t\n\n,") == ["RE-1", "24210", "24211", "24212"])
    #expect(PastedReferences.read(" \n , ;") == [])
    #expect(PastedReferences.key("re-phd/1 0") == "REPHD10")
    #expect(PastedReferences.key("–") == "–")
    #expect(PastedReferences.read(String(repeating: "9", count: 500)).first?.count == 120)
  }

  @Test func aCampaignGoesOnlyWhereItsStateLeads() {
    for state in CampaignState.allCases {
      #expect(!state.next.contains(state))
      #expect(CampaignState.cancelled.next.isEmpty)
    }
    #expect(!CampaignState.draft.next.contains(.running))
  }
}
