package import Foundation

/// E-mail through msmtp, which speaks SMTP with TLS and authentication as its own configuration file says.
package struct MailCarrier: Carrier {
  package let name = "smtp"
  let configuration: String
  let sender: String

  /// - Parameters:
  ///   - configuration: msmtp's file, which only the service may read.
  ///   - sender: "Licensing <licensing@example.org>", or an address alone.
  package init(configuration: String, sender: String) {
    self.configuration = configuration
    self.sender = sender
  }

  package func carries(_ channel: String) -> Bool { channel == "email" }

  package func send(_ message: LeasedMessage) async -> CarrierAnswer {
    guard !message.recipient.contains(where: \.isNewline), !message.recipient.hasPrefix("-") else { return .refused("the address is none") }
    let result: Subprocess.Result
    do {
      result = try await Subprocess.run(
        "/usr/bin/timeout", ["60", "env", "LC_ALL=C", "msmtp", "--file=\(configuration)", "--read-envelope-from", "--", message.recipient], input: Self.letter(message, from: sender))
    } catch {
      return .later("msmtp could not be started", after: nil)
    }
    return Self.judge(result, of: message)
  }

  /// By msmtp's statuses, which are those of sysexits.h, and where one has two meanings by the server's code that it prints. Seen of msmtp
  /// 1.8.23: an address refused for good is 65, for now 69; a sender refused for good is 65 too; a text refused, for good or for now, is 69.
  static func judge(_ result: Subprocess.Result, of message: LeasedMessage) -> CarrierAnswer {
    let isForGood = result.errors.contains("server message: 5")
    switch result.status {
    case 0: return .taken(message.reference)
    case 65 where result.errors.contains("envelope from address"): return .later("the mail server refuses the service’s own address", after: 3600)
    case 65, 67, 68: return .refused("the mail server does not know the address")
    case 69 where isForGood && result.errors.contains("did not accept the mail"): return .refused("the mail server refuses the message")
    case 77, 78: return .later("the mail server refuses the service’s own name or password", after: 3600)
    default: return .later("the mail server could not be reached, or was busy", after: nil)
    }
  }

  /// RFC 5322 with an encoded subject and a body in base64: whatever a name or a title holds, it can end no header line.
  static func letter(_ message: LeasedMessage, from sender: String) -> String {
    func word(_ text: String) -> String { "=?utf-8?B?\(Data(text.utf8).base64EncodedString())?=" }
    let body = Data(message.body.replacingOccurrences(of: "\n", with: "\r\n").utf8).base64EncodedString(options: [.lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed])
    let domain = sender.split(separator: "@").last.map { $0.filter { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" } } ?? "localhost"
    return [
      "From: \(sender.filter { !$0.isNewline })", "To: \(message.recipient)", "Subject: \(word(message.subject))", "Message-ID: <\(message.reference)@\(domain)>",
      "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "", body, "",
    ].joined(separator: "\r\n")
  }
}
