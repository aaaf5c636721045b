package import Hummingbird
import Foundation
package import NIOCore

/// A file that came with a form, as it is announced; its bytes follow in chunks.
package struct FilePart: Sendable {
  package var field: String
  /// The last part of what the browser said, without control characters: for showing, never for paths.
  package var fileName: String
  package var type: String
}

/// Takes the bytes of one file as they arrive.
package protocol FileSink: AnyObject {
  func receive(_ bytes: ArraySlice<UInt8>) async throws
}

/// Reads multipart/form-data as it arrives: nothing larger than a chunk is held, fields and files are counted against limits.
package struct MultipartReader: Sendable {
  package struct Limits: Sendable {
    package var fieldBytes = 100_000
    package var fields = 100
    package var fileBytes: Int
    package init(fileBytes: Int) { self.fileBytes = fileBytes }
  }

  private let boundary: [UInt8]
  private let limits: Limits

  /// - Throws: `Problem` 400 where the request is no multipart form.
  package init(_ request: Request, limits: Limits) throws {
    let type = request.headers[.contentType] ?? ""
    guard type.lowercased().hasPrefix("multipart/form-data"), let found = type.range(of: "boundary=") else {
      throw Problem.badRequest("The form with the file could not be read.")
    }
    let raw = type[found.upperBound...].prefix { $0 != ";" }.filter { $0 != "\"" }
    try self.init(boundary: Array(raw.utf8), limits: limits)
  }

  package init(boundary: [UInt8], limits: Limits) throws {
    guard (1...200).contains(boundary.count) else { throw Problem.badRequest("The form with the file could not be read.") }
    self.boundary = Array("\r\n--".utf8) + boundary
    self.limits = limits
  }

  /// Reads the whole body; `sink` is asked for a place to put each file.
  /// - Throws: `Problem`: 413 over a limit, 400 for a damaged or unfinished body; whatever a sink throws.
  package func read<Body: AsyncSequence>(
    _ body: Body, sink: (FilePart) async throws -> (any FileSink)?
  ) async throws -> FormFields where Body.Element == ByteBuffer {
    var fields = FormFields()
    // The first boundary has no line break before it: one is put there, so that all are found alike.
    var held: [UInt8] = [13, 10]
    var state = State.preamble
    for try await chunk in body {
      held.append(contentsOf: chunk.readableBytesView)
      while try await step(&held, &state, &fields, sink) {}
    }
    guard case .finished = state else { throw Problem.badRequest("The file did not arrive whole. Try again.") }
    return fields
  }

  private enum State {
    case preamble
    case afterBoundary
    case headers
    case field(name: String, value: [UInt8])
    case file((any FileSink)?, received: Int)
    case finished
  }

  /// Takes one step; false when more bytes are needed.
  private func step(
    _ held: inout [UInt8], _ state: inout State, _ fields: inout FormFields, _ sink: (FilePart) async throws -> (any FileSink)?
  ) async throws -> Bool {
    switch state {
    case .finished:
      held.removeAll()
      return false
    case .preamble:
      guard let at = held.firstIndex(of: boundary) else {
        held.removeFirst(max(0, held.count - boundary.count + 1))
        return false
      }
      held.removeFirst(at + boundary.count)
      state = .afterBoundary
      return true
    case .afterBoundary:
      guard held.count >= 2 else { return false }
      switch (held[0], held[1]) {
      case (13, 10): state = .headers
      case (45, 45): state = .finished
      default: throw Problem.badRequest("The form with the file is damaged.")
      }
      held.removeFirst(2)
      return true
    case .headers:
      guard let end = held.firstIndex(of: [13, 10, 13, 10]) else {
        guard held.count < 8_192 else { throw Problem.badRequest("The form with the file is damaged.") }
        return false
      }
      let part = try header(held[..<end])
      held.removeFirst(end + 4)
      if let fileName = part.fileName {
        state = .file(try await sink(FilePart(field: part.name, fileName: Self.safe(fileName), type: part.type)), received: 0)
      } else {
        guard fields.pairs.count < limits.fields else { throw Problem.badRequest("The form has too many fields.") }
        state = .field(name: part.name, value: [])
      }
      return true
    case .field(let name, var value):
      let (bytes, isWhole) = take(&held)
      value.append(contentsOf: bytes)
      guard value.count <= limits.fieldBytes else { throw Problem.tooLarge }
      if isWhole {
        fields.append(name, try FormFields.text(value))
        state = .afterBoundary
      } else {
        state = .field(name: name, value: value)
      }
      return isWhole
    case .file(let file, let received):
      let (bytes, isWhole) = take(&held)
      guard received + bytes.count <= limits.fileBytes else { throw Problem.tooLarge }
      if !bytes.isEmpty { try await file?.receive(bytes[...]) }
      state = isWhole ? .afterBoundary : .file(file, received: received + bytes.count)
      return isWhole
    }
  }

  /// The bytes before the next boundary; without one, all but a tail that could be the beginning of it.
  private func take(_ held: inout [UInt8]) -> (bytes: [UInt8], isWhole: Bool) {
    if let at = held.firstIndex(of: boundary) {
      let bytes = Array(held[..<at])
      held.removeFirst(at + boundary.count)
      return (bytes, true)
    }
    let safe = max(0, held.count - boundary.count + 1)
    let bytes = Array(held[..<safe])
    held.removeFirst(safe)
    return (bytes, false)
  }

  private func header(_ bytes: ArraySlice<UInt8>) throws -> (name: String, fileName: String?, type: String) {
    var disposition = ""
    var type = ""
    for line in try FormFields.text(bytes).components(separatedBy: "\r\n") {
      let lower = line.lowercased()
      if lower.hasPrefix("content-disposition:") { disposition = line }
      if lower.hasPrefix("content-type:") { type = String(line.dropFirst(13)).trimmingCharacters(in: .whitespaces) }
    }
    guard disposition.lowercased().contains("form-data"), let name = Self.parameter("name", disposition) else {
      throw Problem.badRequest("The form with the file is damaged.")
    }
    return (name, Self.parameter("filename", disposition), type)
  }

  private static func parameter(_ name: String, _ line: String) -> String? {
    for part in line.components(separatedBy: "; ").dropFirst() where part.hasPrefix(name + "=\"") && part.hasSuffix("\"") {
      return String(part.dropFirst(name.count + 2).dropLast())
    }
    return nil
  }

  private static func safe(_ name: String) -> String {
    let last = name.components(separatedBy: CharacterSet(charactersIn: "/\\")).last ?? ""
    return String(last.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }.prefix(120).map(Character.init))
  }
}

extension Array<UInt8> {
  /// Where the pattern first begins.
  func firstIndex(of pattern: [UInt8]) -> Int? {
    guard let first = pattern.first, count >= pattern.count else { return nil }
    return withUnsafeBufferPointer { bytes in
      var index = 0
      let last = bytes.count - pattern.count
      while index <= last {
        if bytes[index] == first, (1..<pattern.count).allSatisfy({ bytes[index + $0] == pattern[$0] }) { return index }
        index += 1
      }
      return nil
    }
  }
}
