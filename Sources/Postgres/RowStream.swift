/// The rows of a large answer, fetched a thousand at a time through a cursor: memory stays flat, and the transaction
/// can be used for other statements in between.
package struct RowStream<T: RowDecodable>: AsyncSequence {
  package typealias Element = T

  let transaction: Transaction
  let statement: Statement
  let pageSize: Int

  package func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(transaction: transaction, statement: statement, pageSize: pageSize)
  }

  package struct AsyncIterator: AsyncIteratorProtocol {
    let transaction: Transaction
    let statement: Statement
    let pageSize: Int
    private var cursor: String?
    private var page: ResultSet?
    private var index = 0

    init(transaction: Transaction, statement: Statement, pageSize: Int) {
      self.transaction = transaction
      self.statement = statement
      self.pageSize = pageSize
    }

    package mutating func next() async throws -> T? {
      if page == nil || index == page!.count {
        if let page, page.count < pageSize { return nil }
        page = try await fetch()
        index = 0
        guard page!.count > 0 else { return nil }
      }
      defer { index += 1 }
      return try T(row: Row(result: page!, index: index))
    }

    private mutating func fetch() async throws -> ResultSet {
      var statements: [Statement] = []
      if cursor == nil {
        let name = transaction.nextCursor()
        cursor = name
        var declare = Statement(text: "declare \(name) no scroll cursor for \(statement.text)", cached: false)
        declare.parameters = statement.parameters
        statements.append(declare)
      }
      statements.append(Statement(text: "fetch \(pageSize) from \(cursor!)", cached: false))
      let answer = try await transaction.answers(to: statements).last!
      if answer.count < pageSize {
        _ = try await transaction.answers(to: [Statement(text: "close \(cursor!)", cached: false)])
      }
      return answer
    }
  }
}

extension Transaction {
  /// Streams the rows of a SELECT.
  /// - Parameter pageSize: how many rows to fetch at a time.
  package func rows<T: RowDecodable>(_ sql: SQL, as type: T.Type = T.self, pageSize: Int = 1000) -> RowStream<T> {
    RowStream(transaction: self, statement: Statement(sql), pageSize: max(1, pageSize))
  }
}
