import Domain
import Synchronization
import Web

/// The rules that the texts of one request broke, so that each is counted once: the rule alone, not the text, and not whose it was.
final class ScreenTally: Sendable {
  @TaskLocal static var current: ScreenTally?
  private let broken = Mutex<Set<ChildRule>>([])

  func add(_ rules: [ChildRule]) { broken.withLock { $0.formUnion(rules) } }
  var rules: [ChildRule] { broken.withLock { found in ChildRule.allCases.filter { found.contains($0) } } }
}

extension Errors {
  /// A free text of a form: how long it may be, and whether it might identify a child. No such text is kept, whoever writes it.
  /// - Parameters:
  ///   - what: the text as a sentence names it: "the objective".
  ///   - least: 0 where it may be left empty.
  mutating func text(_ text: String, _ field: String, _ what: String, least: Int = 3, most: Int = 2_000, today: Day) {
    if text.count < least {
      add(field, text.isEmpty ? "Enter \(what)" : "Enter \(what) in at least \(least) characters")
    } else if text.count > most {
      add(field, "Enter \(what) in \(most.grouped) characters or fewer")
    }
    screen(text, field, today: today)
  }

  /// Whether a free text might identify a child, where its length is judged elsewhere.
  /// - Parameter allowing: rules that do not apply: the name of a place may be that of a school.
  mutating func screen(_ text: String, _ field: String, allowing: Set<ChildRule> = [], today: Day) {
    let rules = ChildScreen.rules(in: text, today: today).filter { !allowing.contains($0) }
    guard !rules.isEmpty else { return }
    ScreenTally.current?.add(rules)
    add(field, rules.map(\.words).joined(separator: ". ") + ". Nothing was kept")
  }
}
