package import Foundation
package import Domain

/// Policy as data: the county, the kinds of licence, the roles and the figures of local policy, read from `Config/`.
package struct Settings: Sendable {
  package var county: County
  package var kinds: [LicenceKindRule]
  package var roles: [RoleRule]
  package var policy: Policy
  /// The county's plans, each with its actions; the one that began last stands first.
  package var strategies: [Strategy]
  /// Returns: what is owed by whom, the orders that are counted, days and targets.
  package var returns: Returns
  /// Rules of committees: timetables, windows, courses.
  package var committees: Committees
  package var workingDays: WorkingDays
  /// The last day up to which the bank holidays are known.
  package var holidaysKnownThrough: Day

  package struct County: Codable, Sendable {
    package var county: String
    package var partnerships: [Partnership]
    package var authorities: [Authority]
    package var organisations: [Organisation]
  }

  package struct Partnership: Codable, Sendable {
    package var id: Int
    package var name: String
  }

  /// A licensing authority. `code` is its ONS code, `slug` its name in addresses and on the command line.
  package struct Authority: Codable, Sendable, Hashable {
    package var id: Int
    package var code: String
    package var name: String
    package var slug: String
    package var partnership: Int?
    package var from: String?
    package var until: String?
  }

  package struct Organisation: Codable, Sendable {
    package var id: Int
    package var kind: String
    package var name: String
    package var from: String?
    package var until: String?
    package var authorities: [Int]
  }

  /// Terms offered in months, the standard one first.
  package struct LicenceKindRule: Codable, Sendable {
    package var code: LicenceKind
    package var register: String
    package var legalBase: String
    package var termMonths: [Int]
  }

  package struct RoleRule: Codable, Sendable {
    package var role: Role
    package var may: [Permission]
    /// The one register whose licences the role is about; nil: all of them. Row level security knows accommodation alone.
    package var of: Register?
  }

  /// Figures of local policy; each is explained in `Config/policy.json`.
  package struct Policy: Codable, Sendable {
    /// Days after the start of a guidance year within which guidance is due.
    package var guidanceDueDays: Int
    /// Guidance given this many days before a renewal is granted still belongs to it.
    package var renewalGuidanceBeforeDays: Int
    /// Guidance given up to this many days after a renewal is granted still belongs to it.
    package var renewalGuidanceAfterDays: Int
    package var undoMinutes: Int
    /// Windows of the "expiring within" filter, in days.
    package var expiringWindows: [Int]
    package var trainingExpiringDays: Int
    package var trainingValidMonths: Int
    package var invitationHours: Int
    package var resetMinutes: Int
    /// Days for which a link to acknowledge guidance serves.
    package var acknowledgementLinkDays: Int
    /// Days after which an acknowledgement is asked for again; from the last of them on, somebody has to talk to the holder.
    package var chaseDays: [Int]
    /// Days after the day on which evidence was due at which its holder is reminded; negative: before it.
    package var evidenceReminderDays: [Int]
    /// Whether two-step verification may be put off while the data are invented.
    package var twoStepMayWaitInDemonstration: Bool
    package var requestsPerMinute: RequestsPerMinute
    /// When items near one another suggest a hot spot.
    package var suggestions: SuggestionRule
  }

  /// How often one session, or one address of people who are not signed in, may ask; as many may come at once. Files that
  /// pages load are not counted. An office behind one address shares the figures of an address.
  package struct RequestsPerMinute: Codable, Sendable {
    /// Pages and exports of one session.
    package var sessionReads: Int
    /// Forms that one session sends.
    package var sessionWrites: Int
    /// Sign-in, invitations and second steps, of one address: the page and the form it sends count alike.
    package var addressForms: Int
    /// Every other page of one address.
    package var addressPages: Int

    package init(sessionReads: Int, sessionWrites: Int, addressForms: Int, addressPages: Int) {
      self.sessionReads = sessionReads
      self.sessionWrites = sessionWrites
      self.addressForms = addressForms
      self.addressPages = addressPages
    }
  }

  /// Figures of returns and measures; each is explained in `Config/returns.json`.
  package struct Returns: Codable, Sendable {
    /// Days after the end of a period within which its return is due.
    package var dueDays: Int
    package var awarenessTargetPercent: Int
    /// Days from designation within which a hot spot's plan is to be approved.
    package var planWithinDays: Int
    package var hotSpotBufferMetres: Int
    package var profileDue: MonthDay
    /// The group to which the problem profile is made available.
    package var profileFor: String
    package var orders: [Order]

    package struct Order: Codable, Sendable {
      package var code: String
      package var name: String
      /// Kinds of organisation that report it.
      package var reporters: [String]
    }
    package struct MonthDay: Codable, Sendable {
      package var month: Int
      package var day: Int
    }
  }

  /// Figures of committees and hearings; each is explained in `Config/committees.json`.
  package struct Committees: Codable, Sendable {
    /// Days before the end of training at which it is reminded of, the widest first.
    package var expiringWindows: [Int]
    /// Training that ends so many days or fewer after a hearing is pointed out.
    package var panelExpiryWarningDays: Int
    package var forecastDays: Int
    /// Fewer members able to sit than this is a warning, and than `poolAlarm` an alarm.
    package var poolWarning: Int
    package var poolAlarm: Int
    /// Hours within which the turnover of a district can be taken back whole.
    package var turnoverUndoHours: Int
    package var timetable: [HearingTimetable]
    package var courses: [Course]
  }

  package struct Course: Codable, Sendable {
    package var code: String
    package var title: String
    package var topic: TrainingTopic
    package var minutes: Int?
  }

  /// Reads `county.json`, `licence-kinds.json`, `roles.json`, `policy.json`, `committees.json`,
  /// `bank-holidays.json` and the plans in `strategies/`.
  /// - Throws: `SettingsError` naming the file and what is wrong in it.
  package init(directory: URL) throws {
    county = try Self.read("county.json", in: directory)
    kinds = try (Self.read("licence-kinds.json", in: directory) as KindsFile).kinds
    roles = try (Self.read("roles.json", in: directory) as RolesFile).roles
    policy = try Self.read("policy.json", in: directory)
    if let wrong = roles.first(where: { $0.of != nil && $0.of != .accommodation }) {
      throw SettingsError(file: "roles.json", reason: "\(wrong.role.rawValue) can be a role of accommodation alone, or of every register")
    }
    let rates = policy.requestsPerMinute
    guard [rates.sessionReads, rates.sessionWrites, rates.addressForms, rates.addressPages].allSatisfy({ $0 > 0 }) else {
      throw SettingsError(file: "policy.json", reason: "each figure of requestsPerMinute must be more than 0, or nobody is answered")
    }
    if let wrong = policy.suggestions.fault { throw SettingsError(file: "policy.json", reason: "suggestions: \(wrong)") }
    strategies = try Self.strategies(in: directory)
    returns = try Self.read("returns.json", in: directory)
    committees = try Self.read("committees.json", in: directory)
    let holidays: HolidaysFile = try Self.read("bank-holidays.json", in: directory)
    workingDays = WorkingDays(holidays: holidays.holidays)
    holidaysKnownThrough = holidays.coversThrough
  }

  /// What addresses say of a plan: nothing of the one that began last.
  package func slug(of strategy: Strategy) -> String? { strategy.slug == strategies.first?.slug ? nil : strategy.slug }
  package func authority(_ id: Int) -> Authority? { county.authorities.first { $0.id == id } }
  package func authority(slug: String) -> Authority? { county.authorities.first { $0.slug == slug } }
  package func partnership(_ id: Int) -> Partnership? { county.partnerships.first { $0.id == id } }
  package func organisation(_ id: Int) -> Organisation? { county.organisations.first { $0.id == id } }
  /// What an area of a measure is called: a district by its number, a partnership by its number below zero, the county as 0.
  package func areaName(_ area: Int) -> String {
    area > 0 ? authority(area)?.name ?? "" : area < 0 ? partnership(-area)?.name ?? "" : county.county
  }
  package func timetable(of kind: HearingKind) -> HearingTimetable? { committees.timetable.first { $0.kind == kind } }
  package func termMonths(of kind: LicenceKind) -> [Int] { kinds.first { $0.code == kind }?.termMonths ?? [] }

  private struct KindsFile: Codable { var kinds: [LicenceKindRule] }
  private struct HolidaysFile: Codable {
    var holidays: [Day]
    var coversThrough: Day
  }
  private struct RolesFile: Codable { var roles: [RoleRule] }

  private static func strategies(in directory: URL) throws -> [Strategy] {
    let folder = directory.appendingPathComponent("strategies")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".json") }.sorted()
    let all: [Strategy] = try names.map { try read("strategies/" + $0, in: directory) }
    guard !all.isEmpty else { throw SettingsError(file: "strategies", reason: "there is no plan in it") }
    return all.sorted { ($1.from, $0.slug) < ($0.from, $1.slug) }
  }

  private static func read<T: Decodable>(_ name: String, in directory: URL) throws -> T {
    let file = directory.appendingPathComponent(name)
    do {
      return try JSONDecoder().decode(T.self, from: Data(contentsOf: file))
    } catch {
      throw SettingsError(file: name, reason: String(describing: error))
    }
  }
}

/// A file of `Config/` that cannot be used.
package struct SettingsError: Error, CustomStringConvertible {
  let file: String
  let reason: String
  package var description: String { "Config/\(file) cannot be used: \(reason)" }
}
