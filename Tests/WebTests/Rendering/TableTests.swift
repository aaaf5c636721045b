import Foundation
import Testing

@testable import Web

@Suite struct TableTests {
  struct Driver: Sendable { var id: Int; var name: String; var ends: String }

  static let table = Table<Driver>(rowHeader: "name", [
    .link("name", "Name", sort: "name", to: { "/drivers/\($0.id)" }, { $0.name }),
    .date("ends", "Ends", sort: "ends", export: { "iso " + $0.ends }) { $0.ends },
    .number("id", "Number") { $0.id },
    Column<Driver>("secret", "Note") { .text("n" + $0.name) }.exportOnly,
  ])
  static let drivers = [Driver(id: 1, name: "Ann <b>", ends: "3 Apr 2026"), Driver(id: 1234, name: "=2+3", ends: "")]

  @Test func theColumnsMakeThePagesTable() {
    let query = QueryItems(path: "/drivers", [("district", "MH & W"), ("after", "x"), ("sort", "name")])
    let html = Self.table.html(
      Self.drivers, caption: "Drivers", sort: .init(query, among: Self.table.sortKeys, default: "name")).string
    #expect(html.contains("<th scope=\"row\""))
    #expect(html.contains("aria-sort=\"ascending\""))
    #expect(html.contains("href=\"/drivers?district&#61;MH%20%26%20W&amp;sort&#61;-name\""))
    #expect(html.contains("href=\"/drivers?district&#61;MH%20%26%20W&amp;sort&#61;ends\""))
    #expect(html.contains("Ann &lt;b&gt;</a></th>") && html.contains("1,234"))
    #expect(!html.contains("Note"))
    #expect(MarkupCheck.faults(in: html, isWholePage: false).isEmpty)
  }

  @Test func anUnknownSortMeansTheDefault() {
    let sort = Table<Driver>.Sort(QueryItems(path: "/", [("sort", "-password")]), among: ["name"], default: "-name")
    #expect(sort.key == "name" && sort.isDescending)
  }

  @Test func noRowsSayWhatToDo() {
    let html = Self.table.html(
      [], caption: "Drivers", empty: .init("No drivers match", "Try fewer filters.", link: "Clear", address: "/drivers")).string
    #expect(html.contains("No drivers match") && !html.contains("<table"))
    #expect(MarkupCheck.faults(in: html, isWholePage: false).isEmpty)
  }

  @Test func theSameColumnsMakeTheExport() async throws {
    var bytes: [UInt8] = []
    var chunks = 0
    let rows = AsyncStream { for driver in Self.drivers { $0.yield(driver) }; $0.finish() }
    for try await chunk in Self.table.csv(rows, chunk: 1) {
      bytes += chunk
      chunks += 1
    }
    #expect(chunks > 2)
    #expect(bytes.starts(with: [0xEF, 0xBB, 0xBF]))
    #expect(
      String(decoding: bytes.dropFirst(3), as: UTF8.self)
        == "Name,Ends,Number,Note\r\nAnn <b>,iso 3 Apr 2026,1,nAnn <b>\r\n\"'=2+3\",\"iso \",1234,n=2+3\r\n")
  }

  @Test(arguments: ["=1", "+44 1905", "-5", "@x", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠1"])
  func noTextBecomesAFormula(_ text: String) {
    var out: [UInt8] = []
    CSV.append(text, to: &out)
    #expect(String(decoding: out, as: UTF8.self) == "\"'" + text + "\"")
  }

  @Test(arguments: [("01905 822799", "01905 822799"), ("2026-04-03", "2026-04-03"), ("a\"b", "\"a\"\"b\""), ("a,b", "\"a,b\""), ("a;=1", "\"a;=1\""), ("a\r\nb", "\"a\r\nb\""), ("", ""), (" a", "\" a\""), ("Zoë", "Zoë")])
  func otherTextIsWrittenAsItIs(_ text: String, _ written: String) {
    var out: [UInt8] = []
    CSV.append(text, to: &out)
    #expect(String(decoding: out, as: UTF8.self) == written)
  }

  @Test func numbersOfOursStayNumbers() {
    var out: [UInt8] = []
    CSV.append("-5", isNumber: true, to: &out)
    #expect(out == Array("-5".utf8))
    #expect((-1234567).grouped == "−1,234,567" && 999.grouped == "999" && 1000.grouped == "1,000")
  }

  /// Reads back what was written, as a strict reader of RFC 4180 would.
  @Test func whatIsWrittenReadsBack() {
    var generator = SystemRandomNumberGenerator()
    let alphabet: [Character] = ["a", "\"", ",", ";", "\n", "\t", "=", "+", "'", "é", " ", "-"]
    for _ in 0..<500 {
      let text = String((0..<Int.random(in: 0..<8)).map { _ in alphabet.randomElement(using: &generator) ?? "a" })
      var out: [UInt8] = []
      CSV.append(text, to: &out)
      var read = String(decoding: out, as: UTF8.self)
      if read.hasPrefix("\"") { read = String(read.dropFirst().dropLast()).replacing("\"\"", with: "\"") }
      #expect(read == text || read == "'" + text)
      #expect(read.first.map { !"=+-@\t\r\n".contains($0) } ?? true)
    }
  }

  struct Cursor: Codable, Sendable, Equatable { var name: String; var id: Int }

  @Test func keysetPagesLinkToTheirNeighbours() throws {
    let cursor = Cursor(name: "O’Brien ?/+", id: 7)
    let text = KeysetCursor.encode(cursor)
    #expect(!text.contains { "+/=".contains($0) })
    let position = KeysetPosition<Cursor>(QueryItems(path: "/", [("after", text)]))
    #expect(position == .after(cursor))

    func id(_ n: Int) -> Cursor { Cursor(name: "", id: n) }
    let first = KeysetPage([1, 2, 3], limit: 2, at: .first, cursor: id)
    #expect(first.rows == [1, 2] && first.previous == nil && first.next == id(2))
    let middle = KeysetPage([3, 4, 5], limit: 2, at: .after(id(2)), cursor: id)
    #expect(middle.previous == id(3) && middle.next == id(4))
    let last = KeysetPage([5], limit: 2, at: .after(id(4)), cursor: id)
    #expect(last.rows == [5] && last.previous == id(5) && last.next == nil)
    let back = KeysetPage([4, 3, 2], limit: 2, at: .before(id(5)), cursor: id)
    #expect(back.rows == [3, 4] && back.previous == id(3) && back.next == id(4))
    let links = try #require(middle.pagination(QueryItems(path: "/d", [("sort", "name"), ("after", "old")])))
    #expect(links.next?.hasPrefix("/d?sort=name&after=") == true && links.previous?.contains("before=") == true)
  }

  @Test(arguments: ["", "x", "%%%", "eyJpZCI6MX0", "e30", "W10", String(repeating: "A", count: 5_000)])
  func aTamperedCursorMeansTheFirstPage(_ text: String) {
    #expect(KeysetPosition<Cursor>(QueryItems(path: "/", [("after", text)])) == .first)
  }
}
