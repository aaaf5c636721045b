import Domain
import Foundation
import Web

/// The outbox with its troubles first to be seen.
struct OutboxPage: Page {
  static let template = "delivery/outbox"
  enum Which: String, CaseIterable {
    case all = "", waiting, sent, troubled

    var words: String {
      switch self {
      case .all: "All"
      case .waiting: "Waiting"
      case .sent: "Sent"
      case .troubled: "Not delivered or given up"
      }
    }
    var states: [Message.State] {
      switch self {
      case .all: []
      case .waiting: [.queued, .leased]
      case .sent: [.sent, .delivered]
      case .troubled: [.failed, .dead]
      }
    }
  }
  let rows: [Message]
  let which: Which
  let counts: DeliveryStore.Counts?
  let pagination: Pagination?
  let settings: Settings?

  var viewData: ViewData {
    let table = Table<Message>(rowHeader: "to", [
      Column("to", "To") { .titled(address: Path.outbox + "/" + $0.id.uuidString.lowercased(), text: $0.name, note: $0.recipient) },
      .text("subject", "Subject") { $0.subject }, .text("district", "District") { settings?.authority($0.authority)?.name },
      .date("made", "Written") { London.day(of: $0.madeAt).short }, .tag("state", "State") { $0.state.tag },
      .text("why", "Why not") { $0.lastError.isEmpty ? nil : $0.lastError.capitalizedFirst },
    ])
    return [
      "title": "Outbox",
      "filters": Which.allCases.map { one -> ViewData in
        ["words": one.words, "address": one == .all ? Path.outbox : "\(Path.outbox)?show=\(one.rawValue)", "isCurrent": one == which]
      },
      "figures": Figures([
        .init(counts?.waiting ?? 0, "waiting to be sent", "\(Path.outbox)?show=waiting"),
        .init(counts?.troubled ?? 0, "not delivered or given up", "\(Path.outbox)?show=troubled", state: (counts?.troubled ?? 0) > 0 ? .overdue : nil),
      ]),
      "tableHTML": table.html(rows, caption: "Messages", empty: .init("Nothing here", "Messages appear when guidance is sent by e-mail or text message, or a reminder is due.")),
      "pagination": pagination, "chaseAddress": Path.chase,
    ]
  }

  static var samples: [OutboxPage] { [OutboxPage(rows: [], which: .all, counts: nil, pagination: nil, settings: nil)] }
}

/// One message, as it was written.
struct MessagePage: Page {
  static let template = "delivery/message"
  let message: Message
  let settings: Settings?
  let tokens: [FormToken]

  var viewData: ViewData {
    let path = Path.outbox + "/" + message.id.uuidString.lowercased()
    let isTroubled = message.state == .failed || message.state == .dead
    return [
      "title": message.subject, "breadcrumbs": Breadcrumbs(Breadcrumb("Outbox", Path.outbox), Breadcrumb(message.name)), "stateHTML": message.state.tag.html,
      "facts": SummaryList([
        .init("To", "\(message.name), \(message.recipient)"), .init("By", message.channel == "sms" ? "Text message" : "E-mail"), .init("Written", London.time(of: message.madeAt)),
        .init("Attempts", String(message.attempts)), .init("Why not", message.lastError.isEmpty ? nil : message.lastError.capitalizedFirst),
        .init("Taken by", ["outbox": "This outbox: nothing leaves the house", "smtp": "The mail server", "notify": "GOV.UK Notify"][message.carrier ?? ""]),
      ]),
      "body": message.body.isEmpty ? nil : message.body, "isEmptied": message.body.isEmpty, "isLost": message.state == .failed && message.body.isEmpty, "licenceAddress": Path.licence(message.licence),
      "retryAddress": isTroubled && !message.body.isEmpty ? path + "/retry" : nil, "cancelAddress": isTroubled || message.state == .queued ? path + "/cancellation" : nil,
      "tokensHTML": TrustedHTML.joined(tokens.map(\.html)),
    ]
  }

  static var samples: [MessagePage] { [] }
}
