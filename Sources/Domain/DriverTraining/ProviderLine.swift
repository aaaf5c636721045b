/// What a column of a provider's file of completions can be.
package enum ProviderField: String, CaseIterable, Sendable, Codable, CodingKeyRepresentable {
  case badge, reference, name, given, family, completed, course, provider, score, result

  package var words: String {
    switch self {
    case .badge: "Badge number"
    case .reference: "Licence reference"
    case .name: "Whole name"
    case .given: "Given names"
    case .family: "Family name"
    case .completed: "Day it was completed"
    case .course: "Course"
    case .provider: "Provider"
    case .score: "Score"
    case .result: "Result"
    }
  }

  /// Headings that mean it, folded and without spaces.
  private var headings: [String] {
    switch self {
    case .badge: ["badge", "badgeno", "badgenumber", "driverbadge", "plate"]
    case .reference: ["reference", "licence", "licenceno", "licencenumber", "licencereference", "license", "licenseno", "licensenumber", "ref", "driverlicenceref"]
    case .name: ["name", "driver", "drivername", "fullname", "delegate", "delegatename", "learner", "learnername", "candidate", "attendee"]
    case .given: ["firstname", "forename", "forenames", "givenname", "givennames"]
    case .family: ["lastname", "surname", "familyname"]
    case .completed: ["completed", "completedon", "completiondate", "datecompleted", "date", "dateoftraining", "trainingdate", "coursedate", "passed", "passdate", "sessiondate"]
    case .course: ["course", "coursename", "coursetitle", "training", "module"]
    case .provider: ["provider", "trainer", "trainingprovider", "centre"]
    case .score: ["score", "mark", "percent", "percentage", "marks", "testscore", "grade"]
    case .result: ["result", "outcome", "status", "passfail", "passorfail"]
    }
  }

  /// Which column each field most likely is, by the headings; a column serves one field.
  package static func suggested(_ headings: [String]) -> [ProviderField: Int] {
    let folded = headings.map { PersonName.folded($0).filter { $0 != " " } }
    var taken: Set<Int> = []
    var found: [ProviderField: Int] = [:]
    for field in allCases {
      if let index = folded.indices.first(where: { !taken.contains($0) && field.headings.contains(folded[$0]) }) {
        found[field] = index
        taken.insert(index)
      }
    }
    return found
  }
}

/// How the columns of a provider's file are read; kept under a name, by heading, so that it fits again although columns moved.
package struct ProviderMapping: Codable, Sendable, Equatable {
  package var columns: [ProviderField: String]
  package var order: DateOrder
  /// What every line is about where no column says so.
  package var course: String
  package var provider: String

  package init(columns: [ProviderField: String], order: DateOrder = .dayFirst, course: String = "", provider: String = "") {
    self.columns = columns
    self.order = order
    self.course = course
    self.provider = provider
  }

  /// The place of each field in a file with these headings; fields whose column is not there are left out.
  package func places(in headings: [String]) -> [ProviderField: Int] {
    let keys = headings.map(ImportWords.heading)
    return columns.compactMapValues { heading in keys.firstIndex(of: ImportWords.heading(heading)) }
  }
}

/// A line of the file as it reads.
package struct ProviderLine: Sendable, Equatable {
  package var badge = ""
  package var reference = ""
  package var name = ""
  package var completed: Day?
  package var course = ""
  package var provider = ""
  package var score: Int?
  /// What the line says of its result; nil: nothing.
  package var said: Bool?
  /// What is wrong with it, in words.
  package var problem: String?

  package init() {}

  /// Who it is about, in the words of the file.
  package var who: String { [name, badge.isEmpty ? "" : "badge \(badge)", reference].filter { !$0.isEmpty }.joined(separator: ", ") }

  /// Reads the cells of a line.
  package init(_ cells: [String], _ mapping: ProviderMapping, at places: [ProviderField: Int], today: Day) {
    func text(_ field: ProviderField) -> String { places[field].map { $0 < cells.count ? TableRecord.tidied(cells[$0]) : "" } ?? "" }
    badge = text(.badge)
    reference = text(.reference)
    name = places[.name] != nil ? text(.name) : [text(.given), text(.family)].filter { !$0.isEmpty }.joined(separator: " ")
    course = places[.course] != nil ? text(.course) : mapping.course
    provider = places[.provider] != nil ? text(.provider) : mapping.provider
    if badge.isEmpty, reference.isEmpty, name.isEmpty { problem = "It names nobody: no badge, reference or name" }
    switch DateReader(order: mapping.order, today: today).read(text(.completed), monthOnly: .last) {
    case .failure(let reason): problem = problem ?? "The day: \(reason.reason)"
    case .success(nil): problem = problem ?? "It says no day of completion"
    case .success(let day?):
      completed = day
      if day > today { problem = problem ?? "The day of completion, \(day.words), is still to come" }
      if day < today - 3660 { problem = problem ?? "The day of completion, \(day.words), is more than ten years ago" }
    }
    if course.isEmpty { problem = problem ?? "It names no course" } else if course.count > 120 { problem = problem ?? "The name of the course is longer than 120 characters" }
    if provider.count > 120 { problem = problem ?? "The provider is longer than 120 characters" }
    let mark = text(.score).replacing("%", with: "").filter { $0 != " " }
    if !mark.isEmpty {
      score = Double(mark).map { Int($0.rounded(.down)) }
      if score.map({ !(0...100).contains($0) }) ?? true {
        score = nil
        problem = problem ?? "The score “\(text(.score))” is no number from 0 to 100"
      }
    }
    let result = PersonName.folded(text(.result))
    if Self.good.contains(result) { said = true } else if Self.bad.contains(result) { said = false } else if !result.isEmpty {
      problem = problem ?? "The result “\(text(.result))” is not known: write passed or failed"
    }
  }

  private static let good: Set<String> = ["pass", "passed", "p", "yes", "y", "complete", "completed", "attended", "true", "achieved", "satisfactory"]
  private static let bad: Set<String> = ["fail", "failed", "f", "no", "n", "not passed", "did not attend", "dna", "absent", "false", "incomplete", "not complete", "withdrawn"]
}

/// A driver as the register knows them, for matching.
package struct ProviderCandidate: Sendable, Equatable, Hashable {
  package var id: String
  /// The keys by which a licence is found: capitals and figures alone.
  package var referenceKey: String
  package var badgeKey: String
  package var name: String

  package init(id: String, referenceKey: String, badgeKey: String, name: String) {
    self.id = id
    self.referenceKey = referenceKey
    self.badgeKey = badgeKey
    self.name = name
  }

  /// "HD 1234-a" is HD1234A.
  package static func key(_ text: String) -> String { String(text.uppercased().unicodeScalars.filter { ("A"..."Z").contains($0) || ("0"..."9").contains($0) }.map(Character.init)) }

  /// The words of a name without their order: "BEGUM, Amina" is Amina Begum.
  package static func words(_ name: String) -> [String] { PersonName.folded(PersonName.parse(name).display).split(separator: " ").map(String.init).sorted() }
}

/// Whose line it is: certain, or for a person to say.
package enum ProviderMatch: Sendable, Equatable {
  case certain(String)
  /// Several could be meant, or one whose particulars do not agree; with the reason in words.
  case doubt([String], String)

  /// A number that names one driver whose name agrees is certain. A name alone, a number with another name, and two numbers that name two
  /// drivers are not: people of one name are many, and figures are mistyped.
  package static func judge(_ line: ProviderLine, _ candidates: [ProviderCandidate]) -> ProviderMatch {
    let reference = ProviderCandidate.key(line.reference), badge = ProviderCandidate.key(line.badge)
    let byReference = reference.isEmpty ? [] : candidates.filter { $0.referenceKey == reference }
    let byBadge = badge.isEmpty ? [] : candidates.filter { $0.badgeKey == badge }
    let name = ProviderCandidate.words(line.name)
    let byName = name.isEmpty ? [] : candidates.filter { ProviderCandidate.words($0.name) == name }
    func ids(_ found: [ProviderCandidate]) -> [String] { Array(found.map(\.id).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }.prefix(10)) }

    if !byReference.isEmpty, !byBadge.isEmpty, Set(byReference.map(\.id)).isDisjoint(with: byBadge.map(\.id)) {
      return .doubt(ids(byReference + byBadge), "The reference and the badge are those of two drivers")
    }
    let both = byReference.filter { one in byBadge.contains { $0.id == one.id } }
    let numbered = !both.isEmpty ? both : byReference.isEmpty ? byBadge : byReference
    if numbered.isEmpty {
      let said = reference.isEmpty && badge.isEmpty ? "It gives no badge or reference" : "No driver has this \(reference.isEmpty ? "badge" : badge.isEmpty ? "reference" : "reference or badge")"
      return .doubt(ids(byName), byName.isEmpty ? said + ", and nobody has this name" : said + ": found by name alone")
    }
    if name.isEmpty { return numbered.count == 1 ? .certain(numbered[0].id) : .doubt(ids(numbered), "Several drivers have this number") }
    let agreeing = numbered.filter { candidate in byName.contains { $0.id == candidate.id } }
    if agreeing.count == 1 { return .certain(agreeing[0].id) }
    if agreeing.count > 1 { return .doubt(ids(agreeing), "Several drivers have this number and this name") }
    return .doubt(ids(numbered + byName), "The number is that of \(numbered[0].name)")
  }
}
