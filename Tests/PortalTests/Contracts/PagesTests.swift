import Foundation
import Portal
import TestSupport
import Testing
import Web

/// Slices meet in Domain, in SQL and in Site: no slice names another slice's store, form or page.
@Suite struct SlicesTests {
  /// Whom a slice may name although it is another's, each with its reason.
  static let allowed: Set<String> = [
    // The counter and the renewal strip are where the register and guidance meet: they show one licence with its guidance.
    "Guidance", "Registers",
  ]

  @Test func noSliceReachesIntoAnother() throws {
    let portal = TestDatabase.root.appendingPathComponent("Sources/Portal")
    var owners: [String: String] = [:]
    var texts: [(slice: String, file: String, text: String)] = []
    for case let file as URL in FileManager.default.enumerator(at: portal, includingPropertiesForKeys: nil) ?? .init() where file.pathExtension == "swift" {
      let slice = file.deletingLastPathComponent().lastPathComponent
      let text = try String(contentsOf: file, encoding: .utf8)
      texts.append((slice, file.lastPathComponent, text))
      for match in text.matches(of: /(?:struct|enum|class) ([A-Z][A-Za-z]*(?:Store|Form|Page))\b/) { owners[String(match.1)] = slice }
    }
    let shared: Set<String> = ["Site", "Database", "Accounts"]
    for (slice, file, text) in texts where !shared.contains(slice) {
      for (name, owner) in owners where owner != slice && !shared.contains(owner) {
        if Self.allowed.contains(slice), Self.allowed.contains(owner) { continue }
        // The whole name: a StepForm is not a PlanStepForm.
        let isUsed = text.ranges(of: "\(name)(").contains { $0.lowerBound == text.startIndex || !text[text.index(before: $0.lowerBound)].isLetter }
        #expect(!isUsed, "\(slice)/\(file) uses \(owner)/\(name)")
      }
    }
  }

  /// Outside the one reviewed builder nothing makes markup; outside the environment nothing reads the clock.
  @Test func theClockIsReadInTheEnvironmentOnly() throws {
    for target in ["Domain", "Web", "Portal"] {
      let directory = TestDatabase.root.appendingPathComponent("Sources/\(target)")
      for case let file as URL in FileManager.default.enumerator(at: directory, includingPropertiesForKeys: nil) ?? .init() where file.pathExtension == "swift" {
        guard file.lastPathComponent != "Environment.swift" else { continue }
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(!text.contains("Date()") && !text.contains("Date.now"), "\(file.lastPathComponent) reads the clock")
      }
    }
  }
}
