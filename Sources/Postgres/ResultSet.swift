import CLibpq
import Foundation

/// The answer to one statement. It owns libpq's memory; rows borrow it and decode on demand.
///
/// Unchecked: a `PGresult` is never changed once libpq has handed it over, and is freed when the last row lets go.
final class ResultSet: @unchecked Sendable {
  let result: OpaquePointer
  let count: Int
  /// The columns' names where libpq keeps them, with their lengths.
  let columns: [UnsafeBufferPointer<UInt8>]

  init(_ result: OpaquePointer) {
    self.result = result
    count = Int(PQntuples(result))
    let width = PQnfields(result)
    columns = (0..<width).map { column in
      let name = PQfname(result, column)!
      return UnsafeRawBufferPointer(start: name, count: strlen(name)).bindMemory(to: UInt8.self)
    }
  }

  deinit {
    PQclear(result)
  }

  /// The command tag, e.g. `COMMIT`, `INSERT 0 1`.
  var tag: String { String(cString: PQcmdStatus(result)) }

  /// Rows written, or read by a SELECT.
  var affected: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

  func position(of name: String) -> Int? {
    var name = name
    return name.withUTF8 { wanted in
      columns.firstIndex { $0.count == wanted.count && memcmp($0.baseAddress!, wanted.baseAddress!, wanted.count) == 0 }
    }
  }

  /// The text of a cell, nil for NULL. Both indices must be in range.
  @inline(__always)
  func cell(_ row: Int, _ column: Int) -> UnsafeBufferPointer<UInt8>? {
    let row = Int32(truncatingIfNeeded: row)
    let column = Int32(truncatingIfNeeded: column)
    guard PQgetisnull(result, row, column) == 0 else { return nil }
    let start = UnsafeRawPointer(PQgetvalue(result, row, column)!)
    return UnsafeBufferPointer(
      start: start.assumingMemoryBound(to: UInt8.self), count: Int(PQgetlength(result, row, column)))
  }

  func decoded<T: RowDecodable>(as type: T.Type) throws -> [T] {
    var rows: [T] = []
    rows.reserveCapacity(count)
    for index in 0..<count { rows.append(try T(row: Row(result: self, index: index))) }
    return rows
  }

  func first<T: RowDecodable>(as type: T.Type) throws -> T? {
    count == 0 ? nil : try T(row: Row(result: self, index: 0))
  }
}
