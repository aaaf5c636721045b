import Domain

/// The one rule of every page and file of the strategy: who may not read the rows that a measure counts is given neither them nor small figures of them.
extension Measure {
  /// - Parameters:
  ///   - officer: who reads; nil: a file, which goes on to anybody.
  ///   - areas: where what is counted lies. Whoever may not read the rows of one district is not told small figures of it.
  func isWithheld(from officer: Officer?, in areas: [Int] = []) -> Bool {
    guard let rowsNeed else { return false }
    guard let officer, officer.may(rowsNeed) else { return true }
    return areas.contains { $0 > 0 && !officer.may(rowsNeed, in: $0) }
  }

  /// Says so; nil where nothing is withheld.
  func withheldWords(from officer: Officer) -> String? {
    guard isWithheld(from: officer), let rowsNeed else { return nil }
    return "The rows are for those who may \(rowsNeed.words.lowercasedFirst): from others they are withheld, and so are figures that tell of few."
  }
}

extension BoardPack.District {
  /// One measure as somebody may read it, of rows that may be of others too.
  init(_ measure: Measure, of rows: [MeasureRow], for officer: Officer?, _ settings: Settings, after earlier: [BoardPack] = []) {
    let rows = rows.filter { $0.measure == measure }
    let isWithheld = measure.isWithheld(from: officer, in: rows.map(\.authority))
    var named = rows.map { (name: settings.areaName($0.authority), value: $0.value) }
    if isWithheld, case .everyDistrict = measure.withholding {
      // All of them, or the list would tell which have hot spots.
      named = settings.county.authorities.map { district in (district.name, rows.first { $0.authority == district.id }?.value ?? MeasureValue(0, of: 0)) }
    }
    self.init(
      measure, names: named.map(\.name), values: named.map(\.value), after: earlier.compactMap { $0.district(measure) }, withholding: isWithheld)
  }
}
