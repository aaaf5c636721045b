import Testing
import Web

@Suite struct PeerTests {
  /// What a stranger writes into the header never counts; what our own proxies append does.
  @Test(arguments: [
    ("192.0.2.7", ["198.51.100.1"], "192.0.2.7"), ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
    ("10.0.0.1", ["203.0.113.9, 198.51.100.1"], "198.51.100.1"), ("10.0.0.1", ["203.0.113.9", "198.51.100.1, 10.0.0.2"], "198.51.100.1"),
    ("10.0.0.1", ["203.0.113.9, 10.0.0.2"], "203.0.113.9"), ("10.0.0.1", [], "10.0.0.1"), ("10.0.0.1", [""], "10.0.0.1"),
    ("10.0.0.1", ["nonsense"], "10.0.0.1"), ("10.0.0.1", ["203.0.113.9, nonsense"], "10.0.0.1"),
    ("10.0.0.1", ["198.51.100.1:4711"], "10.0.0.1"), ("10.0.0.1", ["2001:DB8::1"], "2001:db8:0:0:0:0:0:1"),
    ("::ffff:10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
    ("10.0.0.1", ["10.0.0.2"], "10.0.0.2"), ("local", ["198.51.100.1"], "local"),
  ]) func onlyOurProxiesAreBelieved(peer: String, forwarded: [String], client: String) throws {
    #expect(try TrustedProxies("10.0.0.1, 10.0.0.2").client(peer: peer, forwarded: forwarded) == client)
  }

  @Test func onlyThisMachineIsBelievedUnlessToldOtherwise() throws {
    let standard = TrustedProxies.standard
    for peer in ["127.0.0.1", "::1"] { #expect(standard.client(peer: peer, forwarded: ["192.0.2.7"]) == "192.0.2.7") }
    #expect(standard.client(peer: "10.0.0.1", forwarded: ["192.0.2.7"]) == "10.0.0.1")
    #expect(try TrustedProxies("").client(peer: "127.0.0.1", forwarded: ["192.0.2.7"]) == "127.0.0.1")
  }

  @Test(arguments: ["proxy.example.org", "10.0.0.1;10.0.0.2", "10.0.0.0/8", "10.0.0.1:80", "*"])
  func whatIsNoAddressIsRefused(list: String) {
    #expect(throws: TrustedProxiesError.self) { try TrustedProxies(list) }
  }

  /// Who takes a new address of the same household with each request is still one.
  @Test func householdsAreLimitedTogether() {
    #expect(NetworkAddress("2001:db8:1:2::1")?.network == NetworkAddress("2001:db8:1:2:ffff::9")?.network)
    #expect(NetworkAddress("2001:db8:1:2::1")?.network != NetworkAddress("2001:db8:1:3::1")?.network)
    #expect(NetworkAddress("192.0.2.7")?.network != NetworkAddress("192.0.2.8")?.network)
    #expect(NetworkAddress("::ffff:192.0.2.7")?.network == "192.0.2.7")
  }
}
