import Domain
import Testing

@Suite struct SuggestionRuleTests {
  private let rule = SuggestionRule(
    source: "", metres: 250, items: 3, days: 180, agencies: 2, halfLifeDays: 90, sourceWeights: ["1": 1, "2": 0.6, "3": 0.2],
    informationWeights: ["A": 1, "B": 0.8, "C": 0.5, "D": 0.3, "E": 0], ungradedWeight: 0.3, displacementDays: 180, accuracyItems: 20)

  @Test func figuresThatMakeNoRuleAreRefused() {
    #expect(rule.fault == nil)
    func fault(_ change: (inout SuggestionRule) -> Void) -> String? {
      var changed = rule
      change(&changed)
      return changed.fault
    }
    #expect(fault { $0.metres = 0 } != nil && fault { $0.metres = 2_001 } != nil && fault { $0.items = 1 } != nil && fault { $0.days = 0 } != nil)
    #expect(fault { $0.agencies = 0 } != nil && fault { $0.halfLifeDays = 0 } != nil && fault { $0.sourceWeights["3"] = nil } != nil)
    #expect(fault { $0.informationWeights["F"] = 1 } != nil && fault { $0.displacementDays = 0 } != nil && fault { $0.accuracyItems = 0 } != nil)
  }

  /// (n/N)/(a/A), and nothing where it would say nothing.
  @Test func theIndexIsGivenOnlyWhereItSaysSomething() {
    func index(_ inArea: Int, _ all: Int, study: Double? = 1_000_000) -> PredictiveAccuracy { PredictiveAccuracy(inArea: inArea, all: all, area: 10_000, of: study, least: 20) }
    #expect(index(5, 20) == .index(25, inArea: 5, all: 20))
    #expect(index(0, 20) == .index(0, inArea: 0, all: 20))
    #expect(index(5, 19) == .tooFew(19, least: 20))
    #expect(index(5, 20, study: nil) == .areaNotKnown)
    #expect(index(5, 20, study: 0) == .areaNotKnown)
  }
}
