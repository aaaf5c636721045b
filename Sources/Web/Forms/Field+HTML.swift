extension Field {
  /// Writes the question with its hint, error and control.
  /// - Parameters:
  ///   - error: the error of this field, shown between hint and control.
  ///   - errors: those of the whole form, for the questions that a choice reveals.
  func write(error: FieldError?, errors: Errors, to out: inout HTMLBuffer) {
    if case .hidden = control {
      out.append(FormToken(name: name, value: value).html)
      return
    }
    out.append("<div class=\"govuk-form-group")
    if error != nil { out.append(" govuk-form-group--error") }
    if case .textarea(_, .some(let limit)) = control {
      out.append(" govuk-character-count\" data-module=\"govuk-character-count\"")
      out.append(attribute: "data-maxlength", String(limit))
      out.append(">")
    } else {
      out.append("\">")
    }
    switch control {
    case .radios, .checkboxes, .date: writeGroup(error, errors, to: &out)
    default: writeSingle(error, to: &out)
    }
    out.append("</div>")
  }

  // MARK: - One control

  private func writeSingle(_ error: FieldError?, to out: inout HTMLBuffer) {
    let asHeading = labelSize == .page
    if asHeading { out.append("<h1 class=\"govuk-label-wrapper\">") }
    out.append("<label class=\"govuk-label")
    writeSize("govuk-label", to: &out)
    if isLabelHidden { out.append(" govuk-visually-hidden") }
    out.append("\"")
    out.append(attribute: "for", id)
    out.append(">")
    writeLabelText(to: &out)
    out.append("</label>")
    if asHeading { out.append("</h1>") }
    writeHint(to: &out)
    writeError(error, to: &out)

    switch control {
    case .text(let type): writeInput(type, error, to: &out)
    case .textarea(let rows, let limit): writeTextarea(rows, limit, error, to: &out)
    case .select(let choices): writeSelect(choices, error, to: &out)
    case .file(let accept):
      out.append("<input class=\"govuk-file-upload")
      if error != nil { out.append(" govuk-file-upload--error") }
      out.append("\" type=\"file\"")
      writeCommon(error, to: &out)
      out.append(attribute: "accept", accept)
      out.append(">")
    case .radios, .checkboxes, .date, .hidden: break
    }
  }

  private func writeInput(_ type: TextType, _ error: FieldError?, to out: inout HTMLBuffer) {
    let wrapped = prefix != nil || suffix != nil
    if wrapped { out.append("<div class=\"govuk-input__wrapper\">") }
    if let prefix {
      out.append("<div class=\"govuk-input__prefix\" aria-hidden=\"true\">")
      out.append(escaping: prefix)
      out.append("</div>")
    }
    out.append("<input class=\"govuk-input")
    writeWidth(to: &out)
    if error != nil { out.append(" govuk-input--error") }
    out.append("\"")
    out.append(attribute: "type", type.rawValue)
    writeCommon(error, to: &out)
    // A password is never sent back to the browser.
    if type != .password { out.append(attribute: "value", value) }
    out.append(attribute: "autocomplete", autocomplete)
    out.append(attribute: "inputmode", inputMode)
    if !isSpellchecked { out.append(" spellcheck=\"false\"") }
    if isAutofocused { out.append(" autofocus") }
    out.append(">")
    if let suffix {
      out.append("<div class=\"govuk-input__suffix\" aria-hidden=\"true\">")
      out.append(escaping: suffix)
      out.append("</div>")
    }
    if wrapped { out.append("</div>") }
  }

  private func writeTextarea(_ rows: Int, _ limit: Int?, _ error: FieldError?, to out: inout HTMLBuffer) {
    out.append("<textarea class=\"govuk-textarea")
    if limit != nil { out.append(" govuk-js-character-count") }
    if error != nil { out.append(" govuk-textarea--error") }
    out.append("\"")
    writeCommon(error, to: &out, alsoDescribedBy: limit == nil ? nil : "\(id)-info")
    out.append(attribute: "rows", String(rows))
    // The line break after the tag is dropped by the parser: it keeps a first line break of the answer.
    out.append(">\n")
    out.append(escaping: value)
    out.append("</textarea>")
    if let limit {
      out.append("<div class=\"govuk-hint govuk-character-count__message\"")
      out.append(attribute: "id", "\(id)-info")
      out.append(">You can enter up to ")
      out.append(limit)
      out.append(" characters</div>")
    }
  }

  private func writeSelect(_ choices: [Choice], _ error: FieldError?, to out: inout HTMLBuffer) {
    out.append("<select class=\"govuk-select")
    if error != nil { out.append(" govuk-select--error") }
    out.append("\"")
    writeCommon(error, to: &out)
    out.append(">")
    for choice in choices {
      out.append("<option")
      out.append(attribute: "value", choice.value)
      if values.contains(choice.value) { out.append(" selected") }
      out.append(">")
      out.append(escaping: choice.label)
      out.append("</option>")
    }
    out.append("</select>")
  }

  // MARK: - Several controls under a legend

  private func writeGroup(_ error: FieldError?, _ errors: Errors, to out: inout HTMLBuffer) {
    out.append("<fieldset class=\"govuk-fieldset\"")
    if case .date = control { out.append(" role=\"group\"") }
    writeDescribedBy(error, nil, to: &out)
    out.append("><legend class=\"govuk-fieldset__legend")
    writeSize("govuk-fieldset__legend", to: &out)
    if isLabelHidden { out.append(" govuk-visually-hidden") }
    out.append("\">")
    if labelSize == .page { out.append("<h1 class=\"govuk-fieldset__heading\">") }
    writeLabelText(to: &out)
    if labelSize == .page { out.append("</h1>") }
    out.append("</legend>")
    writeHint(to: &out)
    writeError(error, to: &out)
    switch control {
    case .date(let typed): writeDate(typed, error, to: &out)
    case .radios(let choices, let inline):
      let reveals = choices.contains { !$0.reveals.isEmpty }
      out.append("<div class=\"govuk-radios")
      if inline, !reveals { out.append(" govuk-radios--inline") }
      out.append("\">")
      for (number, choice) in choices.enumerated() { writeChoice(choice, number, "radio", errors, to: &out) }
      out.append("</div>")
    case .checkboxes(let choices):
      out.append("<div class=\"govuk-checkboxes\">")
      for (number, choice) in choices.enumerated() { writeChoice(choice, number, "checkbox", errors, to: &out) }
      out.append("</div>")
    default: break
    }
    out.append("</fieldset>")
  }

  private func writeChoice(
    _ choice: Choice, _ number: Int, _ type: String, _ errors: Errors, to out: inout HTMLBuffer
  ) {
    let radio = type == "radio"
    let choiceID = number == 0 ? id : "\(id)-\(number + 1)"
    if choice.isAfterDivider {
      if radio { out.append("<div class=\"govuk-radios__divider\">or</div>") }
      else { out.append("<div class=\"govuk-checkboxes__divider\">or</div>") }
    }
    if radio { out.append("<div class=\"govuk-radios__item\"><input class=\"govuk-radios__input\"") }
    else { out.append("<div class=\"govuk-checkboxes__item\"><input class=\"govuk-checkboxes__input\"") }
    out.append(attribute: "id", choiceID)
    out.append(attribute: "name", name)
    out.append(attribute: "type", type)
    out.append(attribute: "value", choice.value)
    if values.contains(choice.value) { out.append(" checked") }
    if choice.hint != nil { out.append(attribute: "aria-describedby", "\(choiceID)-hint") }
    if radio { out.append("><label class=\"govuk-label govuk-radios__label\"") }
    else { out.append("><label class=\"govuk-label govuk-checkboxes__label\"") }
    out.append(attribute: "for", choiceID)
    out.append(">")
    out.append(escaping: choice.label)
    out.append("</label>")
    if let hint = choice.hint {
      if radio { out.append("<div class=\"govuk-hint govuk-radios__hint\"") }
      else { out.append("<div class=\"govuk-hint govuk-checkboxes__hint\"") }
      out.append(attribute: "id", "\(choiceID)-hint")
      out.append(">")
      out.append(escaping: hint)
      out.append("</div>")
    }
    out.append("</div>")
    guard !choice.reveals.isEmpty else { return }
    // The stylesheet hides it while the choice is not made. GOV.UK's script would too, but it puts aria-expanded on a
    // radio, which ARIA does not allow.
    if radio { out.append("<div class=\"govuk-radios__conditional app-reveal") }
    else { out.append("<div class=\"govuk-checkboxes__conditional app-reveal") }
    out.append("\">")
    for var field in choice.reveals {
      if field.labelSize == .small { field.labelSize = .normal }
      field.write(error: errors[field.name], errors: errors, to: &out)
    }
    out.append("</div>")
  }

  private func writeDate(_ typed: DateFields, _ error: FieldError?, to out: inout HTMLBuffer) {
    out.append("<div class=\"govuk-date-input\"")
    out.append(attribute: "id", id)
    out.append(">")
    for (part, text) in [(DatePart.day, typed.day), (.month, typed.month), (.year, typed.year)] {
      let partID = "\(id)-\(part.rawValue)"
      out.append("<div class=\"govuk-date-input__item\"><div class=\"govuk-form-group\">")
      out.append("<label class=\"govuk-label govuk-date-input__label\"")
      out.append(attribute: "for", partID)
      out.append(">")
      out.append(escaping: part.rawValue.prefix(1).uppercased() + part.rawValue.dropFirst())
      out.append("</label><input class=\"govuk-input govuk-date-input__input")
      // A pasted date that could not be read needs room to be seen and mended.
      if text.count > 4 { out.append(" govuk-input--width-10") }
      else if part == .year { out.append(" govuk-input--width-4") }
      else { out.append(" govuk-input--width-2") }
      if let error, error.parts.isEmpty || error.parts.contains(part) { out.append(" govuk-input--error") }
      out.append("\" type=\"text\"")
      out.append(attribute: "id", partID)
      out.append(attribute: "name", "\(name)-\(part.rawValue)")
      out.append(attribute: "value", text)
      // The day's box takes a pasted date, and month names are read: the phone still offers figures first.
      out.append(" inputmode=\"numeric\" autocomplete=\"off\"></div></div>")
    }
    out.append("</div>")
  }

  // MARK: - Pieces

  private func writeCommon(_ error: FieldError?, to out: inout HTMLBuffer, alsoDescribedBy: String? = nil) {
    out.append(attribute: "id", id)
    out.append(attribute: "name", name)
    writeDescribedBy(error, alsoDescribedBy, to: &out)
    if error != nil { out.append(" aria-invalid=\"true\"") }
  }

  private func writeDescribedBy(_ error: FieldError?, _ also: String?, to out: inout HTMLBuffer) {
    var ids: [String] = []
    if let also { ids.append(also) }
    if hint != nil { ids.append("\(id)-hint") }
    if error != nil { ids.append("\(id)-error") }
    if !ids.isEmpty { out.append(attribute: "aria-describedby", ids.joined(separator: " ")) }
  }

  private func writeLabelText(to out: inout HTMLBuffer) {
    out.append(escaping: label)
    if isOptional { out.append(" <span class=\"app-optional\">(optional)</span>") }
  }

  private func writeHint(to out: inout HTMLBuffer) {
    guard let hint else { return }
    out.append("<div class=\"govuk-hint\"")
    out.append(attribute: "id", "\(id)-hint")
    out.append(">")
    out.append(escaping: hint)
    out.append("</div>")
  }

  private func writeError(_ error: FieldError?, to out: inout HTMLBuffer) {
    guard let error else { return }
    out.append("<p class=\"govuk-error-message\"")
    out.append(attribute: "id", "\(id)-error")
    out.append("><span class=\"govuk-visually-hidden\">Error:</span> ")
    out.append(escaping: error.message)
    out.append("</p>")
  }

  private func writeSize(_ base: StaticString, to out: inout HTMLBuffer) {
    guard labelSize != .normal else { return }
    out.append(" ")
    out.append(base)
    switch labelSize {
    case .normal: break
    case .small: out.append("--s")
    case .medium: out.append("--m")
    case .large, .page: out.append("--l")
    }
  }

  private func writeWidth(to out: inout HTMLBuffer) {
    switch width {
    case nil: break
    case .two: out.append(" govuk-input--width-2")
    case .three: out.append(" govuk-input--width-3")
    case .four: out.append(" govuk-input--width-4")
    case .five: out.append(" govuk-input--width-5")
    case .ten: out.append(" govuk-input--width-10")
    case .twenty: out.append(" govuk-input--width-20")
    case .thirty: out.append(" govuk-input--width-30")
    }
  }
}
