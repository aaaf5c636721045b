import HTTPTypes
import Hummingbird

extension Request {
  /// What the browser sent under a cookie's name: more than one where other sites of the host set it too.
  func cookies(named name: String) -> [Substring] {
    headers[values: .cookie].flatMap { header in
      header.split(separator: ";").compactMap { pair in
        let parts = pair.split(separator: "=", maxSplits: 1)
        return parts.count == 2 && parts[0].drop { $0 == " " } == name ? parts[1] : nil
      }
    }
  }
}
