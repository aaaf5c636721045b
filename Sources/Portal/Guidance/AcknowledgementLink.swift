import Crypto
import Domain
import Foundation
import Postgres
import Web

/// What whoever holds a link may see: of one issue of one exact version, and nothing else.
struct LinkedGuidance: RowDecodable, Sendable {
  enum State: String { case open, used, expired, void }
  var state: State
  var holder: String
  var title: String
  var number: Int
  var version: UUID
  /// Languages in which there are words, English first.
  var languages: [String]
  var acknowledgedOn: Day?

  init(row: Row) throws {
    state = State(rawValue: try row.get("state")) ?? .void
    holder = try row.get("holder")
    title = try row.get("title")
    number = try row.get("number")
    version = try row.get("version_id")
    languages = try row.get("languages", as: [String]?.self) ?? []
    acknowledgedOn = try row.get("acknowledged_on")
  }
}

/// A question about a text: the answers in the order in which they are shown, and which is right, from nought.
struct GuidanceQuestion: RowDecodable, Sendable {
  var number: Int
  var question: String
  var answers: [String]
  var correct: Int

  init(row: Row) throws {
    number = try row.get("number")
    question = try row.get("question")
    answers = try row.get("answers")
    correct = try row.get("correct", as: Int.self) - 1
  }
}

/// Links by which holders acknowledge: made by officers, used by strangers.
struct LinkStore: Sendable {
  let environment: Environment
  private var pool: Pool { environment.database.pool }
  init(_ environment: Environment) { self.environment = environment }

  /// Makes a link for an issue that is still to be acknowledged.
  /// - Returns: its token, which is kept as a hash only, and when it ends.
  func make(for issue: UUID, named version: String, of licence: Licence, by officer: Officer) async throws -> (token: String, until: Day) {
    let token = Chance.bytes(32)
    let now = environment.now()
    let days = environment.settings.policy.acknowledgementLinkDays
    let until = environment.today() + days
    try await environment.database.write(by: officer, at: now) { transaction in
      try await transaction.execute(
        """
        INSERT INTO acknowledgement_link (token_hash, issuance_id, registration_id, authority_id, made_by, made_at, expires_at)
        VALUES (\(Array(SHA256.hash(data: token))), \(issue), \(licence.id), \(Int16(licence.authority)), \(officer.id), \(now),
          \(now.addingTimeInterval(Double(days) * 86_400)))
        """)
      return .done(AuditEntry(.askByLink, of: licence.id, issue, authority: licence.authority, detail: ["version": version, "until": until.words]))
    }
    return (token.base64URL, until)
  }

  /// Nil for a link that never was: all such answers are alike.
  func guidance(_ token: [UInt8]) async throws -> LinkedGuidance? {
    try await pool.read(Query<LinkedGuidance>("SELECT * FROM sec.link_page(\(token), \(environment.now()))")).first
  }

  /// The words of a version in a language, with its questions.
  func text(_ version: UUID, _ language: String) async throws -> (body: String, questions: [GuidanceQuestion])? {
    let (bodies, questions) = try await pool.read(
      Query<Scalar<String>>("SELECT body AS value FROM guidance_text WHERE version_id = \(version) AND language = \(language) AND form = 'text'"),
      Query<GuidanceQuestion>(
        "SELECT number, question, answers, correct FROM guidance_question WHERE version_id = \(version) AND language = \(language) ORDER BY number"))
    return bodies.first.map { ($0.value, questions) }
  }

  private struct Done: RowDecodable, Sendable {
    var account: UUID
    var accountName: String
    var licence: UUID
    var authority: Int
    var issue: UUID
    var version: String

    init(row: Row) throws {
      account = try row.get("account_id")
      accountName = try row.get("account_name")
      licence = try row.get("registration_id")
      authority = try row.get("authority_id")
      issue = try row.get("issuance_id")
      version = try row.get("version")
    }
  }

  /// Acknowledges once. False: somebody did already, or the link serves no more.
  func acknowledge(_ token: [UInt8], as name: String) async throws -> Bool {
    let (now, today) = (environment.now(), environment.today())
    return try await pool.transaction(.readWrite) { transaction in
      guard let done = try await transaction.first(Query<Done>("SELECT * FROM sec.acknowledge_by_link(\(token), \(name), \(now), \(today))")) else { return false }
      let made = try AuditChain.encoded(
        AuditEntry(.acknowledgeByLink, of: done.licence, done.issue, authority: done.authority, detail: ["version": done.version, "name": name]),
        by: done.account, named: done.accountName, at: now)
      let subjects = [done.licence, done.issue].map { "\($0.uuidString.lowercased()):\(done.authority)" }.joined(separator: " ")
      _ = try await transaction.value(
        "SELECT audit.append_by_link(\(made.body), \(made.salt?.hexadecimal), \(made.detail), \(subjects))", as: Int64.self)
      return true
    }
  }
}

/// Languages by their own names, as whoever reads them looks for them.
enum LanguageName {
  static func own(_ code: String) -> String {
    [
      "en": "English", "cy": "Cymraeg", "ur": "اردو", "pa": "ਪੰਜਾਬੀ", "bn": "বাংলা", "pl": "Polski", "ro": "Română", "ar": "العربية", "bg": "Български",
      "so": "Soomaali", "tr": "Türkçe", "pt": "Português", "fa": "فارسی", "ku": "Kurdî", "ti": "ትግርኛ", "am": "አማርኛ",
    ][String(code.prefix(2))] ?? code
  }
  static func isRightToLeft(_ code: String) -> Bool { ["ur", "ar", "fa"].contains(String(code.prefix(2))) }
}
