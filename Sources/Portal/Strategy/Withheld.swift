import Domain

/// The one rule of every page and file of the strategy: who may not read the rows that a measure counts is given neither them nor small figures of them.
extension Measure {
  /// - Parameter officer: who reads; nil: a file, which goes on to anybody.
  func isWithheld(from officer: Officer?) -> Bool { rowsNeed.map { officer?.may($0) != true } ?? false }

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
    self.init(
      measure, names: rows.map { settings.areaName($0.authority) }, values: rows.map(\.value), after: earlier.compactMap { $0.district(measure) },
      withholding: measure.isWithheld(from: officer))
  }
}
