import Testing

@testable import Domain

/// Registers of premises, of houses in multiple occupation and of food businesses, read as they come.
@Suite struct PlaceRowTests {
  @Test func aPremisesRegisterInTheNationalSchema() throws {
    let register = try ReadRegister(
      "CaseReference,ServiceTypeLabel,PremisesName,LocationText,Postcode,StatusLabel,LicenceStartDate,LicenceEndDate,UPRN\n"
        + "05/1/LAPRE,Premises Licence,The Plumed Hat,4 Friar Street| Worcester| WR1 2LZ,WR12LZ,Issued,13/09/2005,,100023336956\n"
        + "05/2/CLUB,Club Premises Certificate,Legion Club,Staunton Lane| WR1 3LA,,Issued,13/09/2005,,\n"
        + "05/3/TEN,Temporary Event Notice,Village Hall,High Street,,Issued,13/09/2005,14/09/2005,\n")
    #expect(register.rejected.isEmpty && register.reader.leftOut == ["Temporary Event Notice": 1])
    let first = register.accepted[0].details
    #expect(first.kind == .premisesLicence && first.tradingName == "The Plumed Hat" && first.uprn == 100_023_336_956)
    #expect(first.address == ["4 Friar Street", "Worcester"] && first.postcode == "WR1 2LZ" && first.expiry == nil)
    // The postcode stands at the end of the address only.
    #expect(register.accepted[1].details.kind == .clubCertificate && register.accepted[1].details.postcode == "WR1 3LA")
    #expect(register.accepted[1].details.address == ["Staunton Lane"])
  }

  @Test func aHouseIsCalledByItsAddress() throws {
    let register = try ReadRegister(
      "Full Address,,,Postcode,Permitted Occupants,Licence Issue Date,Licence Expiry Date,Licence Number\n"
        + "Flat 1b   ,1,Abbeydale Road,S7 1FA,7,17-Nov-23,20-Jun-28,6272\n       ,47,Abbeydale Road,S7 1FB,5,07-Aug-23,08-May-28,6228\n",
      choices: ImportChoices(defaultKind: .mandatoryHMO))
    #expect(register.accepted.map(\.details.address) == [["Flat 1b", "1 Abbeydale Road"], ["47 Abbeydale Road"]])
    #expect(register.accepted.map(\.details.tradingName) == ["Flat 1b 1 Abbeydale Road", "47 Abbeydale Road"])
    #expect(register.accepted.map(\.details.maxPersons) == [7, 5])
  }

  /// Rows of other districts and of businesses where nobody stays are left out by name, not lost in silence.
  @Test func aFoodRegisterGivesPlacesToStay() throws {
    let register = try ReadRegister(
      "FHRSID,BusinessName,BusinessType,AddressLine1,PostCode,LocalAuthorityName,Longitude,Latitude\n"
        + "1,The Laurels,Hotel/bed & breakfast/guest house,2 Foregate Street,WR1 1DB,Worcester City,-2.2217,52.1932\n"
        + "2,Fish Bar,Takeaway/sandwich shop,3 Foregate Street,WR1 1DB,Worcester City,,\n"
        + "3,Hill House,Hotel/bed & breakfast/guest house,Church Street,WR14 2AA,Malvern Hills,-2.3,52.1\n"
        + "4,Nowhere Inn,Hotel/bed & breakfast/guest house,,,Worcester City,12.5,41.9\n", place: "Worcester City")
    #expect(register.accepted.map(\.details.tradingName) == ["The Laurels", "Nowhere Inn"])
    #expect(register.accepted[0].details.longitude == -2.2217 && register.accepted[1].details.longitude == nil)
    #expect(register.accepted[1].notes.count == 1)
    #expect(register.reader.leftOut == ["Takeaway/sandwich shop": 1, "district Malvern Hills": 1])
  }

  @Test func gridReferences() throws {
    #expect(GridPoint(words: "SO 8504 5485") == GridPoint(easting: 385_040, northing: 254_850))
    #expect(GridPoint(words: "385040, 254850")?.reference == "SO 8504 5485")
    #expect(GridPoint(words: "so85045485") == GridPoint(words: "SO 8504 5485") && GridPoint(words: "TQ 30 80")?.easting == 530_000)
    for wrong in ["", "SO 850 5", "XX 12 34", "IO 12 34", "385040", "9999999, 1", "SO"] { #expect(GridPoint(words: wrong) == nil, "\(wrong)") }
    // Every hundred-kilometre square reads back as itself.
    for east in 0..<7 {
      for north in 0..<13 {
        let point = try #require(GridPoint(easting: east * 100_000 + 12_340, northing: north * 100_000 + 56_780))
        #expect(GridPoint(words: point.reference) == point)
      }
    }
  }
}
