package import Foundation
import Glibc
import Synchronization

/// Makes tagged PDF files (PDF/UA) of pages, by WeasyPrint in processes of their own that live on from page to page.
///
/// A process may use so much memory, has so long for a page, opens no socket, and reads nothing but the templates' assets: a page names
/// them as `asset:NAME`. One that stalls or dies is killed, and the next page gets another; what keeps a page from being made is thrown in
/// words. Where it is not installed there is no `PDFWorker`, and pages say that documents are printed from the browser.
package final class PDFWorker: Sendable {
  private let python: URL
  private let arguments: [String]
  private let limit: Duration
  private let lanes: Lanes

  /// - Parameters:
  ///   - root: the directory that `bin/setup` installed into.
  ///   - most: processes at once.
  ///   - limit: how long a page may take.
  ///   - megabytes: memory that a process may use.
  /// - Returns: nil where `bin/setup` has not installed what it needs.
  package init?(root: URL, most: Int = 2, limit: Duration = .seconds(120), megabytes: Int = 1024) {
    python = root.appendingPathComponent(".venv-pdf/bin/python")
    let script = root.appendingPathComponent("bin/lib/pdf/worker.py")
    guard FileManager.default.isExecutableFile(atPath: python.path), FileManager.default.isReadableFile(atPath: script.path) else { return nil }
    arguments = ["-I", "-B", script.path, String(megabytes)] + ["Templates/assets", ".lantern-assets"].map { root.appendingPathComponent($0).path }
    self.limit = limit
    lanes = Lanes(most)
  }

  /// The page as a PDF file. It has a `title` and a `lang`; what it prints is said in its own style sheets, for `print`.
  /// - Throws: `PDFRefusal`.
  package func pdf(_ html: String) async throws -> Data {
    let rested = await lanes.enter()
    do {
      let (data, process) = try await make(html, rested)
      await lanes.leave(process)
      return data
    } catch {
      await lanes.leave(nil)
      throw error
    }
  }

  private func make(_ html: String, _ rested: PDFProcess?) async throws -> (Data, PDFProcess) {
    if let rested {
      do { return (try await rested.ask(html, within: limit), rested) } catch is PDFProcess.Gone {
        // It had ended while it rested, as they do after a minute: a fresh one makes it.
      }
    }
    let fresh = try PDFProcess(python, arguments)
    do {
      try await fresh.ready()
      return (try await fresh.ask(html, within: limit), fresh)
    } catch is PDFProcess.Gone {
      throw PDFRefusal("The program that makes PDF files stopped in the middle. Try again, or print the page from the browser.")
    }
  }
}

/// Why there is no PDF file, in words for whoever asked for it.
package struct PDFRefusal: Error, Sendable, CustomStringConvertible {
  package let description: String
  init(_ words: String) { description = words }
}

/// At most so many pages at once; processes that rest are used again.
private actor Lanes {
  private var free: Int
  private var rested: [PDFProcess] = []
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(_ most: Int) { free = most }

  func enter() async -> PDFProcess? {
    if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
    return rested.popLast()
  }

  func leave(_ process: PDFProcess?) {
    if let process { rested.append(process) }
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}

/// One process, and the socket that is its standard input and output.
private final class PDFProcess: Sendable {
  /// It ended, or was ended, before it answered.
  struct Gone: Error {}

  private let process = Process()
  private let socket: Int32
  /// Where its socket is written and read, which waits: never on a thread that serves pages.
  private let queue = DispatchQueue(label: "lantern.pdf")

  init(_ python: URL, _ arguments: [String]) throws {
    var ends: [Int32] = [0, 0]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
      throw PDFRefusal("There are too many files open to make a PDF file. Try again in a minute.")
    }
    socket = ends[0]
    let theirs = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
    process.executableURL = python
    process.arguments = arguments
    // Nothing of the service's own surroundings: they hold the way to the database.
    process.environment = ["LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"]
    process.standardInput = theirs
    process.standardOutput = theirs
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch {
      close(socket)
      throw PDFRefusal("The program that makes PDF files could not be started. Tell your administrator, or print the page from the browser.")
    }
    try theirs.close()
  }

  deinit {
    end()
    close(socket)
  }

  /// Ends it at once, whatever it does; whoever waits for its answer finds that it has gone.
  private func end() {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    shutdown(socket, Int32(SHUT_RDWR))
  }

  /// Waits until it has loaded what it needs.
  func ready() async throws { _ = try await answer(to: nil, within: .seconds(60)) }

  func ask(_ html: String, within limit: Duration) async throws -> Data { try await answer(to: html, within: limit) }

  /// - Throws: `PDFRefusal` in its own words or for the time that it took, and `Gone`.
  private func answer(to html: String?, within limit: Duration) async throws -> Data {
    let isLate = Atomic(false)
    let watch = Task {
      try await Task.sleep(for: limit)
      isLate.store(true, ordering: .relaxed)
      end()
    }
    defer { watch.cancel() }
    do {
      let (status, content) = try await withCheckedThrowingContinuation { continuation in
        queue.async { [self] in continuation.resume(with: Result { try exchange(html) }) }
      }
      guard status == 0 else { throw PDFRefusal(String(decoding: content, as: UTF8.self)) }
      return content
    } catch is Gone where isLate.load(ordering: .relaxed) {
      throw PDFRefusal("Making the PDF file took longer than \(limit.components.seconds) seconds, and was stopped. Try a smaller one, or print the page from the browser.")
    }
  }

  private func exchange(_ html: String?) throws -> (status: UInt8, content: Data) {
    if let html {
      let page = Data(html.utf8)
      try send(withUnsafeBytes(of: UInt64(page.count).bigEndian) { Data($0) } + page)
    }
    let head = try receive(9)
    let count = head.dropFirst().reduce(0) { $0 << 8 | Int($1) }
    guard count < 1 << 30 else { throw Gone() }
    return (head[0], try receive(count))
  }

  private func send(_ data: Data) throws {
    try data.withUnsafeBytes { bytes in
      var sent = 0
      while sent < bytes.count {
        let more = Glibc.send(socket, bytes.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
        if more > 0 { sent += more } else if errno != EINTR { throw Gone() }
      }
    }
  }

  private func receive(_ count: Int) throws -> Data {
    var data = Data(count: count)
    try data.withUnsafeMutableBytes { bytes in
      var received = 0
      while received < count {
        let more = recv(socket, bytes.baseAddress! + received, count - received, 0)
        if more > 0 { received += more } else if more == 0 || errno != EINTR { throw Gone() }
      }
    }
    return data
  }
}
