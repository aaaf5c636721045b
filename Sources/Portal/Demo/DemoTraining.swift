import Domain
import Foundation
import Postgres

/// Attempts at training in the demonstration: certificates that wait for review, one that was rejected, failed attempts; and a file from a
/// provider, half looked at. Everybody in it is invented.
struct DemoTraining: Sendable {
  let today: Day
  let now: Date

  private struct Driver: RowDecodable, Sendable {
    var id: UUID
    var authority: Int
    var name: String
    init(row: Row) throws {
      id = try row.get("id")
      authority = try row.get("authority_id")
      name = try row.get("name")
    }
  }

  private static let attempts: [(ago: Int, score: Int, passed: Bool, review: EvidenceReview, reason: String)] = [
    (3, 84, true, .awaiting, ""), (5, 91, true, .awaiting, ""), (9, 78, true, .awaiting, ""), (20, 55, false, .none, ""), (33, 62, false, .none, ""),
    (41, 88, true, .rejected, "The certificate names another person"),
  ]

  func insert(by recorder: UUID, in transaction: Transaction) async throws {
    // Those of the end of the alphabet whose training is owed: the first are the campaigns’.
    let drivers = try await transaction.all(
      """
      SELECT r.id, r.authority_id, p.name FROM driver_training_owed(\(today)) o JOIN registration r ON r.id = o.registration_id JOIN party p ON p.id = r.party_id
       WHERE o.status = 'current' ORDER BY r.sort_name DESC, r.id LIMIT \(Self.attempts.count)
      """, as: Driver.self)
    for (driver, attempt) in zip(drivers, Self.attempts) {
      let on = today - attempt.ago
      let file: [UInt8]? = attempt.passed ? Self.certificate(of: driver.name, on: on, score: attempt.score) : nil
      let name: String? = file.map { _ in "certificate.pdf" }
      let type: String? = file.map { _ in "application/pdf" }
      let reviewedAt: Date? = attempt.review == .rejected ? now : nil
      let reviewer: UUID? = attempt.review == .rejected ? recorder : nil
      try await transaction.execute(
        """
        INSERT INTO training_attempt (registration_id, authority_id, course, provider, completed_on, number, score, passed, file, file_name, file_type, review, review_reason,
          reviewed_by, reviewed_at, recorded_by, recorded_at)
        VALUES (\(driver.id), \(Int16(driver.authority)), 'Safeguarding awareness for drivers', 'County training team', \(on), 1, \(Int16(attempt.score)), \(attempt.passed),
          \(file), \(name), \(type), \(attempt.review), \(attempt.reason),
          \(reviewer), \(reviewedAt), \(recorder), \(on) + time '15:00')
        """)
    }
  }

  /// A page of plain words as a PDF.
  private static func certificate(of name: String, on day: Day, score: Int) -> [UInt8] {
    let lines = ["Certificate", "Safeguarding awareness for drivers", name, "Completed on \(day.words), \(score)%", "County training team (invented)"]
    let plain = lines.map { $0.unicodeScalars.map { $0.isASCII && !"()\\".unicodeScalars.contains($0) ? String($0) : " " }.joined() }
    let text = "BT /F1 18 Tf 72 720 Td 28 TL " + plain.map { "(\($0)) Tj T*" }.joined(separator: " ") + " ET"
    let objects = [
      "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>",
      "<< /Length \(text.utf8.count) >>\nstream\n\(text)\nendstream", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    var out = "%PDF-1.4\n"
    var places: [Int] = []
    for (index, object) in objects.enumerated() {
      places.append(out.utf8.count)
      out += "\(index + 1) 0 obj\n\(object)\nendobj\n"
    }
    let table = out.utf8.count
    func padded(_ number: Int) -> String { String(repeating: "0", count: max(0, 10 - String(number).count)) + String(number) }
    out += "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n" + places.map { padded($0) + " 00000 n \n" }.joined()
    return Array((out + "trailer\n<< /Size \(objects.count + 1) /Root 1 0 R >>\nstartxref\n\(table)\n%%EOF\n").utf8)
  }
}
