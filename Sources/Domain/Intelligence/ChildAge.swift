import Foundation

/// Whether a text says how old one young person is. How old a place, a licence or a crowd is, and how many of something there are, is nobody's age.
enum ChildAge {
  /// Whether a sentence tells the age of somebody, named or not: "Ellie, 14,", "she is 14", "a girl of fourteen". Crowds have ages
  /// ("young people aged 14 to 16"): those are refused beside a name only.
  static func isTold(in text: String, isName: @escaping (String) -> Bool) -> Bool {
    sentences(text).contains { sentence in
      let reading = Reading(words: words(sentence), isName: isName)
      var index = 0
      while index < reading.words.count {
        guard reading.words[index].isAge else {
          index += 1
          continue
        }
        // "14 to 16", "14 or 15": one age, and what follows it follows the second.
        let last = index + 2 < reading.words.count && !reading.words[index].ends && ["to", "or", "and"].contains(reading.words[index + 1].plain)
          && reading.words[index + 2].isAge ? index + 2 : index
        if reading.isSomebodys(index, last) { return true }
        index = last + 1
      }
      return false
    }
  }

  /// Numbers in figures, whoever wrote them in words, and initials without their full stops, which would end a sentence.
  static func figures(_ text: String) -> String {
    var plain = text.replacing(/(?i)\bno[ -]one\b/, with: "nobody")
      .replacing(/\b([A-Z])\.(?=[A-Z ,(])/.wordBoundaryKind(.simple)) { "\($0.1)" }
    plain = plain.replacing(/(?i)\b(zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen)\b/) {
      "\(numbers.firstIndex(of: $0.1.lowercased()) ?? 0)"
    }
    plain = plain.replacing(/(?i)\by\.? ?o\.(?=[ ,)]|$)|\by\/o\b/, with: "yo")
    plain = plain.replacing(/(?i)\b(1[0-7]|[0-9])[- ]?(years?|yrs?|months?|weeks?|yo)(?:\.?[- ]?(olds?))?\b/) { "\($0.1) \($0.2)\($0.3.map { " \($0)" } ?? "")" }
    return plain
  }

  private static let numbers = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
  ]

  // MARK: - Words

  private struct Word {
    var text: String
    var plain: String
    /// Whether a bracket opens before it, and whether a comma, a bracket or the sentence ends it.
    var opens: Bool
    var ends: Bool
    var isAge: Bool { ChildAge.isAge(plain) }
    /// "Jamie", "O'Brien".
    var isCapital: Bool { text.count > 1 && text.first?.isUppercase == true && text.contains(where: \.isLowercase) }
    var isInitials: Bool { (1...3).contains(text.count) && text.allSatisfy { $0.isLetter && $0.isUppercase } && !ChildAge.acronyms.contains(text) && text != "I" }
  }

  /// A full stop ends a sentence where a space follows: none ends in 14.30.
  private static func sentences(_ text: String) -> [Substring] {
    var all: [Substring] = []
    var start = text.startIndex
    for index in text.indices where "\n;!?.".contains(text[index]) {
      let next = text.index(after: index)
      if text[index] == ".", next < text.endIndex, !text[next].isWhitespace { continue }
      all.append(text[start..<index])
      start = next
    }
    return all + [text[start...]]
  }

  private static func words(_ sentence: Substring) -> [Word] {
    let parts = sentence.split(whereSeparator: \.isWhitespace)
    return parts.enumerated().compactMap { index, part in
      let text = part.trimmingCharacters(in: punctuation)
      guard !text.isEmpty else { return nil }
      let closes = part.last.map { ",):]\"-".contains($0) } ?? false
      return Word(text: text, plain: text.lowercased(), opens: part.first == "(" || part.first == "[", ends: closes || index == parts.count - 1)
    }
  }

  private static let punctuation = CharacterSet(charactersIn: ",.:;!?()[]\"'-“”")

  /// "14", "13-14", "14/15".
  private static func isAge(_ word: String) -> Bool {
    let parts = word.split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "/" }
    return parts.count <= 2 && parts.allSatisfy { $0.count <= 2 && $0.allSatisfy { ("0"..."9").contains($0) } && Int($0).map { $0 < 18 } ?? false }
  }

  /// Whether a word is one that names nobody, though a sentence may begin with it.
  static func isCommon(_ word: String) -> Bool {
    crowds.contains(word) || things.contains(word) || labels.contains(word) || small.contains(word) || copulas.contains(word) || softeners.contains(word)
      || thingEndings.contains(where: word.hasSuffix)
  }

  // MARK: - Whose age it is

  private struct Reading {
    var words: [Word]
    var isName: (String) -> Bool

    private func plain(_ index: Int) -> String? { words.indices.contains(index) ? words[index].plain : nil }

    /// The word before, past "about", "only", "to be".
    private func before(_ index: Int) -> Int {
      var found = index - 1
      while let word = plain(found), softeners.contains(word) { found -= 1 }
      return found
    }

    /// Whether the number (or the two) is somebody's age.
    func isSomebodys(_ first: Int, _ last: Int) -> Bool {
      let asker = before(first)
      var next = last + 1
      var isOld = false, isCounted = false
      if let unit = plain(next), !words[last].ends {
        if unit == "yo" { isOld = true } else if units.contains(unit) { isCounted = true }
        if isOld || isCounted { next += 1 }
        if isCounted, !words[next - 1].ends {
          switch plain(next) {
          case "olds": return false
          case "old": (isOld, next) = (true, next + 1)
          case "of" where plain(next + 1) == "age": (isOld, next) = (true, next + 2)
          default: break
          }
        }
      }
      let ends = words[next - 1].ends
      // "16 and over", "14 or under" is said of whoever comes.
      if let bound = ["and", "or"].contains(plain(next)) ? plain(next + 1) : plain(next), bounds.contains(bound) { return false }
      // "Between 1 and 2000" is no age.
      if ["and", "or", "to"].contains(plain(next)), let word = plain(next + 1), word.allSatisfy(\.isNumber), !isAge(word) { return false }
      if let word = plain(asker), word == "aged" || word == "age" || word == "ages" { return isAged(asker, isRange: last > first, isCounted: isCounted && !isOld, unit: plain(last + 1)) }
      if isOld {
        if let what = plain(next), !ends, things.contains(what) || crowds.contains(what) { return false }
        if let word = plain(asker), limits.contains(word) { return false }
        return isCopula(asker) ? isSomebody(subject(of: asker)) : true
      }
      let isInBrackets = words[first].opens && ends
      let isBetweenCommas = asker >= 0 && words[asker].ends && !words[first].opens && ends
      if asker >= 0, isInBrackets || isBetweenCommas, isSomebody(asker) || !isListed(asker) && plain(next).map(doings.contains) ?? false { return true }
      if isCopula(asker), ends || plain(next).map(followers.contains) ?? false, !(isCounted && !ends) {
        // "They are 12 in a car" counts them.
        return isSomebody(subject(of: asker)) && !(plain(next) == "in" && ["are", "were", "they're"].contains(plain(asker)))
      }
      if plain(asker) == "of", let who = plain(asker - 1), persons.contains(who) { return true }
      // "A girl, 14 waits", "Ellie Jones 14 yrs".
      guard asker >= 0, plain(next).map(doings.contains) ?? false || isCounted && ends else { return false }
      return isSomebody(asker) && !["me", "them", "him"].contains(words[asker].plain) && (!words[asker].isCapital || asker > 0 && words[asker - 1].isCapital || isCounted)
    }

    private func isAged(_ asker: Int, isRange: Bool, isCounted: Bool, unit: String?) -> Bool {
      let who = before(asker)
      let word = plain(who) ?? ""
      // Beef is aged for months, and so are babies.
      if isCounted, let unit, unit.hasPrefix("month") || unit.hasPrefix("week") { return persons.contains(word) }
      if crowds.contains(word) || things.contains(word) || words[asker].plain != "aged" && limits.contains(word) { return false }
      return isRange ? who >= 0 && isSomebody(who) : true
    }

    private func isCopula(_ index: Int) -> Bool {
      guard let word = plain(index) else { return false }
      return copulas.contains(word) || word.hasSuffix("'s") || word == "i'm" || word == "they're"
    }

    /// Of "she is" and "she appears to be" the word before; of "she's" itself.
    private func subject(of copula: Int) -> Int {
      var found = copula
      while let word = plain(found), copulas.contains(word) { found = before(found) }
      return found
    }

    /// Whether a word is one person: a pronoun, a girl, a name, initials.
    private func isSomebody(_ index: Int) -> Bool {
      guard words.indices.contains(index) else { return false }
      let word = words[index]
      let plain = word.plain.replacing(/'(s|m|re)$/, with: "")
      if pronouns.contains(plain) || persons.contains(plain) { return true }
      if word.isInitials { return index == 0 || !labels.contains(words[index - 1].plain) }
      if word.isCapital {
        var start = index
        while start > 0, words[start - 1].isCapital, words[start - 1].plain != "the" { start -= 1 }
        // "The Golden Lantern" is a place, and so is what ends in "Inn".
        guard isName(word.text.replacing("'s", with: "")), start == 0 || words[start - 1].plain != "the" else { return false }
        return !isCommon(plain) || words[start..<index].contains { isName($0.text) && !isCommon($0.plain) }
      }
      guard !isCommon(plain) else { return false }
      // "ellie jones is": nothing stands before it that would make it a thing.
      return index < 2 && words[0].text.first?.isLowercase == true && words[0...index].allSatisfy { $0.text.allSatisfy(\.isLetter) && !isCommon($0.plain) }
    }


    /// Whether a number after this word counts or numbers it: "item (14)", "taxis (16)", "12, 13, 14".
    private func isListed(_ index: Int) -> Bool {
      let word = words[index]
      return word.isCapital || word.isAge || word.text.contains(where: \.isNumber) || word.plain.hasSuffix("s") || isCommon(word.plain)
        || index > 0 && small.contains(words[index - 1].plain)
    }
  }

  private static let softeners: Set<String> = [
    "about", "around", "approximately", "approx", "roughly", "only", "just", "nearly", "almost", "probably", "maybe", "perhaps", "barely", "still", "now",
    "possibly", "between", "mostly", "mainly", "all", "both", "to", "will", "would", "may", "might", "must", "could", "like", "apparently", "really", "circa",
    "also",
  ]
  private static let copulas: Set<String> = [
    "is", "was", "am", "are", "were", "turn", "turns", "turned", "turning", "looks", "looked", "appears", "appeared", "seems", "seemed", "be", "been", "being",
    "becomes", "became", "isn't", "wasn't",
  ]
  private static let units: Set<String> = ["year", "years", "yr", "yrs", "month", "months", "week", "weeks"]
  private static let bounds: Set<String> = ["over", "above", "under", "below", "older", "younger", "up", "upwards", "plus", "more", "fewer", "less"]
  /// Before an age that is a rule's, not a person's.
  private static let limits: Set<String> = ["the", "than", "least", "over", "under", "below", "above", "minimum", "from", "until", "of", "any", "legal", "by", "school", "drinking", "to"]
  private static let followers: Set<String> = [
    "and", "but", "or", "years", "yrs", "now", "today", "next", "last", "this", "on", "in", "when", "while", "with", "who", "so", "although", "though", "yet",
    "already", "not", "then", "according",
  ]
  /// What somebody does where a number is no count: many cars wait, one girl waits.
  private static let doings: Set<String> = [
    "waits", "goes", "lives", "stays", "hangs", "sits", "sleeps", "meets", "drinks", "comes", "gets", "waited", "lived", "stayed", "slept", "walks", "smokes",
    "attends", "is", "was", "has", "seen", "who",
  ]
  private static let pronouns: Set<String> = ["he", "she", "they", "who", "i", "him", "her", "them", "both"]
  private static let persons: Set<String> = [
    "girl", "boy", "lad", "lass", "lassie", "child", "kid", "pupil", "student", "teenager", "teen", "youth", "youngster", "schoolgirl", "schoolboy",
    "schoolchild", "juvenile", "minor", "victim", "baby", "infant", "toddler", "daughter", "son", "sister", "brother", "niece", "nephew", "cousin",
    "girlfriend", "boyfriend", "friend", "runaway", "female", "male", "person", "woman", "man",
  ]
  private static let crowds: Set<String> = [
    "people", "persons", "children", "girls", "boys", "lads", "lasses", "kids", "youths", "teenagers", "teens", "youngsters", "pupils", "students",
    "juveniles", "minors", "nobody", "anyone", "anybody", "everyone", "everybody", "someone", "somebody", "those", "some", "most", "many", "several", "groups",
    "group", "customers", "guests", "staff", "volunteers", "are", "were", "others", "men", "women", "adults", "visitors", "passengers", "ones", "none",
    "crowd", "crowds", "females", "males",
  ]
  private static let things: Set<String> = [
    "hotel", "inn", "pub", "bar", "club", "shop", "cafe", "takeaway", "restaurant", "building", "house", "flat", "estate", "car", "van", "vehicle", "taxi",
    "cab", "hatchback", "saloon", "minibus", "bus", "licence", "permit", "policy", "plan", "lease", "agreement", "contract", "order", "scheme", "system",
    "camera", "cameras", "cctv", "business", "company", "premises", "hmo", "extension", "kiosk", "machine", "ban", "restriction", "condition", "sign",
    "record", "register", "report", "total", "count", "number", "coverage", "capacity", "maximum", "minimum", "limit", "score", "figure", "result", "target",
    "sum", "average", "rest", "occupancy", "it", "this", "that", "there", "which", "what", "stock", "whisky", "whiskey", "rum", "beef", "wine", "attendance",
    "quorum", "majority", "deadline", "closing", "opening", "frontage", "fare", "price", "temperature", "speed", "distance", "turnout", "fleet", "gap",
    "height", "width", "length", "depth", "weight", "fence", "wall", "lift", "website", "app", "brand", "booking", "case", "complaint", "complaints",
    "training", "certificate", "badge", "photograph", "photo", "insurance", "mot", "decision", "list", "data",
  ]
  /// Nouns that are numbered.
  private static let labels: Set<String> = [
    "item", "action", "section", "paragraph", "room", "unit", "bay", "stand", "step", "point", "no", "plate", "platform", "page", "table", "stage", "phase",
    "schedule", "part", "line", "row", "rule", "ward", "gate", "door", "floor", "block", "plot", "pitch", "stall", "route", "annex", "annexe", "objective",
    "measure", "priority", "question", "version", "junction", "zone", "area", "form", "level", "grade", "tier", "band", "hall", "house", "suite", "apartment",
    "locker", "shift", "week", "day", "visit", "test", "meeting", "minute", "camera", "exit", "pier", "studio", "lot", "box", "recommendation", "appendix",
    "clause", "criterion", "note", "column", "file", "entry", "letter", "reference", "ref", "operation", "hotspot", "spot", "team", "sector", "beat",
    "channel", "court",
  ]
  private static let small: Set<String> = [
    "the", "a", "an", "this", "that", "its", "his", "her", "their", "our", "my", "your", "of", "in", "on", "at", "by", "for", "with", "from", "to", "and",
    "or", "but", "if", "no", "not", "every", "each", "any", "some", "all", "last", "first", "next", "late", "until", "till", "before", "after", "since",
    "open", "shut", "closed", "it", "there", "here", "then", "than", "as", "up", "down", "only", "also", "when", "where", "while", "near", "outside", "inside",
    "between", "about", "over", "under", "once", "twice", "other", "new", "old", "same", "now", "today",
  ]
  private static let thingEndings = ["tion", "sion", "ment", "ness", "ancy", "age", "ises", "ces"]
  private static let acronyms: Set<String> = [
    "HMO", "SIA", "PHV", "TEN", "DPS", "ASB", "CSE", "NTE", "ATM", "UK", "PC", "WRS", "BID", "CSP", "MOT", "AM", "PM", "NHS", "TV", "ID", "GP", "PH", "HC",
    "DBS", "MP", "CE", "HQ", "AGM", "EV", "WR", "DY", "BW", "LED", "MPH", "ANP", "ITP", "CIC", "PSS", "NRM", "MEE", "OIC",
  ]
}
