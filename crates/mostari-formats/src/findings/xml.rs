//! Findings of XML files, whatever their format: `XML-001` on.

use mostari_model::finding_cards;

finding_cards! {
    NOT_WELL_FORMED = "XML-001" Error "the XML is not well-formed",
        "export the file again, or repair the line; nothing after it was read";
    DOCTYPE = "XML-002" Error "the XML brings a document type definition",
        "remove the `<!DOCTYPE …>`: it can fetch other files or swell without end, so such a file is never opened";
    ENTITY = "XML-003" Error "the XML uses an entity of its own",
        "write the character itself; only `&amp;`, `&lt;`, `&gt;`, `&quot;`, `&apos;` and numbers such as `&#233;` are read";
    TOO_DEEP = "XML-004" Error "elements are nested too deeply",
        "no published format needs more than 64 levels; export the file again";
    TOO_LONG = "XML-005" Error "a text is too long",
        "no text or attribute may have more than 1 MiB; deliver documents as links";
    TOO_MANY = "XML-006" Error "one record has too many parts",
        "split the record: one may hold 500 000 elements, an element 128 attributes";
    OTHER_ENCODING = "XML-007" Warning "the text is not in the encoding that the file declares",
        "save the file as UTF-8 and check a few names with diacritics";
}
