import Crypto
package import Foundation
package import Web

/// E-mail and text messages through GOV.UK Notify (its REST interface of 2026), by curl. It has no idempotency key: before a message is
/// sent a second time, Notify is asked whether it knows its reference.
package struct NotifyCarrier: ReceiptCarrier {
  package let name = "notify"
  let base: String
  let service: String
  let secret: String
  /// Templates with the places `subject` and `body` for e-mail, `body` for text messages.
  let emailTemplate: String
  let smsTemplate: String?
  let now: @Sendable () -> Date

  /// - Parameter key: as Notify shows it: name, service, secret, joined by hyphens; the last two are UUIDs.
  /// - Returns: nil for a key that is none.
  package init?(key: String, base: String, emailTemplate: String, smsTemplate: String?, now: @escaping @Sendable () -> Date) {
    guard key.utf8.count >= 73, let service = UUID(uuidString: String(key.suffix(73).prefix(36))), UUID(uuidString: String(key.suffix(36))) != nil else { return nil }
    self.service = service.uuidString.lowercased()
    secret = String(key.suffix(36))
    self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
    self.emailTemplate = emailTemplate
    self.smsTemplate = smsTemplate
    self.now = now
  }

  package func carries(_ channel: String) -> Bool { channel == "email" || (channel == "sms" && smsTemplate != nil) }

  /// HS256 over issuer and time, as Notify wants it: within 30 seconds of its clock.
  var token: String {
    func part(_ json: String) -> String { Array(json.utf8).base64URL }
    let signed = part(#"{"typ":"JWT","alg":"HS256"}"#) + "." + part("{\"iss\":\"\(service)\",\"iat\":\(Int(now().timeIntervalSince1970))}")
    let mark = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: Data(secret.utf8)))
    return signed + "." + Array(mark).base64URL
  }

  private struct Taken: Decodable { var id: String }
  private struct Status: Decodable { var status: String }
  private struct Known: Decodable { var notifications: [Taken] }
  private struct Refusal: Decodable {
    struct One: Decodable { var error: String }
    var errors: [One]
  }

  package func send(_ message: LeasedMessage) async -> CarrierAnswer {
    if message.attempt > 1 {
      // Its answer may have been lost: it is not sent again without asking.
      guard let known = await ask("GET", "/v2/notifications?reference=\(message.reference)", nil) else { return .later("GOV.UK Notify could not be reached", after: nil) }
      if known.status == 200, let list = try? JSONDecoder().decode(Known.self, from: Data(known.body.utf8)), let first = list.notifications.first { return .taken(first.id) }
      if known.status != 200 { return Self.judge(known) }
    }
    let isEmail = message.channel == "email"
    var fields: [String: Any] = [
      "template_id": isEmail ? emailTemplate : smsTemplate ?? "", "reference": message.reference, isEmail ? "email_address" : "phone_number": message.recipient,
    ]
    fields["personalisation"] = isEmail ? ["subject": message.subject, "body": message.body] : ["body": message.body]
    guard let json = try? JSONSerialization.data(withJSONObject: fields, options: [.sortedKeys]),
      let answer = await ask("POST", "/v2/notifications/\(isEmail ? "email" : "sms")", String(decoding: json, as: UTF8.self))
    else { return .later("GOV.UK Notify could not be reached", after: nil) }
    if answer.status == 201, let taken = try? JSONDecoder().decode(Taken.self, from: Data(answer.body.utf8)) { return .taken(taken.id) }
    return Self.judge(answer)
  }

  /// A message that Notify knows no longer (it forgets after seven days) stays as it is.
  package func receipt(of provider: String) async -> Receipt? {
    guard let id = UUID(uuidString: provider) else { return .open }
    guard let answer = await ask("GET", "/v2/notifications/\(id.uuidString.lowercased())", nil) else { return nil }
    switch answer.status {
    case 200: return (try? JSONDecoder().decode(Status.self, from: Data(answer.body.utf8))).map { Self.receipt($0.status) }
    case 400, 404: return .open
    default: return nil
    }
  }

  /// Notify's statuses of e-mail and text messages; what it may add later is not known yet.
  static func receipt(_ status: String) -> Receipt {
    switch status {
    case "delivered": .delivered
    case "permanent-failure": .failed("the address or number does not exist, or does not accept messages")
    case "temporary-failure": .failed("the inbox was full or the phone was off for too long")
    case "technical-failure": .failed("GOV.UK Notify had a fault of its own")
    default: .open
    }
  }

  /// By status and kind of error, never by its words. 429 and 5xx pass; 400 is the message's fault, 401 and 403 the service's.
  static func judge(_ answer: (status: Int, body: String)) -> CarrierAnswer {
    let kind = (try? JSONDecoder().decode(Refusal.self, from: Data(answer.body.utf8)))?.errors.first?.error ?? ""
    switch answer.status {
    case 429 where kind == "TooManyRequestsError": return .later("the day’s limit of GOV.UK Notify is used up", after: 3600)
    case 429: return .later("GOV.UK Notify asks for patience", after: 60)
    case 400: return .refused("GOV.UK Notify refuses the message (\(kind.isEmpty ? "400" : kind))")
    case 401, 403: return .later("GOV.UK Notify refuses the service’s key (\(kind.isEmpty ? String(answer.status) : kind))", after: 3600)
    case 404: return .refused("GOV.UK Notify does not know the template")
    default: return .later("GOV.UK Notify answered \(answer.status)", after: nil)
    }
  }

  /// Nil when no answer came.
  private func ask(_ method: String, _ path: String, _ json: String?) async -> (status: Int, body: String)? {
    // curl's own configuration on its standard input: the token stands in no argument list.
    func quoted(_ text: String) -> String {
      "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n").replacing("\r", with: "") + "\""
    }
    var lines = ["url = \(quoted(base + path))", "request = \(quoted(method))", "header = \(quoted("Authorization: Bearer " + token))", "max-time = 25", "silent"]
    if let json { lines += ["header = \"Content-Type: application/json\"", "data-raw = \(quoted(json))"] }
    lines.append("write-out = \"\\n%{http_code}\"")
    guard let result = try? await Subprocess.run("/usr/bin/curl", ["-q", "--proto", "=https,http", "-K", "-"], input: lines.joined(separator: "\n")), result.status == 0 else { return nil }
    let parts = result.output.split(separator: "\n", omittingEmptySubsequences: false)
    guard let status = parts.last.flatMap({ Int($0) }), status > 0 else { return nil }
    return (status, parts.dropLast().joined(separator: "\n"))
  }
}
