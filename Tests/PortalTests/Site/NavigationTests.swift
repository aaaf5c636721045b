import Domain
import Foundation
import HTTPTypes
import Portal
import TestSupport
import Testing
import Web

/// Everybody finds their way: little in one line, much in sections, and where they are is marked.
@Suite(.database) struct NavigationTests {
  /// Labels of the links of one navigation of the page, and those that are marked.
  private func links(_ label: String, in page: String) -> (all: [String], marked: [String]) {
    guard let start = page.range(of: "aria-label=\"\(label)\">"), let end = page[start.upperBound...].range(of: "</nav>") else { return ([], []) }
    let items = page[start.upperBound..<end.lowerBound].components(separatedBy: "<a ").dropFirst().map { item -> (String, Bool) in
      let open = item.firstIndex(of: ">")!
      return (String(item[item.index(after: open)...].prefix { $0 != "<" }), item[..<open].contains("aria-current"))
    }
    return (items.map(\.0), items.filter(\.1).map(\.0))
  }

  @Test func whoMayUseMuchSeesSectionsAndThePagesOfTheirs() async throws {
    let (_, browser) = try await TestDatabase.current.signIn(.licensingManager)
    try await browser.get("/premises")
    let line = links("Main", in: browser.body), within = links("Pages of this section", in: browser.body)
    #expect(line.all.starts(with: ["This week", "Counter", "Registers", "Guidance"]) && line.marked == ["Registers"])
    #expect(within.all.contains("Drivers") && within.marked == ["Premises"])
    // A section of one page has no second line.
    try await browser.get("/")
    #expect(links("Main", in: browser.body).marked == ["This week"] && links("Pages of this section", in: browser.body).all.isEmpty)
  }

  @Test func whoMakesReturnsBeginsWithThem() async throws {
    let (_, browser) = try await TestDatabase.current.signIn(.returnMaker, .organisation(3))
    try await browser.get("/")
    #expect(browser.status == .ok && browser.path == "/returns")
  }

  @Test func whoMayUseLittleSeesItInOneLine() async throws {
    let (_, browser) = try await TestDatabase.current.signIn(.memberSelf)
    try await browser.get("/guidance")
    let line = links("Main", in: browser.body)
    #expect(line.all == ["Guidance library", "My training"] && line.marked == ["Guidance library"])
    #expect(links("Pages of this section", in: browser.body).all.isEmpty)
  }
}
