/// A hidden value that proves something about a form: where it came from, or that it is sent once.
package struct FormToken: Sendable {
  package var name: String
  package var value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }

  package var html: TrustedHTML {
    HTMLBuffer.build {
      $0.append("<input type=\"hidden\"")
      $0.append(attribute: "name", name)
      $0.append(attribute: "value", value)
      $0.append(">")
    }
  }
}
