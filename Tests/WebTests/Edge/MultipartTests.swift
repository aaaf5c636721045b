import Foundation
import HTTPTypes
import NIOCore
import Testing
import Web

/// Multipart bodies, cut anywhere, damaged, and too large.
@Suite struct MultipartTests {
  private final class Kept: FileSink {
    var bytes: [UInt8] = []
    func receive(_ chunk: ArraySlice<UInt8>) { bytes.append(contentsOf: chunk) }
  }

  private struct Chunks: AsyncSequence, AsyncIteratorProtocol {
    var rest: [ByteBuffer]
    mutating func next() async -> ByteBuffer? { rest.isEmpty ? nil : rest.removeFirst() }
    func makeAsyncIterator() -> Chunks { self }
  }

  private let content = Array("line one\r\n--not the boundary\r\n\r\n--X".utf8)

  private func body() -> [UInt8] {
    Array("--XyZ\r\nContent-Disposition: form-data; name=\"form-token\"\r\n\r\nsecret é\r\n--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../a\\b/regi\u{7}ster.csv\"\r\nContent-Type: text/csv\r\n\r\n".utf8)
      + content + Array("\r\n--XyZ--\r\n".utf8)
  }

  private func read(_ chunks: [[UInt8]], fileBytes: Int = 1000) async throws -> (FormFields, [UInt8], String?) {
    let kept = Kept()
    var name: String?
    let fields = try await MultipartReader(boundary: Array("XyZ".utf8), limits: .init(fileBytes: fileBytes))
      .read(Chunks(rest: chunks.map { ByteBuffer(bytes: $0) })) { part in
        name = part.fileName
        return kept
      }
    return (fields, kept.bytes, name)
  }

  /// Wherever a packet ends, the form is the same.
  @Test func cutAtEveryByte() async throws {
    let whole = body()
    for cut in 0...whole.count {
      let (fields, file, name) = try await read([Array(whole[..<cut]), Array(whole[cut...])])
      #expect(fields["form-token"] == "secret é" && file == content && name == "register.csv", "cut at \(cut)")
    }
    let (fields, file, _) = try await read(whole.map { [$0] })
    #expect(fields["form-token"] == "secret é" && file == content)
  }

  @Test func unfinishedIsRefused() async throws {
    let whole = body()
    for length in [0, 3, 40, 100, whole.count - 12] {
      await #expect(throws: Problem.self, "\(length) bytes") { _ = try await read([Array(whole[..<length])]) }
    }
  }

  @Test func aFileOverItsLimitIsRefusedAsItArrives() async throws {
    await #expect { _ = try await read([body()], fileBytes: 10) } throws: { ($0 as? Problem)?.status.code == 413 }
  }
}
