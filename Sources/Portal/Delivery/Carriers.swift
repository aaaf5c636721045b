package import Foundation

/// Which carriers this installation has, from its environment variables (README lists them).
package enum Carriers {
  /// - Throws: `CarrierSetting` for a variable that is set and cannot be used.
  package static func configured(_ variables: [String: String], now: @escaping @Sendable () -> Date) throws -> [any Carrier] {
    func value(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }
    var carriers: [any Carrier] = []
    if let key = value("LANTERN_NOTIFY_KEY") {
      guard let template = value("LANTERN_NOTIFY_EMAIL_TEMPLATE") else { throw CarrierSetting("LANTERN_NOTIFY_KEY is set, and LANTERN_NOTIFY_EMAIL_TEMPLATE is not") }
      let base = value("LANTERN_NOTIFY_URL") ?? "https://api.notifications.service.gov.uk"
      guard let notify = NotifyCarrier(key: key, base: base, emailTemplate: template, smsTemplate: value("LANTERN_NOTIFY_SMS_TEMPLATE"), now: now) else {
        throw CarrierSetting("LANTERN_NOTIFY_KEY is no key of GOV.UK Notify: it ends in two UUIDs")
      }
      carriers.append(notify)
    }
    if let file = value("LANTERN_MSMTP") {
      guard FileManager.default.isReadableFile(atPath: file) else { throw CarrierSetting("LANTERN_MSMTP names \(file), which cannot be read") }
      guard let sender = value("LANTERN_MAIL_FROM"), sender.contains("@") else { throw CarrierSetting("LANTERN_MSMTP is set, and LANTERN_MAIL_FROM is no address") }
      carriers.append(MailCarrier(configuration: file, sender: sender))
    }
    return carriers
  }

  /// What GOV.UK Notify is to show when it reports on messages; nil where it does not report.
  /// - Throws: `CarrierSetting` for a token that could be guessed.
  package static func receiptToken(_ variables: [String: String]) throws -> String? {
    guard let token = variables["LANTERN_NOTIFY_CALLBACK_TOKEN"], !token.isEmpty else { return nil }
    guard token.utf8.count >= 20 else { throw CarrierSetting("LANTERN_NOTIFY_CALLBACK_TOKEN has fewer than 20 characters") }
    return token
  }
}

/// A setting that keeps the service from starting.
package struct CarrierSetting: Error, CustomStringConvertible {
  package let description: String
  init(_ description: String) { self.description = description + "." }
}
