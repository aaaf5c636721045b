import Domain
import Foundation
import Web

/// Guidance given, as typed.
struct IssueForm: Sendable {
  var version = ""
  var occasion = Occasion.anniversary.rawValue
  var channel = Channel.hand.rawValue
  var on = DateFields()
  var acknowledged = ""
  /// Made with the form: sent twice, it takes effect once.
  var key: UUID?

  init(_ versions: [OfferedVersion], for kind: LicenceKind, occasion asked: String? = nil, today: Day) {
    let offered = Occasion.offered(for: kind)
    occasion = (asked.flatMap(Occasion.init).flatMap { offered.contains($0) ? $0 : nil } ?? offered.first ?? .adHoc).rawValue
    version = versions.first?.id.uuidString ?? ""
    on = DateFields(year: today.year, month: today.month, day: today.day)
    key = UUID()
  }

  init(_ fields: FormFields) {
    version = fields["version"] ?? ""
    occasion = fields["occasion"] ?? ""
    channel = fields["channel"] ?? ""
    on = DateFields("on") { fields[$0] }
    acknowledged = fields["acknowledged"] ?? ""
    key = UUID(uuidString: fields["key"] ?? "")
  }

  func validated(_ versions: [OfferedVersion], for kind: LicenceKind, today: Day) -> Validated<NewIssue> {
    var errors = Errors()
    let offered = versions.first { $0.id.uuidString == version }
    if offered == nil { errors.add("version", "Choose the guidance that was given") }
    let why = Occasion(rawValue: occasion).flatMap { Occasion.offered(for: kind).contains($0) ? $0 : nil }
    if why == nil { errors.add("occasion", "Choose why it was given") }
    let how = Channel(rawValue: channel).flatMap { Channel.byOfficer.contains($0) ? $0 : nil }
    if how == nil { errors.add("channel", "Choose how it was given") }
    let day = LicenceForm.day(on, "on", of: "The day it was given", &errors)
    if let day, day > today { errors.add("on", "The day it was given cannot be in the future") }
    if let day, day < today - 366 { errors.add("on", "The day it was given must be within the last year") }
    let method = AcknowledgementMethod(rawValue: acknowledged)
    if !acknowledged.isEmpty, method == nil { errors.add("acknowledged", "Choose how it was acknowledged, or “Not yet”") }
    guard errors.isEmpty, let offered, let why, let how, let day else { return .invalid(errors) }
    return .valid(NewIssue(version: offered.id, occasion: why, channel: how, on: day, acknowledgement: method))
  }
}

struct AcknowledgementForm: Sendable {
  var method = AcknowledgementMethod.wetSignature.rawValue
  var on = DateFields()

  init(today: Day) { on = DateFields(year: today.year, month: today.month, day: today.day) }
  init(_ fields: FormFields) {
    method = fields["method"] ?? ""
    on = DateFields("on") { fields[$0] }
  }

  func validated(_ issue: Issue, today: Day) -> Validated<(AcknowledgementMethod, Day)> {
    var errors = Errors()
    let chosen = AcknowledgementMethod(rawValue: method)
    if chosen == nil { errors.add("method", "Choose how it was acknowledged") }
    let day = LicenceForm.day(on, "on", of: "The day it was acknowledged", &errors)
    if let day, day < issue.on { errors.add("on", "It was given on \(issue.on.words): it cannot have been acknowledged before") }
    if let day, day > today { errors.add("on", "The day it was acknowledged cannot be in the future") }
    if issue.void != nil { errors.add("method", "This issue no longer counts, so it cannot be acknowledged") }
    guard errors.isEmpty, let chosen, let day else { return .invalid(errors) }
    return .valid((chosen, day))
  }
}
