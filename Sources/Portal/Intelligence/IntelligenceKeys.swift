package import Crypto
package import Foundation
import Web

/// A key that wraps the keys of items, with the name under which the database knows it.
package struct IntelligenceKey: Sendable {
  /// The first eight bytes of the key's hash, in hexadecimal.
  package let id: String
  package let key: SymmetricKey

  package init(_ bytes: Data) {
    id = SHA256.hash(data: Data("lantern intelligence key".utf8) + bytes).prefix(8).map { String(format: "%02x", $0) }.joined()
    key = SymmetricKey(data: bytes)
  }
}

/// The keys of intelligence in `keys/`: `intelligence.key` seals; `intelligence-NAME.key` are those before it, which still open. The files are
/// read when they are needed, so that a service sees a new key while it runs.
package struct IntelligenceKeys: Sendable {
  package let directory: URL

  /// Makes the first key where there is none at all.
  package init(directory: URL) throws {
    self.directory = directory
    let file = directory.appendingPathComponent(Self.current)
    guard !FileManager.default.fileExists(atPath: file.path), try retired().isEmpty else { return }
    try Self.write(Data(Chance.bytes(32)), to: file)
  }

  static let current = "intelligence.key"
  private static let next = "intelligence.next.key"
  private static func name(of id: String) -> String { "intelligence-\(id).key" }

  /// The key that seals.
  /// - Throws: `KeyError` where its file is missing or is none.
  package func sealing() throws -> IntelligenceKey { try read(Self.current) }

  /// The keys that may open what was sealed under a name; all of them where it was sealed before keys had names.
  package func opening(_ id: String?) -> [IntelligenceKey] {
    let all = ([try? sealing()] + ((try? retired()) ?? [])).compactMap { $0 }
    return id.map { id in all.filter { $0.id == id } } ?? all
  }

  /// The keys before the one that seals.
  package func retired() throws -> [IntelligenceKey] {
    let names = try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0.hasPrefix("intelligence-") && $0.hasSuffix(".key") }
    return try names.sorted().map(read)
  }

  /// Puts a new key in the place of the one that seals, which is kept beside it under its name. Killed at any moment, there is a key that seals
  /// and none is lost: the old file gets its second name first, and the new one takes the first name in one step.
  package func replace() throws -> (old: IntelligenceKey, new: IntelligenceKey) {
    let old = try sealing()
    let kept = directory.appendingPathComponent(Self.name(of: old.id)), file = directory.appendingPathComponent(Self.current)
    let fresh = directory.appendingPathComponent(Self.next)
    if !FileManager.default.fileExists(atPath: kept.path) { try FileManager.default.linkItem(at: file, to: kept) }
    try? FileManager.default.removeItem(at: fresh)
    let bytes = Data(Chance.bytes(32))
    try Self.write(bytes, to: fresh)
    guard rename(fresh.path, file.path) == 0 else { throw KeyError(file: Self.current) }
    return (old, IntelligenceKey(bytes))
  }

  /// Destroys the file of a key that is retired: overwritten, then taken away. What the disk or its snapshots still hold is not in our hands.
  package func destroy(_ key: IntelligenceKey) throws {
    let file = directory.appendingPathComponent(Self.name(of: key.id))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    let handle = try FileHandle(forWritingTo: file)
    try handle.write(contentsOf: Data(repeating: 0, count: 32))
    try handle.synchronize()
    try handle.close()
    try FileManager.default.removeItem(at: file)
  }

  private func read(_ name: String) throws -> IntelligenceKey {
    guard let held = try? Data(contentsOf: directory.appendingPathComponent(name)), held.count == 32 else { throw KeyError(file: name) }
    return IntelligenceKey(held)
  }

  private static func write(_ bytes: Data, to file: URL) throws {
    guard FileManager.default.createFile(atPath: file.path, contents: bytes, attributes: [.posixPermissions: 0o400]),
      let handle = try? FileHandle(forReadingFrom: file)
    else { throw KeyError(file: file.lastPathComponent) }
    try handle.synchronize()
    try handle.close()
  }
}
