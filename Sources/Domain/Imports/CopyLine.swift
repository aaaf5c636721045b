/// Rows in the text format of PostgreSQL's COPY, for a staging table whose columns are `RegisterRow.copyColumns`.
extension RegisterRow {
  /// In the order in which `appendCopyLine` writes them. `line` is an integer, the four dates are dates, the rest text;
  /// `address` has a line break between its lines; `canonical` is `canonicalLine`.
  package static let copyColumns = [
    "line", "reference", "reference_key", "kind", "badge", "family_name", "given_names", "operator_name", "trading_name",
    "search_name", "status", "status_date", "starts_on", "expires_on", "first_granted_on", "address", "postcode", "email",
    "phone", "uprn", "easting", "northing", "longitude", "latitude", "max_persons", "canonical",
  ]

  /// Appends the row as one COPY line, with its line end.
  package func appendCopyLine(mapped: Set<RegisterField>, to out: inout [UInt8]) {
    let d = details
    out.append(contentsOf: String(line).utf8)
    Self.put(d.reference, &out)
    Self.put(RegisterDetails.referenceKey(d.reference), &out)
    Self.put(d.kind.rawValue, &out)
    Self.put(d.badge, &out)
    Self.put(d.familyName, &out)
    Self.put(d.givenNames, &out)
    Self.put(d.operatorName, &out)
    Self.put(d.tradingName, &out)
    Self.put(d.searchName, &out)
    Self.put(d.status?.rawValue, &out)
    Self.put(d.statusDate?.iso, &out)
    Self.put(d.start?.iso, &out)
    Self.put(d.expiry?.iso, &out)
    Self.put(d.originalGrant?.iso, &out)
    Self.put(d.canonical(.addressLine), &out)
    Self.put(d.postcode, &out)
    Self.put(d.email, &out)
    Self.put(d.phone, &out)
    Self.put(d.uprn.map { String($0) }, &out)
    Self.put(d.grid.map { String($0.easting) }, &out)
    Self.put(d.grid.map { String($0.northing) }, &out)
    Self.put(d.longitude.map { String($0) }, &out)
    Self.put(d.latitude.map { String($0) }, &out)
    Self.put(d.maxPersons.map { String($0) }, &out)
    out.append(0x09)
    let start = out.count
    d.appendCanonicalLine(mapped: mapped, to: &out)
    // Only a backslash or an address of several lines needs escaping here, and both are rare.
    if out[start...].contains(where: Self.needsEscape) {
      let plain = Array(out[start...])
      out.removeSubrange(start...)
      for byte in plain { Self.escape(byte, &out) }
    }
    out.append(0x0A)
  }

  private static func put(_ value: String?, _ out: inout [UInt8]) {
    out.append(0x09)
    guard let value else {
      out.append(UInt8(ascii: "\\"))
      out.append(UInt8(ascii: "N"))
      return
    }
    var copy = value
    copy.withUTF8 { bytes in
      if bytes.contains(where: needsEscape) {
        for byte in bytes { escape(byte, &out) }
      } else {
        out.append(contentsOf: bytes)
      }
    }
  }

  private static func needsEscape(_ byte: UInt8) -> Bool {
    byte == 0x5C || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  private static func escape(_ byte: UInt8, _ out: inout [UInt8]) {
    switch byte {
    case 0x5C: out += [0x5C, 0x5C]
    case 0x09: out += [0x5C, UInt8(ascii: "t")]
    case 0x0A: out += [0x5C, UInt8(ascii: "n")]
    case 0x0D: out += [0x5C, UInt8(ascii: "r")]
    default: out.append(byte)
    }
  }
}
