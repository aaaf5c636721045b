package import Testing

/// Lends each test a database of its own: `@Test(.database)`.
package struct DatabaseTrait: TestTrait, SuiteTrait, TestScoping {
  package var isRecursive: Bool { true }

  package func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    guard testCase != nil else { return try await function() }
    try await TestDatabase.lend { database in
      try await TestDatabase.$lent.withValue(database) { try await function() }
    }
  }
}

extension Trait where Self == DatabaseTrait {
  package static var database: Self { Self() }
}
