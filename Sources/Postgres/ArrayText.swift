/// PostgreSQL's text form of arrays, `{a,"b, c",NULL}`: one dimension read, any number written.
enum ArrayText {
  static func literal(_ elements: [String?]) -> String {
    var bytes: [UInt8] = [UInt8(ascii: "{")]
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      guard let element else {
        bytes += "NULL".utf8
        continue
      }
      bytes.append(UInt8(ascii: "\""))
      for byte in element.utf8 {
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
        bytes.append(byte)
      }
      bytes.append(UInt8(ascii: "\""))
    }
    bytes.append(UInt8(ascii: "}"))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The elements, nil for NULL; nil altogether when the text is not a one-dimensional array.
  static func elements(of text: UnsafeBufferPointer<UInt8>) -> [[UInt8]?]? {
    guard text.count >= 2, text[0] == UInt8(ascii: "{"), text[text.count - 1] == UInt8(ascii: "}") else { return nil }
    var elements: [[UInt8]?] = []
    var index = 1
    let end = text.count - 1
    while index < end {
      var element: [UInt8] = []
      var wasQuoted = false
      if text[index] == UInt8(ascii: "\"") {
        wasQuoted = true
        index += 1
        while index < end, text[index] != UInt8(ascii: "\"") {
          if text[index] == UInt8(ascii: "\\") { index += 1 }
          guard index < end else { return nil }
          element.append(text[index])
          index += 1
        }
        guard index < end else { return nil }
        index += 1
      } else {
        while index < end, text[index] != UInt8(ascii: ",") {
          guard text[index] != UInt8(ascii: "{") else { return nil }
          element.append(text[index])
          index += 1
        }
      }
      elements.append(!wasQuoted && element == Array("NULL".utf8) ? nil : element)
      if index < end {
        guard text[index] == UInt8(ascii: ",") else { return nil }
        index += 1
      }
    }
    return elements
  }
}
