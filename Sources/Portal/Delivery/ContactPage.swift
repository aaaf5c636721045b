import Domain
import Foundation
import Postgres
import Web

/// What went to one licence holder and what became of it: campaigns that chose them, and messages that were written.
struct ContactPage: Page {
  static let template = "delivery/contact"
  let licence: Licence
  let campaigns: [CampaignPart]
  let messages: [Message]
  let mayReadMessages: Bool
  let settings: Settings?

  /// One campaign's part in this licence.
  struct CampaignPart: RowDecodable, Sendable {
    var campaign: UUID
    var name: String
    var channel: String
    var state: String
    var issuedOn: Day?
    var returnedOn: Day?

    init(row: Row) throws {
      campaign = try row.get("campaign_id")
      name = try row.get("name")
      channel = try row.get("channel")
      state = try row.get("state")
      issuedOn = try row.get("issued_on")
      returnedOn = try row.get("returned_on")
    }

    var tag: StatusTag {
      switch state {
      case "issued": StatusTag("Given", .green)
      case "returned": StatusTag("Came back", .red)
      case "failed": StatusTag("Failed", .red)
      case "excluded": StatusTag("Left out")
      default: StatusTag("Planned", .blue)
      }
    }

    var way: String {
      ["hand": "By hand", "letter": "By letter", "email": "By e-mail", "sms_link": "By text message", "event_handout": "At an event",
       "with_licence_pack": "With the licence"][channel] ?? channel
    }
  }

  /// The latest hundred campaigns that chose this licence, latest first.
  static func campaigns(of licence: UUID) -> Query<CampaignPart> {
    Query(
      """
      SELECT r.campaign_id, c.name, c.channel, r.state, r.issued_on, r.returned_on FROM campaign_recipient r JOIN campaign c ON c.id = r.campaign_id
       WHERE r.registration_id = \(licence) AND c.state <> 'draft' ORDER BY c.created_at DESC, c.id LIMIT 100
      """)
  }

  /// The latest hundred messages to this licence's holder, latest first.
  static func messages(of licence: UUID) -> Query<Message> {
    Query("SELECT \(Message.columns) FROM delivery d WHERE d.registration_id = \(licence) ORDER BY d.made_at DESC LIMIT 100")
  }

  var viewData: ViewData {
    let went = Table<CampaignPart>(rowHeader: "campaign", [
      Column("campaign", "Campaign") { .link(address: Path.campaigns + "/" + $0.campaign.uuidString.lowercased(), text: $0.name) },
      .text("way", "How") { $0.way }, .date("given", "Given on") { $0.issuedOn?.short },
      .tag("state", "What became of it") { $0.tag },
      .date("returned", "Came back on") { $0.returnedOn?.short },
    ])
    let written = Table<Message>(rowHeader: "subject", [
      Column("subject", "Message") {
        mayReadMessages ? .link(address: Path.outbox + "/" + $0.id.uuidString.lowercased(), text: $0.subject) : .text($0.subject)
      },
      .text("to", "To") { $0.recipient }, .date("made", "Written") { London.day(of: $0.madeAt).short }, .tag("state", "State") { $0.state.tag },
      .text("why", "Why not") { $0.lastError.isEmpty ? nil : $0.lastError.capitalizedFirst },
    ])
    return [
      "title": "Letters and messages", "name": licence.tradingName ?? licence.holder.name, "breadcrumbs": licence.crumbs("Letters and messages"),
      "campaignsHTML": went.html(campaigns, caption: "Campaigns", empty: .init("No campaign has chosen this licence", "Letters and hand-outs of campaigns appear here.")),
      "messagesHTML": written.html(messages, caption: "Messages", empty: .init("No message was written", "E-mails and text messages with a link to acknowledge appear here.")),
    ]
  }

  static var samples: [ContactPage] { [] }
}
