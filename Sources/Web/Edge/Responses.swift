package import HTTPTypes
package import Hummingbird
import NIOCore

extension Response {
  /// A page.
  package static func html(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
    Response(status: status, headers: [.contentType: "text/html; charset=utf-8"], body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  package static func html(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
    Response(status: status, headers: [.contentType: "text/html; charset=utf-8"], body: .init(byteBuffer: ByteBuffer(string: text)))
  }

  /// See other: after a form was acted upon. Only to paths of our own; anything else leads home.
  package static func redirect(to path: String) -> Response {
    let isOwn = path.hasPrefix("/") && !path.hasPrefix("//") && !path.contains("\\") && path.utf8.allSatisfy { $0 > 32 && $0 < 127 }
    return Response(status: .seeOther, headers: [.location: isOwn ? path : "/"])
  }

  /// A file to keep, under a name of our own.
  package static func download(_ bytes: [UInt8], type: String, name: String) -> Response {
    Response(
      status: .ok, headers: [.contentType: type, .contentDisposition: "attachment; filename=\"\(name)\""],
      body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
