import Crypto
package import Foundation
package import Hummingbird
import HTTPTypes
import NIOCore

/// The files that pages load, read once at start and served under a name that holds their content's hash: kept for ever by
/// browsers, replaced at once by a new version. Only what was found at start is served, so no path can lead elsewhere.
package struct Assets: Sendable {
  private struct File: Sendable {
    var bytes: [UInt8]
    var type: String
  }

  private var files: [String: File] = [:]
  private var addresses: [String: String] = [:]

  /// - Throws: `AssetError` where a directory cannot be read.
  package init(directories: [URL]) throws {
    let types = [
      "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml", "png": "image/png", "ico": "image/x-icon",
    ]
    for directory in directories {
      guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory.path) else {
        throw AssetError(description: "The directory of front-end files \(directory.lastPathComponent) is missing: run bin/setup.")
      }
      for name in names.sorted() {
        let file = URL(fileURLWithPath: name)
        guard let type = types[file.pathExtension] else { continue }
        let bytes = Array(try Data(contentsOf: directory.appendingPathComponent(name)))
        let hash = SHA256.hash(data: bytes).prefix(6).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        let hashed = "\(file.deletingPathExtension().lastPathComponent).\(hash).\(file.pathExtension)"
        files[hashed] = File(bytes: bytes, type: type)
        addresses[name] = "/assets/\(hashed)"
      }
    }
  }

  /// The address of a file by its plain name.
  /// - Throws: `AssetError` for a name that was not there at start.
  package func address(_ name: String) throws -> String {
    guard let address = addresses[name] else { throw AssetError(description: "There is no front-end file \(name): run bin/setup.") }
    return address
  }

  /// Answers `/assets/{name}`.
  package func respond(to name: String) throws -> Response {
    guard let file = files[name] else { throw Problem.notFound }
    return Response(
      status: .ok, headers: [.contentType: file.type, .cacheControl: "public, max-age=31536000, immutable"],
      body: .init(byteBuffer: ByteBuffer(bytes: file.bytes)))
  }
}

package struct AssetError: Error, CustomStringConvertible { package let description: String }
