package import NIOCore

/// How long one connection may take over what.
package struct Deadlines: Sendable, Equatable {
  /// From the first byte of a head to the end of its body.
  package var request: TimeAmount
  /// The same for a form with files.
  package var upload: TimeAmount
  /// How long an answer waits for a peer that reads nothing of it.
  package var stalledWrite: TimeAmount
  /// How long a peer may go on sending after it was refused, so that it can read why.
  package var linger: TimeAmount
  /// Without a part of a request, and between two. Longer than `request`, so that who is too slow is told so and not just cut off.
  package var idle: TimeAmount

  package init(
    request: TimeAmount = .seconds(30), upload: TimeAmount = .seconds(120), stalledWrite: TimeAmount = .seconds(60),
    linger: TimeAmount = .seconds(2), idle: TimeAmount = .seconds(35)
  ) {
    self.request = request
    self.upload = upload
    self.stalledWrite = stalledWrite
    self.linger = linger
    self.idle = idle
  }
}
