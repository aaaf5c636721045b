import Foundation
import Portal
import TestSupport
import Testing

/// PDF files are made apart from the service: within limits, of nothing but what a page says, and again after whatever went wrong.
/// What the files hold, tags and all, is looked at in Tests/BrowserTests/test_letters.py.
@Suite struct PDFWorkerTests {
  private func worker(limit: Duration = .seconds(60), megabytes: Int = 1024) throws -> PDFWorker {
    try #require(PDFWorker(root: TestDatabase.root, most: 1, limit: limit, megabytes: megabytes), "bin/setup installs what makes PDF files; see what it said")
  }

  private func page(_ body: String, head: String = "") -> String {
    "<!DOCTYPE html><html lang=\"en-GB\"><head><meta charset=\"utf-8\"><title>Letter</title>\(head)</head><body><h1>Letter</h1>\(body)</body></html>"
  }

  private func refusal(_ worker: PDFWorker, _ html: String) async -> String? {
    do {
      _ = try await worker.pdf(html)
      return nil
    } catch { return "\(error)" }
  }

  @Test func aPageBecomesAFile() async throws {
    let worker = try worker()
    for words in ["<p>Dear holder</p>", "<p>Zażółć gęślą jaźń, اردو, ਪੰਜਾਬੀ</p>"] {
      let file = try await worker.pdf(page(words, head: "<link rel=\"stylesheet\" href=\"asset:app.css\">"))
      #expect(file.starts(with: Data("%PDF-1.7".utf8)) && file.count > 2000)
    }
  }

  @Test func nothingIsReadButTheAssets() async throws {
    let worker = try worker()
    for (html, named) in [
      (page("<img src=\"file:///etc/passwd\" alt=\"\">"), "file:///etc/passwd"), (page("<img src=\"http://127.0.0.1:1/a.png\" alt=\"\">"), "http://127.0.0.1"),
      (page("<img src=\"asset:../../Package.swift\" alt=\"\">"), "Package.swift"), (page("", head: "<link rel=\"attachment\" href=\"file:///etc/passwd\">"), "file:///etc/passwd"),
      (page("", head: "<link rel=\"stylesheet\" href=\"//example.org/a.css\">"), "example.org"),
      (page("<p style=\"background: url(/etc/passwd)\">x</p>"), "etc/passwd"),
    ] {
      let words = await refusal(worker, html)
      #expect(words?.contains(named) == true && words?.contains("no file of its own") == true, "\(words ?? "made") of \(html)")
    }
    #expect(await refusal(worker, "<p>No title</p>")?.contains("no title") == true)
    #expect(await refusal(worker, page("<p>And on it goes</p>")) == nil)
  }

  @Test func whatStallsIsStoppedAndReplaced() async throws {
    let worker = try worker(limit: .seconds(4))
    #expect(await refusal(worker, page("<p>Quick</p>")) == nil)
    let long = page(String(repeating: "<table><tr><td>Long</td><td>and longer</td></tr></table>", count: 40_000))
    #expect(await refusal(worker, long)?.contains("took longer than 4 seconds") == true)
    #expect(await refusal(worker, page("<p>Quick again</p>")) == nil)
  }

  @Test func whatTakesTooMuchMemoryIsRefused() async throws {
    let worker = try worker(megabytes: 280)
    let large = page(String(repeating: "large ", count: 8_000_000))
    let words = try #require(await refusal(worker, large))
    #expect(words.contains("too large") || words.contains("could not be made") || words.contains("stopped in the middle"), "\(words)")
    #expect(await refusal(worker, page("<p>Small</p>")) == nil)
  }

  /// One that was killed while it rested is noticed, and another makes the page.
  @Test func oneThatDiedIsReplaced() async throws {
    let worker = try worker(megabytes: 1023)
    #expect(await refusal(worker, page("<p>One</p>")) == nil)
    let own = try processes().filter { $0.words.contains("1023") && $0.words.contains { $0.hasSuffix("bin/lib/pdf/worker.py") } }
    #expect(own.count == 1)
    for process in own { kill(process.id, SIGKILL) }
    #expect(await refusal(worker, page("<p>Two</p>")) == nil)
  }

  private func processes() throws -> [(id: Int32, words: [String])] {
    let own = "\(ProcessInfo.processInfo.processIdentifier)"
    return try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { name in
      guard let id = Int32(name), let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline"),
        let stat = FileManager.default.contents(atPath: "/proc/\(name)/status"), String(decoding: stat, as: UTF8.self).contains("PPid:\t\(own)\n")
      else { return nil }
      return (id, String(decoding: line, as: UTF8.self).split(separator: "\0").map(String.init))
    }
  }

  @Test func manyAtOnceWaitForOneAnother() async throws {
    let worker = try worker()
    let files = try await withThrowingTaskGroup(of: Data.self) { group in
      for number in 1...6 { group.addTask { try await worker.pdf(self.page("<p>\(number)</p>")) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(files.count == 6)
  }

  @Test func withoutItThereIsNone() {
    #expect(PDFWorker(root: FileManager.default.temporaryDirectory) == nil)
  }
}
