import Crypto
package import Foundation

/// What an item says, as it is kept: AES-256-GCM under a key of its own, which a key of the service wraps. Both are bound to the item's id, so
/// that neither opens when it is moved to another.
package struct SealedText: Sendable, Equatable {
  /// With its tag at the end.
  package var ciphertext: [UInt8]
  package var nonce: [UInt8]
  package var wrappedKey: [UInt8]
  /// The name of the key that wraps; nil where it was sealed before keys had names.
  package var keyID: String?

  package init(ciphertext: [UInt8], nonce: [UInt8], wrappedKey: [UInt8], keyID: String?) {
    self.ciphertext = ciphertext
    self.nonce = nonce
    self.wrappedKey = wrappedKey
    self.keyID = keyID
  }

  package init(_ text: String, of item: UUID, under key: IntelligenceKey) throws {
    let own = SymmetricKey(size: .bits256)
    let box = try AES.GCM.seal(Data(text.utf8), using: own, authenticating: Self.bound(item))
    self.init(ciphertext: Array(box.ciphertext + box.tag), nonce: Array(box.nonce), wrappedKey: try Self.wrap(own, of: item, under: key), keyID: key.id)
  }

  /// - Parameter keys: those that may have wrapped it.
  /// - Throws: where none of them did, or anything was changed.
  package func open(_ item: UUID, under keys: [IntelligenceKey]) throws -> String {
    guard ciphertext.count >= 16 else { throw Unsealable() }
    let box = try AES.GCM.SealedBox(
      nonce: AES.GCM.Nonce(data: Data(nonce)), ciphertext: Data(ciphertext.dropLast(16)), tag: Data(ciphertext.suffix(16)))
    return String(decoding: try AES.GCM.open(box, using: try own(item, under: keys), authenticating: Self.bound(item)), as: UTF8.self)
  }

  /// The same text with its key wrapped by another: what it says is not touched, nor seen.
  package func rewrapped(_ item: UUID, from keys: [IntelligenceKey], to key: IntelligenceKey) throws -> SealedText {
    var copy = self
    copy.wrappedKey = try Self.wrap(try own(item, under: keys), of: item, under: key)
    copy.keyID = key.id
    return copy
  }

  private func own(_ item: UUID, under keys: [IntelligenceKey]) throws -> SymmetricKey {
    for key in keys {
      if let found = try? AES.GCM.open(AES.GCM.SealedBox(combined: Data(wrappedKey)), using: key.key, authenticating: Self.bound(item)) {
        return SymmetricKey(data: found)
      }
    }
    throw Unsealable()
  }

  private static func wrap(_ own: SymmetricKey, of item: UUID, under key: IntelligenceKey) throws -> [UInt8] {
    guard let wrapped = try AES.GCM.seal(own.withUnsafeBytes { Data($0) }, using: key.key, authenticating: bound(item)).combined else { throw Unsealable() }
    return Array(wrapped)
  }

  private static func bound(_ item: UUID) -> Data { Data("intelligence|\(item.uuidString.lowercased())".utf8) }

  package struct Unsealable: Error {}
}
