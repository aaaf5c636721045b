package import Foundation

/// Somebody who might sit, with everything the check asks about.
package struct Candidate: Sendable, Equatable, Identifiable {
  package struct Appointment: Sendable, Equatable {
    package var role: CommitteeRole
    package var days: DayRange
    package init(_ role: CommitteeRole, _ days: DayRange) {
      self.role = role
      self.days = days
    }
  }

  package var id: UUID
  package var name: String
  package var ward: String?
  /// The days on which they hold office as a councillor.
  package var inOffice: DayRange
  /// Appointments to the committee whose members hear the case.
  package var appointments: [Appointment]
  package var covers: [TrainingCover]
  /// Hearings they sat or sit on around that day: the load is shared.
  package var sittings: Int
  /// Days on which they said they cannot sit. Advice: nothing is forbidden by it.
  package var away: [DayRange]

  package init(
    id: UUID = UUID(), name: String, ward: String? = nil, inOffice: DayRange, appointments: [Appointment], covers: [TrainingCover], sittings: Int = 0, away: [DayRange] = []
  ) {
    self.id = id
    self.name = name
    self.ward = ward
    self.inOffice = inOffice
    self.appointments = appointments
    self.covers = covers
    self.sittings = sittings
    self.away = away
  }

  package func isAway(on day: Day) -> Bool { away.contains { $0.contains(day) } }

  /// Their role on the committee on a day; nil when they are not on it, or hold no office.
  package func role(on day: Day) -> CommitteeRole? {
    inOffice.contains(day) ? appointments.first { $0.days.contains(day) }?.role : nil
  }
}

/// The case that a panel hears: its day and what the advice looks at.
package struct HearingCase: Sendable, Equatable {
  package var day: Day
  package var timetable: HearingTimetable?
  /// The ward of the premises, or of the applicant where that matters.
  package var ward: String?
  /// The last day of the period for representations, or the day a notice was received.
  package var periodEnd: Day?
  package var noticeGiven: Day?
  /// Interests that members declared, by member.
  package var interests: [UUID: String]
  /// The day on which the question is asked: a notice not given yet may still be in time.
  package var asked: Day

  package init(
    day: Day, timetable: HearingTimetable? = nil, ward: String? = nil, periodEnd: Day? = nil, noticeGiven: Day? = nil, interests: [UUID: String] = [:],
    asked: Day
  ) {
    self.day = day
    self.timetable = timetable
    self.ward = ward
    self.periodEnd = periodEnd
    self.noticeGiven = noticeGiven
    self.interests = interests
    self.asked = asked
  }

  /// The same case on another day.
  package func moved(to day: Day) -> HearingCase {
    var copy = self
    copy.day = day
    return copy
  }
}

/// What one check found.
package struct EmpanelFinding: Sendable, Equatable, Codable {
  /// How much weight it has: unlawful, against local rule (may be overridden with a reason), or advice.
  package enum Severity: String, Sendable, Codable, Comparable {
    case blockStatutory = "BLOCK_STATUTORY"
    case blockPolicy = "BLOCK_POLICY"
    case warn = "WARN"

    package static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }
    private var rank: Int { self == .blockStatutory ? 0 : self == .blockPolicy ? 1 : 2 }

    package var name: String {
      switch self {
      case .blockStatutory: "Unlawful"
      case .blockPolicy: "Against local rule"
      case .warn: "Advice"
      }
    }
  }

  package enum Code: String, Sendable, Codable, CaseIterable {
    case panelSizeNot3 = "PANEL_SIZE_NOT_3"
    case panelBelowQuorum = "PANEL_BELOW_QUORUM"
    case notCommitteeMemberOnH = "NOT_COMMITTEE_MEMBER_ON_H"
    case duplicateMember = "DUPLICATE_MEMBER"
    case committeeSizeOutOf10To15 = "COMMITTEE_SIZE_OUT_OF_10_15"
    case cseTrainingNotValidOnH = "CSE_TRAINING_NOT_VALID_ON_H"
    case licensingTrainingNotValidOnH = "LICENSING_TRAINING_NOT_VALID_ON_H"
    case signatureMissing = "SIGNATURE_MISSING"
    case trainingExpiresWithin = "TRAINING_EXPIRES_WITHIN"
    case wardMember = "WARD_MEMBER"
    case interestDeclared = "INTEREST_DECLARED"
    case notAvailable = "NOT_AVAILABLE"
    case chairNotChairOrDeputy = "CHAIR_NOT_CHAIR_OR_DEPUTY"
    case noTrainedSubstitute = "NO_TRAINED_SUBSTITUTE"
    case hearingOutside20WD = "HEARING_OUTSIDE_20WD"
    case noticeTooShort = "NOTICE_TOO_SHORT"
    case bankHolidaysUnknown = "BANK_HOLIDAYS_UNKNOWN"
  }

  package var severity: Severity
  package var code: Code
  package var member: UUID?
  package var text: String

  package init(_ severity: Severity, _ code: Code, member: UUID? = nil, _ text: String) {
    self.severity = severity
    self.code = code
    self.member = member
    self.text = text
  }
}
