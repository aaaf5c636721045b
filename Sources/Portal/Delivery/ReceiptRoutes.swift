import Crypto
import Foundation
import Hummingbird
import Web

/// Where GOV.UK Notify says what became of messages: the one post that comes from a program and not from a page of ours (`SameOrigin`).
/// It shows a token that this installation chose, says one thing about one message, and learns nothing.
enum ReceiptRoutes {
  static func add(to routes: Routes) {
    // Whoever shows the token is not counted: a campaign's receipts come within minutes, and what is refused comes again.
    routes.anybody(.post, String(Path.receipts.dropFirst()), counting: .nothing, take)
  }

  private struct Report: Decodable {
    var id: UUID
    var status: String
  }

  private static func take(_ visit: Visit) async throws -> Response {
    guard let token = visit.environment.receiptToken else { throw Problem.notFound }
    guard isShown(token, by: visit.request) else {
      try visit.site.limits.count(.form, of: visit.context.network)
      throw Problem(.unauthorized, "Not for you", "This address is for GOV.UK Notify alone.")
    }
    var body: [UInt8] = []
    for try await chunk in visit.request.body {
      guard body.count + chunk.readableBytes <= 16_384 else { throw Problem.tooLarge }
      body.append(contentsOf: chunk.readableBytesView)
    }
    guard let report = try? JSONDecoder().decode(Report.self, from: Data(body)) else { throw Problem.badRequest("The report holds no id and status.") }
    // A message we do not know, or not yet, is no fault of theirs: it is asked about later (`DeliveryWorker.askOnce`).
    _ = try await DeliveryStore(visit.environment).report(report.id.uuidString.lowercased(), NotifyCarrier.receipt(report.status))
    return Response(status: .noContent)
  }

  /// Digests are compared, in a time that tells nothing about the token.
  private static func isShown(_ token: String, by request: Request) -> Bool {
    func digest(_ text: String) -> SHA256.Digest { SHA256.hash(data: Data(text.utf8)) }
    return digest(request.headers[.authorization] ?? "") == digest("Bearer " + token)
  }
}
