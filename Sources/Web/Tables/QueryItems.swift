/// The query of an address: what a list was asked for, kept while one part of it changes.
package struct QueryItems: Sendable, Equatable {
  package var path: String
  package private(set) var items: [Item]

  package struct Item: Sendable, Equatable {
    package var name: String
    package var value: String
  }

  package init(path: String, _ items: [(String, String)] = []) {
    self.path = path
    self.items = items.map { Item(name: $0.0, value: $0.1) }
  }

  /// The first value of a name.
  package subscript(name: String) -> String? { items.first { $0.name == name }?.value }

  /// The same query with one name set to one value; without the name where the value is nil or empty.
  package func setting(_ name: String, _ value: String?) -> QueryItems {
    var copy = removing(name)
    if let value, !value.isEmpty { copy.items.append(Item(name: name, value: value)) }
    return copy
  }

  /// The same query without these names.
  package func removing(_ names: String...) -> QueryItems {
    var copy = self
    copy.items.removeAll { names.contains($0.name) }
    return copy
  }

  /// The same query at another path, such as its export.
  package func at(_ path: String) -> QueryItems {
    var copy = self
    copy.path = path
    return copy
  }

  /// Path and query, percent-encoded. Empty values are left out.
  package var address: String {
    var address = path
    var separator = "?"
    for item in items where !item.value.isEmpty {
      address += separator + Self.encoded(item.name) + "=" + Self.encoded(item.value)
      separator = "&"
    }
    return address
  }

  /// The items as hidden inputs, for a form that keeps them.
  package func hidden(without names: Set<String>) -> TrustedHTML {
    .joined(items.filter { !names.contains($0.name) }.map { FormToken(name: $0.name, value: $0.value).html })
  }

  static func encoded(_ text: String) -> String {
    var out: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        out.append(byte)
      default:
        let digits = Array("0123456789ABCDEF".utf8)
        out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
