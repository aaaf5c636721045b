/// What every page has around its content. Built once a request; rendered by `layouts/page` and `layouts/plain`.
package struct Layout: ViewModel {
  /// Addresses of the files that a page loads, with their content hashes.
  package struct Assets: Sendable {
    package var stylesheets: [String]
    /// Our own module.
    package var script: String
    /// GOV.UK Frontend's module, which ours imports.
    package var frontendScript: String
    package var logo: String
    package var icon: String

    package init(stylesheets: [String], script: String, frontendScript: String, logo: String, icon: String) {
      self.stylesheets = stylesheets
      self.script = script
      self.frontendScript = frontendScript
      self.logo = logo
      self.icon = icon
    }
  }

  /// Who is signed in, and the form that ends it.
  package struct SignedIn: Sendable {
    package var name: String
    /// "Regulatory officer, Malvern Hills"
    package var role: String
    package var accountAddress: String
    package var signOutAddress: String
    package var token: FormToken

    package init(name: String, role: String, accountAddress: String, signOutAddress: String, token: FormToken) {
      self.name = name
      self.role = role
      self.accountAddress = accountAddress
      self.signOutAddress = signOutAddress
      self.token = token
    }
  }

  /// The search box in the header.
  package struct Search: Sendable {
    package var action: String
    package var label: String
    package var text: String

    package init(action: String, label: String, text: String = "") {
      self.action = action
      self.label = label
      self.text = text
    }
  }

  package var assets: Assets
  /// The response's nonce for scripts.
  package var nonce: String
  /// The request's reference, which an officer can quote to support.
  package var reference: String
  package var version: String
  package var isDemonstration = false
  package var signedIn: SignedIn?
  package var search: Search?
  /// What this officer may use, the current one marked: pages, or sections of them.
  package var navigation: [NavigationItem] = []
  /// The pages of the section that the page is in. Empty: no second line.
  package var sectionPages: [NavigationItem] = []
  package var flashes: [Flash] = []
  /// What stands on a print of the page: how it may be handled, and who printed it. Nil: nothing.
  package var printMarking: String?
  package var accessibilityAddress = "/accessibility"
  package var privacyAddress = "/privacy"
  /// Who helps: "Worcestershire Regulatory Services, 01905 822799". Empty: no line.
  package var help = ""
  /// Where the wordmark leads.
  package var homeAddress = "/"

  package init(assets: Assets, nonce: String, reference: String, version: String) {
    self.assets = assets
    self.nonce = nonce
    self.reference = reference
    self.version = version
  }

  package var viewData: ViewData {
    [
      // What a page may say otherwise.
      "hasErrors": false, "breadcrumbs": nil,
      "stylesheets": assets.stylesheets, "script": assets.script, "frontendScript": assets.frontendScript,
      "logo": assets.logo, "icon": assets.icon, "homeAddress": homeAddress,
      "nonce": nonce, "requestReference": reference, "productVersion": version, "isDemonstration": isDemonstration,
      "signedIn": signedIn.map {
        [
          "officerName": $0.name, "officerRole": $0.role, "accountAddress": $0.accountAddress,
          "signOutAddress": $0.signOutAddress, "tokenHTML": $0.token.html,
        ] as ViewData
      },
      "search": search.map {
        ["searchAction": $0.action, "searchLabel": $0.label, "searchText": $0.text] as ViewData
      },
      "hasNavigation": !navigation.isEmpty, "navigation": navigation, "hasSectionPages": !sectionPages.isEmpty, "sectionPages": sectionPages,
      "flashes": flashes, "printMarking": printMarking,
      "accessibilityAddress": accessibilityAddress, "privacyAddress": privacyAddress, "help": help,
    ]
  }
}

/// An item of the navigation.
package struct NavigationItem: ViewModel {
  package var label: String
  package var address: String
  package var isCurrent: Bool
  /// Whether the current page is one of those that this section holds.
  package var holdsCurrent: Bool
  /// A number beside the label, such as letters that came back. Nil or 0: none.
  package var count: Int?

  package init(_ label: String, _ address: String, isCurrent: Bool = false, holdsCurrent: Bool = false, count: Int? = nil) {
    self.label = label
    self.address = address
    self.isCurrent = isCurrent
    self.holdsCurrent = holdsCurrent
    self.count = count
  }

  package var viewData: ViewData {
    ["label": label, "address": address, "current": isCurrent ? "page" : holdsCurrent ? "true" : nil, "count": count == 0 ? nil : count]
  }
}

/// A step on the way to the page. The last one, the page itself, has no address.
package struct Breadcrumb: ViewModel {
  package var label: String
  package var address: String?

  package init(_ label: String, _ address: String? = nil) {
    self.label = label
    self.address = address
  }

  package var viewData: ViewData { ["label": label, "address": address] }
}

/// The way to the page: `"breadcrumbs": Breadcrumbs(.init("Home", "/"), .init("Drivers"))`.
package struct Breadcrumbs: ViewModel {
  package var trail: [Breadcrumb]
  package init(_ trail: Breadcrumb...) { self.trail = trail }
  package init(_ trail: [Breadcrumb]) { self.trail = trail }
  package var viewData: ViewData { ["trail": trail] }
}

/// What the last request achieved, said once on the next page.
package struct Flash: ViewModel, Equatable {
  package enum Kind: String, Sendable { case success, information }

  package var kind: Kind
  package var message: String
  /// A way on or back: "Undo", "See the licence".
  package var link: String?
  package var address: String?

  package init(_ kind: Kind, _ message: String, link: String? = nil, address: String? = nil) {
    self.kind = kind
    self.message = message
    self.link = link
    self.address = address
  }

  package var viewData: ViewData {
    ["isSuccess": kind == .success, "message": message, "link": link, "address": address]
  }
}
