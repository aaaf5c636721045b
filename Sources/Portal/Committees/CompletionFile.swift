import Domain
import Foundation
import Web

/// What a column of a file of completions can be.
enum CompletionField: String, Codable, CaseIterable, Sendable {
  case name, given, family, ward, email, course, completed, provider, score, result, attempt

  var words: String {
    switch self {
    case .name: "Name, in one"
    case .given: "First name"
    case .family: "Family name"
    case .ward: "Ward"
    case .email: "Email address"
    case .course: "Course"
    case .completed: "Day it was completed"
    case .provider: "Provider"
    case .score: "Score"
    case .result: "Passed or not"
    case .attempt: "Attempt"
    }
  }

  /// Headings under which it is known, without spaces.
  private var headings: [String] {
    switch self {
    case .name: ["name", "fullname", "member", "councillor", "learner", "learnername", "user", "participant"]
    case .given: ["firstname", "givenname", "forename"]
    case .family: ["lastname", "surname", "familyname"]
    case .ward: ["ward", "division"]
    case .email: ["email", "emailaddress", "e mail", "username"]
    case .course: ["course", "coursename", "coursetitle", "module", "training", "title"]
    case .completed: ["completed", "completedon", "completiondate", "datecompleted", "date", "dateofcompletion", "completiondatetime", "timecompleted"]
    case .provider: ["provider", "trainer", "supplier", "organisation"]
    case .score: ["score", "grade", "mark", "percent", "percentage"]
    case .result: ["result", "status", "passed", "outcome", "completionstatus"]
    case .attempt: ["attempt", "attempts", "attemptnumber"]
    }
  }

  static func suggested(_ heading: String) -> CompletionField? {
    let word = PersonName.folded(heading).filter { $0 != " " }
    return allCases.first { $0.headings.contains { $0.filter { $0 != " " } == word } }
  }
}

/// What each column is, and what the file's words for courses mean.
struct CompletionMapping: Codable, Sendable, Equatable {
  var columns: [CompletionField?]
  var dateOrder: DateOrder = .dayFirst
  /// The code of a course by the folded word of the file; empty: lines of that word are left out.
  var courses: [String: String] = [:]

  init(headings: [String]) {
    var used: Set<CompletionField> = []
    columns = headings.map { heading in CompletionField.suggested(heading).flatMap { used.insert($0).inserted ? $0 : nil } }
  }

  func column(_ field: CompletionField) -> Int? { columns.firstIndex(of: field) }

  /// What is missing before a line can be read.
  var problem: String? {
    if column(.name) == nil, column(.family) == nil, column(.email) == nil { return "Say which column names the member" }
    if column(.course) == nil { return "Say which column names the course" }
    if column(.completed) == nil { return "Say which column holds the day it was completed" }
    for field in CompletionField.allCases where columns.filter({ $0 == field }).count > 1 { return "Two columns are “\(field.words)”" }
    return nil
  }

  /// The meaning of a word for a course: what was said, or a course of that very title or code. Nil: to be asked.
  func course(_ word: String, among courses: [Course]) -> CourseMeaning? {
    let key = Self.key(word)
    if let said = self.courses[key] { return said.isEmpty ? .leftOut : courses.first { $0.code == said }.map(CourseMeaning.course) }
    return courses.first { [$0.title, $0.code, $0.code.replacing("_", with: " ")].map(Self.key).contains(key) }.map(CourseMeaning.course)
  }
  enum CourseMeaning { case course(Course), leftOut }
  static func key(_ word: String) -> String { PersonName.folded(word) }
}

/// A file of completions, as it came.
struct CompletionFile: Sendable {
  struct Line: Codable, Sendable, Equatable {
    var number: Int
    var cells: [String]
  }
  var headings: [String]
  var lines: [Line]

  /// - Throws: `MemberFile.Refusal` in words.
  init(_ bytes: [UInt8]) throws {
    guard !bytes.isEmpty else { throw MemberFile.Refusal.words("The file is empty") }
    let sniff: TableSniff
    do { sniff = try TableSniff(bytes, isWhole: true) } catch { throw MemberFile.Refusal.words("The file could not be read as a table") }
    var reader = DelimitedReader(format: sniff.format)
    var records: [TableRecord] = []
    do {
      records = try reader.feed(bytes)
      records += try reader.finish()
    } catch { throw MemberFile.Refusal.words("The file could not be read as a table") }
    guard let head = records.first, head.count > 1 else { throw MemberFile.Refusal.words("The first line must name the columns, with commas between them") }
    guard head.count <= 60 else { throw MemberFile.Refusal.words("The file has more than 60 columns") }
    headings = (0..<head.count).map { String(head.text($0).prefix(80)) }
    lines = records.dropFirst().map { record in Line(number: record.line, cells: (0..<head.count).map { String(record.text($0).prefix(300)) }) }
      .filter { line in line.cells.contains { !$0.isEmpty } }
    guard !lines.isEmpty else { throw MemberFile.Refusal.words("No completion was found in the file") }
    guard lines.count <= 5_000 else { throw MemberFile.Refusal.words("The file holds more than 5,000 lines: split it") }
  }
}

/// What a file of completions says, line by line, and what is to be done with each.
struct CompletionPlan: Sendable {
  enum Outcome: Sendable, Equatable {
    case ready(UUID), held(UUID), doubt([UUID], String), leftOut(String)
    /// The course's word has no meaning yet.
    case unknownCourse
  }
  struct Row: Sendable {
    var number: Int
    var who: String
    var ward: String
    var courseWord: String
    var course: Course?
    var on: Day?
    var provider = ""
    var score: Int?
    var passed = true
    var attempt = 1
    var outcome: Outcome
    var decided = false
  }

  var rows: [Row]
  /// Words for courses that nobody explained yet.
  var unknownWords: [String]

  /// - Parameters:
  ///   - decisions: by line: the member, or nil for left out.
  ///   - held: "member course day attempt" of what is recorded.
  init(
    _ lines: [CompletionFile.Line], _ mapping: CompletionMapping, roll: [RollMatch.Entry], courses: [Course], rules: [Requirement], held: Set<String>, decisions: [Int: UUID?], today: Day
  ) {
    let reader = DateReader(order: mapping.dateOrder, today: today)
    var unknown: [String: String] = [:]
    var seen = held
    rows = lines.map { line -> Row in
      func text(_ field: CompletionField) -> String { mapping.column(field).flatMap { $0 < line.cells.count ? line.cells[$0].trimmingCharacters(in: .whitespaces) : nil } ?? "" }
      let whole = text(.name).isEmpty ? [text(.given), text(.family)].filter { !$0.isEmpty }.joined(separator: " ") : Self.inOrder(text(.name))
      var row = Row(number: line.number, who: whole.isEmpty ? text(.email) : whole, ward: text(.ward), courseWord: text(.course), outcome: .unknownCourse)
      row.provider = String(text(.provider).prefix(120))
      row.attempt = Int(text(.attempt)).flatMap { (1...20).contains($0) ? $0 : nil } ?? 1
      let mark = text(.score)
      if !mark.isEmpty {
        let number = Double(mark.replacing("%", with: "").trimmingCharacters(in: .whitespaces)).map { Int($0.rounded()) }
        guard let number, (0...100).contains(number) else {
          row.outcome = .leftOut("The score “\(mark.prefix(20))” is no number from 0 to 100")
          return row
        }
        row.score = number
      }
      guard case .success(let read) = reader.read(text(.completed), monthOnly: .first), let on = read else {
        row.outcome = .leftOut("The day “\(text(.completed).prefix(30))” could not be read")
        return row
      }
      row.on = on
      if on > today {
        row.outcome = .leftOut("The day is still to come")
        return row
      }
      guard !row.courseWord.isEmpty else {
        row.outcome = .leftOut("The line names no course")
        return row
      }
      switch mapping.course(row.courseWord, among: courses) {
      case nil:
        unknown[CompletionMapping.key(row.courseWord)] = row.courseWord
        return row
      case .leftOut?:
        row.outcome = .leftOut("Lines of this course are left out")
        return row
      case .course(let course)?: row.course = course
      }
      let least = rules.first { $0.course == row.course?.id && $0.days.contains(on) }?.passMark
      switch Self.passed(text(.result)) {
      case .some(let said): row.passed = said && !(least.flatMap { least in row.score.map { $0 < least } } ?? false)
      case nil where !text(.result).isEmpty:
        row.outcome = .leftOut("“\(text(.result).prefix(30))” says neither passed nor failed")
        return row
      case nil: row.passed = least.flatMap { least in row.score.map { $0 >= least } } ?? true
      }
      if let decision = decisions[line.number] {
        row.decided = true
        row.outcome = decision.map { Outcome.ready($0) } ?? Outcome.leftOut("Left out by decision")
      } else {
        switch RollMatch.find(name: NewMember.key(whole), ward: NewMember.key(row.ward), email: text(.email).lowercased(), in: roll) {
        case .certain(let id): row.outcome = .ready(id)
        case .doubt(let ids, let why): row.outcome = .doubt(ids, why)
        }
      }
      if case .ready(let member) = row.outcome, let course = row.course {
        if !seen.insert(Self.mark(member, course.id, on, row.attempt)).inserted { row.outcome = .held(member) }
      }
      return row
    }
    unknownWords = unknown.sorted { $0.key < $1.key }.map(\.value)
  }

  static func mark(_ member: UUID, _ course: Int, _ on: Day, _ attempt: Int) -> String { "\(member) \(course) \(on.iso) \(attempt)" }

  /// "Lindley, Petra" is Petra Lindley.
  private static func inOrder(_ name: String) -> String {
    let parts = name.split(separator: ",", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
    return parts.count == 2 ? "\(parts[1]) \(parts[0])" : name
  }

  private static func passed(_ word: String) -> Bool? {
    switch PersonName.folded(word) {
    case "passed", "pass", "yes", "y", "true", "complete", "completed", "attended", "successful": true
    case "failed", "fail", "no", "n", "false", "not passed", "unsuccessful": false
    default: nil
    }
  }

  var ready: [Row] { rows.filter { if case .ready = $0.outcome { true } else { false } } }
  var doubtful: [Row] { rows.filter { if case .doubt = $0.outcome { true } else { false } } }
  var held: Int { rows.count { if case .held = $0.outcome { true } else { false } } }
  var leftOut: Int { rows.count { if case .leftOut = $0.outcome { true } else { false } } }
  var unexplained: Int { rows.count { $0.outcome == .unknownCourse } }
  var isDone: Bool { ready.isEmpty && doubtful.isEmpty && unexplained == 0 }
}
