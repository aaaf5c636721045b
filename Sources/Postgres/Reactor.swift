import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the reactor watches a socket for.
struct Interest: OptionSet {
  let rawValue: Int16
  static let input = Interest(rawValue: Int16(POLLIN))
  static let output = Interest(rawValue: Int16(POLLOUT))
}

/// Something with a socket. Called on the reactor's thread; must not block.
protocol Watched: AnyObject, Sendable {
  func ready(_ events: Interest)
}

/// One thread that waits for all database sockets and all deadlines.
///
/// `poll` and not a dispatch source: a statement then costs one thread switch, from here to the waiting task, because
/// sending is done on the caller's thread, where a non-blocking socket cannot hold it up.
///
/// Unchecked: everything mutable is guarded by `lock`, except `polled` and `tokens`, which only the thread touches.
final class Reactor: @unchecked Sendable {
  static let shared = Reactor()

  private struct Entry {
    let descriptor: Int32
    var interest: Interest
    let watched: any Watched
  }

  struct Timer: Hashable {
    fileprivate let id: UInt64
    fileprivate let deadline: ContinuousClock.Instant
  }

  private let lock = NSLock()
  private var entries: [UInt64: Entry] = [:]
  private var timers: [Timer] = []
  private var actions: [UInt64: @Sendable () -> Void] = [:]
  private var lastID: UInt64 = 0
  private var hasChanged = true
  private var isWaking = false
  private let wakeRead: Int32
  private let wakeWrite: Int32
  private var polled: [pollfd] = []
  private var tokens: [UInt64] = []

  private init() {
    var pair: [Int32] = [-1, -1]
    // Only a process without file descriptors left fails here, and it could not open a connection either.
    precondition(pipe(&pair) == 0, "no file descriptor for the database's reactor")
    for descriptor in pair {
      _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }
    (wakeRead, wakeWrite) = (pair[0], pair[1])
    let thread = Thread { [unowned self] in run() }
    thread.name = "postgres"
    thread.start()
  }

  /// Starts watching. The token stands for the socket until `unwatch`.
  func watch(_ descriptor: Int32, for interest: Interest, by watched: any Watched) -> UInt64 {
    lock.withLock {
      lastID += 1
      entries[lastID] = Entry(descriptor: descriptor, interest: interest, watched: watched)
      changed()
      return lastID
    }
  }

  func change(_ token: UInt64, to interest: Interest) {
    lock.withLock {
      entries[token]?.interest = interest
      changed()
    }
  }

  func unwatch(_ token: UInt64) {
    lock.withLock {
      entries[token] = nil
      changed()
    }
  }

  /// Runs `action` on the reactor's thread after a while, unless `cancel` comes first. The action must not block.
  func after(_ duration: Duration, _ action: @escaping @Sendable () -> Void) -> Timer {
    lock.withLock {
      lastID += 1
      let timer = Timer(id: lastID, deadline: .now + duration)
      // Deadlines of one kind come in order, so the place is nearly always the end.
      var place = timers.count
      while place > 0, timers[place - 1].deadline > timer.deadline { place -= 1 }
      timers.insert(timer, at: place)
      actions[timer.id] = action
      if place == 0 { wake() }
      return timer
    }
  }

  func cancel(_ timer: Timer) {
    lock.withLock {
      guard actions.removeValue(forKey: timer.id) != nil else { return }
      if let place = timers.firstIndex(where: { $0.id == timer.id }) { timers.remove(at: place) }
    }
  }

  private func changed() {
    hasChanged = true
    wake()
  }

  private func wake() {
    guard !isWaking else { return }
    isWaking = true
    var byte: UInt8 = 1
    _ = write(wakeWrite, &byte, 1)
  }

  private func run() {
    while true {
      let timeout = prepare()
      let count = poll(&polled, nfds_t(polled.count), timeout)
      let (ready, due) = collect(count)
      for (watched, events) in ready { watched.ready(events) }
      for action in due { action() }
    }
  }

  /// Brings the list for `poll` up to date; answers how long it may wait, in milliseconds.
  private func prepare() -> Int32 {
    lock.withLock {
      if hasChanged {
        hasChanged = false
        polled.removeAll(keepingCapacity: true)
        tokens.removeAll(keepingCapacity: true)
        polled.append(pollfd(fd: wakeRead, events: Int16(POLLIN), revents: 0))
        tokens.append(0)
        // A socket nobody wants to hear of is left out altogether: `poll` would report its hang-up without end.
        for (token, entry) in entries where entry.interest != [] {
          polled.append(pollfd(fd: entry.descriptor, events: entry.interest.rawValue, revents: 0))
          tokens.append(token)
        }
      }
      guard let next = timers.first else { return -1 }
      let wait = ContinuousClock.now.duration(to: next.deadline)
      guard wait > .zero else { return 0 }
      return Int32(clamping: wait.milliseconds + 1)
    }
  }

  private func collect(_ count: Int32) -> (ready: [(any Watched, Interest)], due: [@Sendable () -> Void]) {
    lock.withLock {
      if isWaking {
        isWaking = false
        var bytes = [UInt8](repeating: 0, count: 16)
        while read(wakeRead, &bytes, bytes.count) > 0 {}
      }
      var ready: [(any Watched, Interest)] = []
      if count > 0 {
        for index in 1..<max(1, polled.count) where polled[index].revents != 0 {
          guard let entry = entries[tokens[index]] else { continue }
          // Hang-up and error are read as end of file: libpq then says what happened.
          let events = Interest(rawValue: polled[index].revents).intersection([.input, .output])
          ready.append((entry.watched, events.isEmpty ? .input : events))
        }
      }
      var due: [@Sendable () -> Void] = []
      if !timers.isEmpty {
        let now = ContinuousClock.now
        while let first = timers.first, first.deadline <= now {
          timers.removeFirst()
          if let action = actions.removeValue(forKey: first.id) { due.append(action) }
        }
      }
      return (ready, due)
    }
  }
}

/// Runs something that may block, such as a name look-up, on a thread of its own: never on Swift's cooperative pool.
func onOwnThread(_ body: @escaping @Sendable () -> Void) {
  Thread.detachNewThread(body)
}
