use super::*;

/// What is read of a document as `name{text}[children]`, or the code with its line.
fn check(text: &str, expect: &str) {
    fn shown(element: &Element) -> String {
        let children: String = element.children.iter().map(shown).collect();
        let attributes: String = element.attributes.iter().map(|a| format!(" {}={}", a.name, a.value)).collect();
        let namespace = if element.namespace.is_empty() { String::new() } else { format!("{}|", element.namespace) };
        format!("{namespace}{}{attributes}({}{children})", element.name, element.text)
    }
    let seen = match Walker::whole(text) {
        Ok(root) => shown(&root),
        Err(fault) => format!("{} in line {}", fault.card.code, fault.line),
    };
    assert_eq!(seen, expect);
}

#[test]
fn elements_attributes_and_text_are_read() {
    check("<?xml version='1.0'?><!-- c --><a b='1&amp;2'>x<c/>&lt;y&#233;<![CDATA[<z>]]></a>\n", "a b=1&2(x<yé<z>c())");
}

#[test]
fn prefixes_hold_within_their_element() {
    check("<a xmlns='u' xmlns:p='v'><p:b p:x='1' y='2'/><c xmlns=''/><d/></a>", "u|a(v|b x=1 y=2()c()u|d())");
    check("<a><p:b xmlns:p='v'/><p:c/></a>", "XML-001 in line 1");
}

#[test]
fn an_external_entity_is_refused_before_anything_is_fetched() {
    let file = "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>\n<a>&x;</a>";
    check(file, "XML-002 in line 1");
}

#[test]
fn a_billion_laughs_are_refused() {
    let file = "<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY l 'lol'><!ENTITY m '&l;&l;&l;&l;'>]>\n<a>&m;</a>";
    check(file, "XML-002 in line 2");
}

#[test]
fn an_unknown_entity_is_refused_in_text_and_in_attributes() {
    check("<a>\n&nbsp;</a>", "XML-003 in line 2");
    check("<a>\n<b c='&nbsp;'/></a>", "XML-003 in line 2");
}

#[test]
fn what_is_nested_too_deeply_or_too_long_is_refused() {
    check(&"<a>".repeat(100_000), "XML-004 in line 1");
    check(&format!("<a>{}</a>", "x".repeat(TEXT_BYTES_MAX + 1)), "XML-005 in line 1");
    check(&format!("<a b='{}'/>", "x".repeat(TEXT_BYTES_MAX + 1)), "XML-005 in line 1");
    let attributes: String = (0..=ATTRIBUTES_MAX).map(|i| format!(" a{i}=''")).collect();
    check(&format!("<a{attributes}/>"), "XML-006 in line 1");
    check(&format!("<r><a>{}</a></r>", "<b/>".repeat(ELEMENTS_MAX)), "XML-006 in line 1");
}

#[test]
fn what_is_not_well_formed_is_told_with_its_line() {
    check("", "XML-001 in line 1");
    check("<a>\n<b></a>", "XML-001 in line 2");
    check("<a>\n\n<b>", "XML-001 in line 3");
    check("<a/><b/>", "XML-001 in line 1");
    check("<a/>text", "XML-001 in line 1");
    check("<a b='1' b='2'/>", "XML-001 in line 1");
    check("<a><1/></a>", "XML-001 in line 1");
    check("<a>\u{1}</a>", "XML-001 in line 1");
    check("<a>&#1;</a>", "XML-001 in line 1");
}

#[test]
fn what_is_written_is_read_back() {
    let text = " <a> & \"b\" 'c' \r\n\t ]]> é";
    let written = Element::new("r").with("x", text).and(Element::new("n").in_language("fr").holding(text));
    let mut out = String::new();
    written.write(0, &mut out);
    let read = Walker::whole(&out).unwrap();
    assert_eq!((read.get("x"), read.children[0].text.as_str()), (Some(text), text));
    assert_eq!(read.children[0].language(), Some("fr"));
}
