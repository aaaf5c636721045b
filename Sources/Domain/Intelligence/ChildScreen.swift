import Foundation

/// A reason for which free text is refused: it may be about an identifiable child. Nobody can override it; only the code is counted.
package enum ChildRule: String, CaseIterable, Sendable, Codable {
  case dateOfBirth = "date_of_birth"
  case age = "age_with_name"
  case school
  case nhsNumber = "nhs_number"
  case niNumber = "ni_number"
  case pupilNumber = "pupil_number"
  case childNamed = "child_named"
  case relation
  case care = "care_status"

  /// What to take out, for whoever wrote it.
  package var words: String {
    switch self {
    case .dateOfBirth: "Take out the date of birth"
    case .age: "Take out the name or the age: together they identify a young person"
    case .school: "Take out the school, college or school year"
    case .nhsNumber: "Take out the NHS number"
    case .niNumber: "Take out the National Insurance number"
    case .pupilNumber: "Take out the pupil number"
    case .childNamed: "Take out the name of the child or young person"
    case .relation: "Take out whose son or daughter it is"
    case .care: "Take out that somebody is in care"
    }
  }
}

/// Reads free text for what would identify a child. It errs towards refusing: a text that is refused can be said in other words.
package enum ChildScreen {
  /// The rules that the text breaks, in the order of the enum.
  /// - Parameter today: the legal day, for dates that would be somebody's birth.
  package static func rules(in text: String, today: Day) -> [ChildRule] {
    let plain = text.replacing("’", with: "'").replacing("‘", with: "'").replacing("–", with: "-").replacing("\u{00A0}", with: " ")
    return ChildRule.allCases.filter { breaks($0, plain, today) }
  }

  private static func breaks(_ rule: ChildRule, _ text: String, _ today: Day) -> Bool {
    switch rule {
    case .dateOfBirth: hasBirth(text, today)
    case .age: hasAgeWithName(text)
    case .school: hasSchool(text)
    case .nhsNumber: text.matches(of: /\b([0-9]{3})[ -]?([0-9]{3})[ -]?([0-9]{4})\b/).contains { isNHS("\($0.1)\($0.2)\($0.3)") }
    case .niNumber:
      text.contains(/(?i)\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]\b/)
    case .pupilNumber: text.contains(/(?i)\b[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]\b/)
    case .childNamed: hasNamedChild(text)
    case .relation: text.contains(/(?i)\b(my|his|her|their|our|whose|[a-z]+'s) (own |eldest |oldest |youngest |older |younger |teenage |step)?-?(son|daughter|stepson|stepdaughter|niece|nephew|grandson|granddaughter)s?\b/)
    case .care: text.contains(/(?i)\blooked[- ]after (child|girl|boy)|\b(is|was|been|placed|taken) (in|into) (foster |local authority )?care\b|\bfoster (child|carer|home|placement)|\bLAC\b/)
    }
  }

  // MARK: - Births and ages

  private static func hasBirth(_ text: String, _ today: Day) -> Bool {
    if text.contains(/(?i)\bd\.?o\.?b\b|\bdate of birth\b|\bborn (on|in) (the )?[0-9]|\bborn (in )?(19|20)[0-9]{2}\b|\bbirthday is\b/) { return true }
    var days: [Day?] = []
    for found in text.matches(of: /\b([0-9]{1,2})[\/.-]([0-9]{1,2})[\/.-]((?:19|20)?[0-9]{2})\b/) { days.append(day(found.1, Int(found.2), found.3)) }
    for found in text.matches(of: /\b((?:19|20)[0-9]{2})-([0-9]{2})-([0-9]{2})\b/) { days.append(day(found.3, Int(found.2), found.1)) }
    for found in text.matches(of: /(?i)\b([0-9]{1,2})(?:st|nd|rd|th)? (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* ((?:19|20)[0-9]{2})\b/) {
      days.append(day(found.1, months.firstIndex(of: found.2.lowercased()).map { $0 + 1 }, found.3))
    }
    // Older than five years is no day of something seen lately; younger than eighteen is a child.
    let youngest = today - 1826, oldest = today - 6588
    return days.contains { day in day.map { $0 < youngest && $0 > oldest } ?? false }
  }

  private static func day(_ day: Substring, _ month: Int?, _ year: Substring) -> Day? {
    guard let day = Int(day), let month, let year = Int(year) else { return nil }
    return Day(year: year < 100 ? 2000 + year : year, month: month, day: day)
  }

  private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

  private static func hasAgeWithName(_ text: String) -> Bool {
    let plain = ChildAge.figures(text)
    if ChildAge.isTold(in: plain, isName: { !isKnown($0) }) { return true }
    // Ages of a crowd beside a name are that person's.
    return sentences(plain).contains { sentence in
      sentence.contains(
        /(?i)\b(aged?|ages) (of |about |around |between )?(1[0-7]|[0-9])\b|\b(1[0-7]|[0-9]) (years?|yrs?) (olds|old [a-z]+s)\b|\bunder[- ]?(16|18)\b/)
        && hasName(sentence)
    }
  }

  // MARK: - Names

  private static func sentences(_ text: String) -> [String] {
    text.split(whereSeparator: { ".!?\n;".contains($0) }).map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// Whether a word of the sentence could be somebody's name: a capital where none is due, that no place or month explains.
  private static func hasName(_ sentence: String) -> Bool {
    let words = sentence.split(whereSeparator: \.isWhitespace).map { $0.trimmingCharacters(in: .punctuationCharacters) }
    for (index, word) in words.enumerated() where isCapital(word) && !isKnown(word) && (index > 0 || !ChildAge.isCommon(word.lowercased())) {
      // The one after it may say that it is a place: "Pump Street", "Cripplegate Park".
      let rest = words.dropFirst(index + 1).prefix(2)
      if rest.contains(where: { places.contains($0.lowercased()) }) { continue }
      if index > 0 { return true }
      // A sentence begins with a capital anyway: it is a name where what follows is said of one person.
      if let next = words.dropFirst().first, isCapital(next) && !isKnown(next) || ["is", "was", "aged", "has", "who", "appears", "looks"].contains(next.lowercased()) { return true }
    }
    return false
  }

  private static func isCapital(_ word: String) -> Bool { word.count > 1 && word.first?.isUppercase == true && word.contains(where: \.isLowercase) }

  private static func isKnown(_ word: String) -> Bool {
    let plain = word.lowercased().replacing("'s", with: "")
    return starters.contains(plain) || places.contains(plain) || towns.contains(plain) || months.contains(where: { plain.hasPrefix($0) && plain.count <= 9 && calendar.contains(plain) })
      || calendar.contains(plain) || plain.hasSuffix("days") && calendar.contains(String(plain.dropLast()))
  }

  private static let calendar: Set<String> = [
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "april", "june", "july", "august",
    "september", "october", "november", "december", "easter", "christmas", "halloween", "may",
  ]
  private static let starters: Set<String> = [
    "the", "this", "that", "these", "those", "there", "they", "he", "she", "it", "we", "our", "two", "three", "four", "five", "six", "several", "some",
    "many", "most", "groups", "group", "girls", "boys", "children", "youths", "youngsters", "people", "adults", "men", "women", "drivers", "staff",
    "customers", "young", "teenagers", "older", "at", "in", "on", "after", "before", "between", "during", "when", "while", "cars", "taxis", "since",
    "each", "every", "one", "reports", "residents", "neighbours", "no", "not", "a", "an", "and", "but", "for", "from", "all", "about", "around",
  ]
  private static let places: Set<String> = [
    "street", "road", "lane", "avenue", "park", "square", "station", "hotel", "inn", "arms", "close", "way", "bridge", "centre", "center", "gardens",
    "court", "drive", "place", "row", "hill", "green", "common", "wharf", "mall", "market", "cafe", "takeaway", "pub", "club", "bus", "retail", "estate",
  ]
  private static let towns: Set<String> = [
    "worcester", "worcestershire", "redditch", "bromsgrove", "malvern", "wychavon", "droitwich", "evesham", "pershore", "kidderminster", "stourport",
    "bewdley", "tenbury", "upton", "wyre", "forest", "hills", "north", "south", "east", "west", "city", "high", "council", "police", "mercia",
    "birmingham", "wolverhampton", "pubwatch", "nightsafe", "nhs",
  ]

  private static func hasNamedChild(_ text: String) -> Bool {
    let said = /(?i)\b(child|girl|boy|lad|lass|kid|teenager|teen|youth|youngster|young (?:person|woman|man|girl|boy)|juvenile|minor|pupil|schoolgirl|schoolboy|victim|daughter|son)s? (?:is |was |who is |who was )?(?:named|called|known as|by the name of|nicknamed|goes by) \S/
    if text.contains(said) { return true }
    let beside = /\b(?i:child|girl|boy|lad|lass|kid|teenager|youth|young person|pupil|schoolgirl|schoolboy|victim),? ([A-Z][A-Za-z.'-]*)/
    return text.matches(of: beside).contains { found in
      let word = found.1.trimmingCharacters(in: .punctuationCharacters)
      // Initials count as a name.
      if word.count <= 2 || word.contains(".") { return word != "I" && word != "A" }
      return !isKnown(word)
    }
  }

  // MARK: - Schools and numbers

  private static func hasSchool(_ text: String) -> Bool {
    if text.contains(/(?i)\b(pupils?|students?|attends?|attending|goes to|go to|enrolled|year [0-9]{1,2} (girl|boy|pupil|student|child)).{0,40}\b(school|academy|college|sixth form)\b/) { return true }
    if text.contains(/(?i)\b(pupil|student|girl|boy|child|children|girls|boys) (in|from) year [0-9]{1,2}\b|\byear [0-9]{1,2} (girl|boy|pupil|student|child)/) { return true }
    // Years 7 to 13 are a school's, but for the tenth year of a licence; lower ones may be a strategy's.
    let years = /(?i)\b(?:([a-z]+) )?(?:years?|yr) ?-?(?:[7-9]|1[0-3]|seven|eight|nine|ten|eleven|twelve|thirteen)(?:'?s)?\b(?! of\b)/
    if text.matches(of: years).contains(where: { !["this", "last", "next", "per", "each", "every", "that"].contains($0.1?.lowercased()) }) { return true }
    if text.contains(/(?i)\by([7-9]|1[0-3])('?s)?\b|\bsixth[- ]formers?\b/) { return true }
    // School Lane and College Street are addresses.
    if text.contains(/\b[A-Z][A-Za-z'.]+ (?:[A-Z][A-Za-z'.]+ ){0,4}(School|Academy|College|Sixth Form)\b(?! (?:Street|Road|Lane|Close|Green|Yard|Walk|Drive|Court|Way|Row|Hill|Bank|Place|Gardens|Mews|Arms|Inn)\b)/) {
      return true
    }
    return isNamedSchool(text)
  }

  /// A word for a school beside a name: "Oakmere High", "in Oakmere uniform", "pupils from Oakmere", "oakmere high school".
  private static func isNamedSchool(_ text: String) -> Bool {
    let after = /\b([A-Z][A-Za-z'.]+) (?:High|Primary|Grammar|Infants?|Juniors?|Comprehensive|school|academy|college|sixth form|pupils?|students?|uniforms?|blazers?|PE kit)\b(?! [A-Z]| street| road)/
    let before = /\b(?:[Pp]upils?|[Ss]tudents?|[Uu]niforms?|[Bb]lazers?|[Hh]ead ?teacher|[Ff]orm tutor) (?:at|from|of) (?:the )?([A-Z][A-Za-z'.]+)(?! [A-Za-z]* ?(?:Street|Road|Lane|Park|Square|Station|Hotel|Centre))/
    if text.matches(of: after).contains(where: { !isKnown(String($0.1)) && !ofSchools.contains($0.1.lowercased()) }) { return true }
    if text.matches(of: before).contains(where: { !isKnown(String($0.1)) }) { return true }
    let small = /\b([a-z']+) (?:high|primary|secondary|middle|first|grammar|infant|junior|comprehensive) school\b/
    return text.matches(of: small).contains { !starters.contains(String($0.1)) && !ofSchools.contains(String($0.1)) }
  }

  /// What stands before "school" without naming one.
  private static let ofSchools: Set<String> = [
    "the", "local", "nearby", "near", "nearest", "by", "to", "of", "any", "every", "each", "former", "old", "new", "primary", "secondary", "high", "middle",
    "first", "junior", "infant", "driving", "with", "language", "which", "another", "outside", "behind", "opposite", "beside", "past", "or", "as", "other",
    "both", "community", "their", "its", "after", "out", "wear", "wearing", "during", "english", "foreign", "overseas", "international", "exchange",
    "university", "where", "if", "leaving", "is", "was", "into", "onto", "whose", "your", "my", "his", "her",
  ]

  /// Ten digits whose last is the check digit modulo 11 (NHS Data Dictionary, NHS number).
  private static func isNHS(_ digits: String) -> Bool {
    let values = digits.compactMap(\.wholeNumberValue)
    guard values.count == 10, Set(values).count > 1 else { return false }
    let sum = values.prefix(9).enumerated().reduce(0) { $0 + $1.element * (10 - $1.offset) }
    let check = 11 - sum % 11
    return check != 10 && (check == 11 ? 0 : check) == values[9]
  }
}
