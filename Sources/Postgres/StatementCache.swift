/// The statements prepared on one connection, by their text and parameter types; the least recently used goes first.
struct StatementCache {
  struct Key: Hashable {
    let text: String
    let types: [UInt32]
  }

  private struct Entry {
    let name: String
    var lastUse: UInt64
  }

  private let capacity: Int
  private var entries: [Key: Entry] = [:]
  private var uses: UInt64 = 0
  private var lastName: UInt64 = 0
  /// Names no longer used here that the server still holds.
  private(set) var discarded: [String] = []

  init(capacity: Int) {
    self.capacity = max(1, capacity)
  }

  /// The name under which the statement is prepared, if it is.
  mutating func name(for key: Key) -> String? {
    uses += 1
    guard let index = entries.index(forKey: key) else { return nil }
    entries.values[index].lastUse = uses
    return entries.values[index].name
  }

  /// A new name, taken as prepared from now on; `forget` takes it back should preparing fail.
  mutating func add(_ key: Key) -> String {
    if entries.count >= capacity, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
      discarded.append(oldest.value.name)
      entries[oldest.key] = nil
    }
    lastName += 1
    let name = "s\(lastName)"
    entries[key] = Entry(name: name, lastUse: uses)
    return name
  }

  /// The server does not have it after all.
  mutating func forget(_ key: Key, named name: String) {
    if entries[key]?.name == name { entries[key] = nil }
    discarded.removeAll { $0 == name }
  }

  /// The server has let go of it.
  mutating func deallocated(_ name: String) {
    discarded.removeAll { $0 == name }
  }

  /// A table has changed under some statement: all are prepared anew.
  mutating func discardAll() {
    discarded += entries.values.map(\.name)
    entries = [:]
  }

  /// The server has let go of everything (`DISCARD ALL`).
  mutating func reset() {
    discarded = []
    entries = [:]
  }

  var count: Int { entries.count }
}
