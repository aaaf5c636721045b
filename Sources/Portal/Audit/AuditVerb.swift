/// What can be done and is therefore logged. Each verb tells its sentence, in the past, after the author's name.
package enum AuditVerb: String, Codable, Sendable, CaseIterable {
  case addLicence, editLicence, renewLicence, undoRenewal
  case suspendLicence, revokeLicence, surrenderLicence, refuseLicence, liftRestriction
  case issueGuidance, acknowledgeGuidance, askByLink, acknowledgeByLink, sendMessage, sendReminders, retryMessage, cancelMessage, undoIssue, correctIssue, recordTraining
  case draftCampaign, changeCampaign, issueCampaign, recordReturn, withdrawReturn
  case addEvent, changeEvent, recordAttendance, withdrawAttendance, recordContact, changeContact
  case recordVisit, followUpVisit, recordChallenge, askForEvidence, receiveEvidence, withdrawFieldwork
  case remindOfEvidence, keepFile, destroyFile
  case setDriverTraining, withdrawDriverTraining, exemptFromTraining, endTrainingExemption
  case recordFailedTraining, acceptEvidence, rejectEvidence, startCompletions, applyCompletions, cancelCompletions
  case addDocument, publishVersion, addLanguage, withdrawVersion
  case mergeLocations, moveToLocation, keepLocationsApart, placeLocation, joinScheme, leaveScheme, appointToPlace
  case loadPostcodes, loadOutlines
  case startImport, applyImport, cancelImport
  case addCommittee, editCommittee, addMember, editMember, appoint, endAppointment, turnOver, importMembers
  case setRequirement, addSession, cancelSession, bookSession, unbookSession, recordSessionAttendance
  case recordMemberTraining, signTraining, voidTraining, decideTraining
  case addHearing, editHearing, moveHearing, closeHearing, choosePanel, declareInterest, withdrawInterest
  case decideHotSpot, consultOnHotSpot, setAsideSuggestion
  case decidePlan, decidePlanAction, nameOrganisation
  case planMeeting, recordAttendees, writeMinute, closeMinutes, correctMinutes, printPack, chooseDigest
  case submitIntelligence, addIntelligence, readIntelligence, nameReaders, decideIntelligence, recallIntelligence
  case remindMembers, noticePanel, chooseReminders, sayAway, withdrawAway
  case turnOverDistrict, undoTurnover, startTrainingImport, explainTrainingImport, importTraining
  case returnIntelligence, reviewIntelligence, holdIntelligence, linkIntelligence, rotateIntelligenceKey, testIntelligence
  case exportList
  case signIn, signInFailed, signOut, acceptInvitation, enrolSecondStep
  case invite, grantRole, endRole, disableAccount, enableAccount, resetPassword
  case reportAction, overrideRating, enterFigure, makePack, decideStrategy
  case planPartnership, keepProfile, keepDataset, keepReturn
  case loadDemonstration, configure

  /// "suspended licence HD1234 from 3 April 2026: medical". Missing details are left out, never invented.
  package func sentence(_ d: [String: String]) -> String {
    func with(_ words: String, _ key: String) -> String { d[key].map { $0.isEmpty ? "" : (words.isEmpty ? " " : " \(words) ") + $0 } ?? "" }
    func because(_ key: String = "reason") -> String { d[key].map { $0.isEmpty ? "" : ": \($0)" } ?? "" }
    let reference = d["reference"].map { " \($0)" } ?? ""
    return switch self {
    case .addLicence: "added licence\(reference)\(with("for", "holder"))"
    case .editLicence: "changed\(d["changes"].map { " \($0)" } ?? " the details")"
    case .renewLicence: "renewed licence\(reference)\(with("from", "from"))\(with("to", "to"))\(d["without"].map { " without guidance: \($0)" } ?? "")\(d["untrained"].map { " without the training that is asked for: \($0)" } ?? "")"
    case .undoRenewal: "undid the renewal of licence\(reference)\(with("that began on", "from"))"
    case .suspendLicence: "suspended licence\(reference)\(with("from", "from"))\(because())"
    case .revokeLicence: "revoked licence\(reference)\(with("from", "from"))\(because())"
    case .surrenderLicence: "recorded the surrender of licence\(reference)\(with("from", "from"))\(because())"
    case .refuseLicence: "recorded the refusal of licence\(reference)\(with("from", "from"))\(because())"
    case .liftRestriction: "ended the \(d["restriction"] ?? "restriction") of licence\(reference)\(with("from", "from"))\(because())"
    case .issueGuidance: "gave guidance\(with("", "version"))\(with("by", "channel"))\(with("on", "on"))\(d["acknowledged"].map { ", acknowledged: \($0)" } ?? "")"
    case .acknowledgeGuidance: "recorded that guidance\(with("", "version")) was acknowledged\(with("on", "on"))\(because("method"))"
    case .askByLink: "made a link to acknowledge guidance\(with("", "version"))\(with("that serves until", "until"))"
    case .sendMessage: "wrote a message\(with("about", "version"))\(with("to", "recipient"))"
    case .sendReminders: "asked\(with("", "count")) once more to acknowledge"
    case .retryMessage: "had a message\(with("to", "recipient")) tried again"
    case .cancelMessage: "cancelled a message\(with("to", "recipient"))"
    case .acknowledgeByLink: "acknowledged guidance\(with("", "version"))\(with("by a link as", "name"))"
    case .undoIssue: "undid the issue of guidance\(with("", "version"))"
    case .correctIssue: "corrected the issue of guidance\(with("", "version"))\(because())"
    case .recordTraining: "recorded training\(with("", "course"))\(with("completed on", "on"))"
    case .draftCampaign: "drew up the campaign\(with("", "name"))"
    case .changeCampaign: "\(d["what"] ?? "changed") the campaign\(with("", "name"))\(because())"
    case .issueCampaign:
      "gave guidance\(with("", "version"))\(with("by", "channel"))\(with("on", "on"))\(with("in the campaign", "name"))\(d["count"].map { " to \($0)" } ?? "")"
    case .recordReturn: "recorded mail that came back\(with("in the campaign", "name"))\(because())"
    case .withdrawReturn: "took back that mail came back\(with("in the campaign", "name"))"
    case .addEvent: "recorded the event\(with("", "title"))\(with("on", "on"))"
    case .changeEvent: "changed the event\(with("", "title"))"
    case .recordAttendance: "recorded attendance\(with("at", "title"))\(with("on", "on"))\(d["evidence"].map { ", with \($0)" } ?? "")"
    case .withdrawAttendance: "took back the attendance\(with("of", "reference"))\(with("at", "title"))"
    case .recordContact: "recorded awareness contacts with\(with("", "count")) drivers licensed elsewhere"
    case .changeContact: "took back an awareness contact"
    case .recordVisit: "recorded a visit\(with("to", "place"))\(with("on", "on"))"
    case .followUpVisit: "followed up a visit"
    case .recordChallenge: "recorded a challenge test\(with("on", "on"))\(because("result"))"
    case .askForEvidence: "asked for evidence\(with("by", "due"))\(because("wanted"))"
    case .receiveEvidence: "recorded that evidence was received"
    case .withdrawFieldwork: "took back a \(d["what"] ?? "record of a visit or test")"
    case .remindOfEvidence: "reminded\(with("", "count")) of the evidence they were asked for"
    case .keepFile: "kept a file with a visit\(with("", "place"))\(d["hash"].map { ", sha256 \($0)" } ?? "")"
    case .destroyFile: "destroyed a file that was kept with a visit\(with("", "place"))"
    case .setDriverTraining: "asked for training\(with("of", "kind"))\(with("from", "from"))\(with("with grace until", "until"))"
    case .recordFailedTraining: "recorded a failed attempt\(with("at", "course"))\(with("on", "on"))"
    case .acceptEvidence: "accepted the evidence of training\(with("", "course"))\(with("completed on", "on"))"
    case .rejectEvidence: "rejected the evidence of training\(with("", "course"))\(with("completed on", "on"))\(because())"
    case .startCompletions: "uploaded completions of training\(with("from", "file"))"
    case .applyCompletions: "recorded completions of training\(with("from", "file"))\(because("counts"))"
    case .cancelCompletions: "left out completions of training\(with("from", "file"))"
    case .withdrawDriverTraining: "took back the rule on training\(with("of", "kind"))\(with("from", "from"))"
    case .exemptFromTraining: "exempted driver\(reference) from training\(with("to", "until"))\(because())"
    case .endTrainingExemption: "took back the exemption of driver\(reference) from training"
    case .addDocument: "added guidance document\(with("", "title"))"
    case .publishVersion: "published version\(with("", "number"))\(with("of", "title"))\(with("from", "from"))"
    case .addLanguage: "added\(with("", "language"))\(with("to version", "number"))\(with("of", "title"))"
    case .withdrawVersion: "withdrew version\(with("", "number"))\(with("of", "title"))\(because())"
    case .mergeLocations: "merged the location\(with("", "gone"))\(with("into", "kept"))"
    case .moveToLocation: "moved it to the location\(with("", "place")), with which its own was merged"
    case .keepLocationsApart: "found the locations\(with("", "one"))\(with("and", "other")) to be two"
    case .placeLocation: "put\(with("", "place")) at\(with("", "grid")) on the map"
    case .joinScheme: "recorded that\(with("", "place")) belongs to\(with("", "scheme"))\(with("from", "from"))"
    case .leaveScheme: "recorded that\(with("", "place")) left\(with("", "scheme"))\(with("on", "from"))"
    case .appointToPlace: "recorded\(with("", "name")) as\(with("", "role"))\(with("from", "from"))"
    case .loadPostcodes: "loaded\(with("", "count")) postcodes\(with("from", "file"))"
    case .loadOutlines: "loaded\(with("", "count")) outlines\(with("from", "file"))"
    case .startImport: "uploaded\(with("", "file"))\(with("for", "authority"))"
    case .applyImport: "applied the import of\(with("", "file"))\(d["counts"].map { ": \($0)" } ?? "")"
    case .cancelImport: "cancelled the import of\(with("", "file"))"
    case .addCommittee: "set up\(with("", "name"))"
    case .editCommittee: "changed the rules of\(with("", "name"))\(because("changes"))"
    case .addMember: "added\(with("", "name"))\(with("for", "ward"))"
    case .editMember: "changed the details of\(with("", "name"))\(because("changes"))"
    case .appoint: "appointed\(with("", "name"))\(with("to", "committee"))\(with("as", "role"))\(with("from", "from"))"
    case .endAppointment: "ended the appointment of\(with("", "name"))\(with("to", "committee"))\(with("from", "from"))\(because())"
    case .turnOver: "turned over\(with("", "committee"))\(with("from", "from"))\(because("counts"))"
    case .importMembers: "brought in\(with("", "file"))\(because("counts"))"
    case .setRequirement: "set what is asked of\(with("", "course"))\(with("from", "from"))\(because("what"))"
    case .addSession: "arranged a session of\(with("", "course"))\(with("on", "on"))"
    case .cancelSession: "cancelled the session of\(with("", "course"))\(with("on", "on"))"
    case .bookSession: "booked\(with("", "name"))\(with("on", "course"))\(with("on", "on"))"
    case .unbookSession: "gave back the place of\(with("", "name"))\(with("on", "course"))"
    case .recordSessionAttendance: "recorded who came to\(with("", "course"))\(with("on", "on"))\(because("counts"))"
    case .recordMemberTraining: "recorded that\(with("", "name")) completed\(with("", "course"))\(with("on", "on"))"
    case .signTraining: "recorded the signature of\(with("", "name"))\(with("for", "course"))\(with("on", "on"))"
    case .voidTraining: "rejected the evidence of\(with("", "name"))\(with("for", "course"))\(because())"
    case .decideTraining: "recorded \(d["kind"] == "equivalence" ? "an" : "a") \(d["kind"] ?? "decision")\(with("for", "name"))\(with("on", "course"))\(with("by", "by"))\(because())"
    case .addHearing: "arranged hearing\(reference)\(with("of", "subject"))\(with("on", "on"))"
    case .editHearing: "changed hearing\(reference)\(because("changes"))"
    case .moveHearing: "moved hearing\(reference)\(with("from", "from"))\(with("to", "to"))\(because())"
    case .closeHearing: "recorded that hearing\(reference) was\(with("", "status"))"
    case .choosePanel: "chose the panel of hearing\(reference)\(because("panel"))\(d["override"].map { $0.isEmpty ? "" : ", overriding local rule: \($0)" } ?? "")"
    case .declareInterest: "recorded an interest of\(with("", "name")) in hearing\(reference)"
    case .withdrawInterest: "withdrew the interest of\(with("", "name")) in hearing\(reference)"
    case .decideHotSpot: "\(d["what"] ?? "decided on") hot spot\(reference)\(with("", "name"))\(with("until", "until"))"
    case .consultOnHotSpot: "\(d["what"] ?? "consulted the group") on hot spot\(reference)\(with("", "view"))"
    case .setAsideSuggestion: "set aside a suggested place\(with("in", "partnership"))\(d["items"].map { " that rested on \($0) items" } ?? "")"
    case .decidePlan: "\(d["what"] ?? "changed") plan\(reference)\(with("for", "name"))"
    case .decidePlanAction: "\(d["what"] ?? "changed") action\(with("", "number")) of plan\(reference)\(with("to", "state"))"
    case .nameOrganisation: d["organisation"].map { "recorded that\(with("", "name")) works for \($0)" } ?? "recorded that it is not known for whom\(with("", "name")) works"
    case .planMeeting: "\(d["what"] ?? "changed") tasking meeting\(reference)\(with("on", "on"))"
    case .recordAttendees: "recorded who came to tasking meeting\(reference)\(with("for", "organisation"))"
    case .writeMinute: "wrote minute\(with("", "number")) of tasking meeting\(reference)\(with("", "kind"))"
    case .closeMinutes: "closed the minutes of tasking meeting\(reference)"
    case .correctMinutes: "corrected the minutes of tasking meeting\(reference)"
    case .printPack: "printed the paper of tasking meeting\(reference)\(with("for", "organisation"))"
    case .chooseDigest: "turned the daily e-mail \(d["wanted"] ?? "off")"
    case .submitIntelligence: "sent information\(reference)\(with("to", "partnership"))"
    case .addIntelligence: "recorded police item\(reference)\(with("for", "partnership"))"
    case .readIntelligence: "opened\(reference)"
    case .nameReaders: "changed who may open\(reference)\(because("changes"))"
    case .decideIntelligence: "recorded what became of\(reference)\(because("outcome"))"
    case .recallIntelligence: "recalled\(reference), and its text was destroyed"
    case .remindMembers: "reminded\(with("", "count")) of training that runs out"
    case .noticePanel: "told\(with("", "count")) that the panel of hearing\(reference) may not sit\(with("on", "on"))"
    case .chooseReminders: "switched reminders of\(with("", "name")) \(d["state"] ?? "over")"
    case .sayAway: "noted that\(with("", "name")) cannot sit\(with("", "days"))"
    case .withdrawAway: "took back that\(with("", "name")) cannot sit\(with("", "days"))"
    case .turnOverDistrict: "turned over the committees of\(with("", "district"))\(with("from", "from"))\(because("counts"))"
    case .undoTurnover: "took back the turnover of\(with("", "district"))\(with("from", "from"))"
    case .startTrainingImport: "uploaded completions of training\(with("from", "file"))"
    case .explainTrainingImport: "\(d["what"] ?? "explained the columns")\(with("of", "file"))"
    case .importTraining: "recorded completions\(with("from", "file"))\(because("counts"))"
    case .recallIntelligence: "recalled\(reference), and its text \(d["text"] ?? "was destroyed")"
    case .returnIntelligence: "returned\(reference), which could identify somebody, and its text was destroyed\(because("rules"))"
    case .reviewIntelligence: "\(d["what"] ?? "reviewed")\(reference)\(with("until", "until"))"
    case .holdIntelligence: "\(d["what"] ?? "changed the legal hold on")\(reference)\(because())"
    case .linkIntelligence: "\(d["what"] ?? "linked")\(reference)\(with("and hot spot", "hotSpot"))"
    case .rotateIntelligenceKey: "\(d["what"] ?? "changed the key of intelligence")\(because("counts"))"
    case .testIntelligence: "\(d["what"] ?? "tested what is sealed for what could identify a child")\(because("counts"))"
    case .exportList: "took away a list of\(with("", "rows")) rows\(because("filter"))"
    case .signIn: "signed in"
    case .signInFailed: "failed to sign in"
    case .signOut: "signed out"
    case .acceptInvitation: "accepted an invitation and chose a password"
    case .enrolSecondStep: "set up two-step verification"
    case .invite: "invited\(with("", "name"))"
    case .grantRole: "gave\(with("", "name")) the role\(with("", "role"))\(with("for", "scope"))"
    case .endRole: "ended the role\(with("", "role"))\(with("of", "name"))"
    case .disableAccount: "closed the account of\(with("", "name"))"
    case .enableAccount: "reopened the account of\(with("", "name"))"
    case .resetPassword: "sent\(with("", "name")) a link to choose a new password"
    case .reportAction: "reported action\(with("", "action")) as\(with("", "standing"))"
    case .overrideRating: "overrode the rating of action\(with("", "action"))\(with("to", "rating"))\(with("until", "until"))\(because())"
    case .enterFigure: "entered a figure for action\(with("", "action"))\(with("from", "source"))"
    case .makePack: "made the Board’s pack as of\(with("", "day")); its sha256 is\(with("", "hash"))"
    case .decideStrategy: "recorded the decision\(with("on", "what"))\(because("outcome"))"
    case .planPartnership: "\(d["what"] ?? "changed") the plan of\(with("", "partnership"))\(with("for", "year"))\(because("item"))"
    case .keepProfile: "\(d["what"] ?? "changed") the problem profile\(with("", "title"))\(with("to", "to"))\(with("on", "on"))"
    case .keepDataset: "\(d["what"] ?? "changed") edition\(with("", "edition")) of the common dataset\(because("item"))"
    case .keepReturn: "\(d["what"] ?? "entered") the return\(with("of", "organisation"))\(with("on", "kind"))\(with("for", "period"))\(because())"
    case .loadDemonstration: "loaded the demonstration data\(d["counts"].map { ": \($0)" } ?? "")"
    case .configure: "brought the configuration up to date\(d["what"].map { ": \($0)" } ?? "")"
    }
  }
}
