package import Crypto
package import Foundation

/// What an item says, as it is kept: AES-256-GCM under a key of its own, which the service's key wraps. Both are bound to the item's
/// id, so that neither opens when it is moved to another.
package struct SealedText: Sendable, Equatable {
  /// With its tag at the end.
  package var ciphertext: [UInt8]
  package var nonce: [UInt8]
  package var wrappedKey: [UInt8]

  package init(ciphertext: [UInt8], nonce: [UInt8], wrappedKey: [UInt8]) {
    self.ciphertext = ciphertext
    self.nonce = nonce
    self.wrappedKey = wrappedKey
  }

  package init(_ text: String, of item: UUID, under key: SymmetricKey) throws {
    let own = SymmetricKey(size: .bits256)
    let bound = Self.bound(item)
    let box = try AES.GCM.seal(Data(text.utf8), using: own, authenticating: bound)
    guard let wrapped = try AES.GCM.seal(own.withUnsafeBytes { Data($0) }, using: key, authenticating: bound).combined else { throw Unsealable() }
    self.init(ciphertext: Array(box.ciphertext + box.tag), nonce: Array(box.nonce), wrappedKey: Array(wrapped))
  }

  /// - Throws: where the key is another, or anything was changed.
  package func open(_ item: UUID, under key: SymmetricKey) throws -> String {
    let bound = Self.bound(item)
    let own = SymmetricKey(data: try AES.GCM.open(AES.GCM.SealedBox(combined: Data(wrappedKey)), using: key, authenticating: bound))
    guard ciphertext.count >= 16 else { throw Unsealable() }
    let box = try AES.GCM.SealedBox(
      nonce: AES.GCM.Nonce(data: Data(nonce)), ciphertext: Data(ciphertext.dropLast(16)), tag: Data(ciphertext.suffix(16)))
    return String(decoding: try AES.GCM.open(box, using: own, authenticating: bound), as: UTF8.self)
  }

  private static func bound(_ item: UUID) -> Data { Data("intelligence|\(item.uuidString.lowercased())".utf8) }

  package struct Unsealable: Error {}
}
