//! What every briefing promises, on an invented country of three areas.

mod world;

use html5ever::{ParseOpts, parse_document, tendril::TendrilSink};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use mostari_brief::brief;
use world::World;

fn page() -> String {
    brief(&World::small().briefing())
}

fn parsed(page: &str) -> RcDom {
    let opts = ParseOpts {
        tokenizer: html5ever::tokenizer::TokenizerOpts { exact_errors: true, ..Default::default() },
        ..Default::default()
    };
    parse_document(RcDom::default(), opts).one(page)
}

/// Name, attributes, text.
type Element = (String, Vec<(String, String)>, String);

/// Every element with its attributes, in the order of the page.
fn elements(node: &Handle, found: &mut Vec<Element>) {
    if let NodeData::Element { name, attrs, .. } = &node.data {
        let attrs = attrs.borrow().iter().map(|a| (a.name.local.to_string(), a.value.to_string())).collect();
        found.push((name.local.to_string(), attrs, text(node)));
    }
    node.children.borrow().iter().for_each(|child| elements(child, found));
}

fn text(node: &Handle) -> String {
    let own = if let NodeData::Text { contents } = &node.data { contents.borrow().to_string() } else { String::new() };
    node.children.borrow().iter().map(text).fold(own, |all, more| all + &more)
}

fn all(page: &str) -> Vec<Element> {
    let mut found = Vec::new();
    elements(&parsed(page).document, &mut found);
    found
}

fn attribute<'a>(attrs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    attrs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

fn check_says(words: &str) {
    let text = text(&parsed(&page()).document).replace(['\u{202f}', '\u{a0}'], " ");
    assert!(text.contains(words), "the page does not say `{words}`");
}

#[test]
fn a_browsers_parser_finds_no_error() {
    assert_eq!(*parsed(&page()).errors.borrow(), Vec::<std::borrow::Cow<'static, str>>::new());
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    assert_eq!(page(), page());
}

#[test]
fn a_hostile_name_stays_a_name() {
    assert!(!page().to_lowercase().contains("<script"));
    check_says("<script>alert('x')</script>");
}

#[test]
fn nothing_is_fetched() {
    let page = page();
    for (name, attrs, _) in all(&page) {
        assert!(!["script", "link", "iframe", "img", "object", "base"].contains(&name.as_str()), "{name}");
        for (key, value) in attrs.iter().filter(|(key, _)| ["src", "href", "srcset", "action"].contains(&key.as_str()))
        {
            assert!(value.starts_with('#'), "{name} {key}={value}");
        }
    }
    assert!(page.match_indices("url(").all(|(at, _)| page[at..].starts_with("url(#")));
    assert!(!page.contains("@import"));
}

#[test]
fn every_reference_within_the_page_has_its_target() {
    let page = page();
    let found = all(&page);
    let ids: Vec<&str> = found.iter().filter_map(|(_, attrs, _)| attribute(attrs, "id")).collect();
    assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), ids.len(), "an id stands twice");
    let mut targets: Vec<&str> =
        found.iter().filter_map(|(_, attrs, _)| attribute(attrs, "href")?.strip_prefix('#')).collect();
    targets.extend(
        found.iter().filter_map(|(_, attrs, _)| attribute(attrs, "aria-labelledby")).flat_map(str::split_whitespace),
    );
    assert!(targets.iter().all(|target| ids.contains(target)));
}

#[test]
fn every_number_has_a_unit() {
    let numbers: Vec<_> =
        all(&page()).into_iter().filter(|(_, attrs, _)| attribute(attrs, "data-value").is_some()).collect();
    assert!(numbers.len() > 10);
    for (name, attrs, text) in numbers {
        assert!(attribute(&attrs, "data-unit").is_some_and(|unit| !unit.is_empty()), "{name} `{text}`");
    }
}

#[test]
fn headings_go_down_one_step_at_a_time() {
    let levels: Vec<u8> = all(&page()).iter().filter_map(|(name, _, _)| name.strip_prefix('h')?.parse().ok()).collect();
    assert_eq!(levels[0], 1);
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1));
}

#[test]
fn every_table_has_a_caption_and_every_picture_a_name() {
    let found = all(&page());
    let count = |wanted: &str| found.iter().filter(|(name, _, _)| name == wanted).count();
    assert!(count("table") >= 7);
    assert_eq!(count("table"), count("caption"));
    let header_without_scope = found.iter().any(|(name, attrs, _)| name == "th" && attribute(attrs, "scope").is_none());
    assert!(!header_without_scope);
    for (_, attrs, _) in found.iter().filter(|(name, _, _)| name == "svg") {
        let named = attribute(attrs, "role") == Some("img") && attribute(attrs, "aria-labelledby").is_some();
        assert!(named || attribute(attrs, "aria-hidden") == Some("true"));
    }
}

#[test]
fn an_area_that_was_never_assessed_is_hatched_and_said_so() {
    let uses: Vec<_> = all(&page()).into_iter().filter(|(name, _, _)| name == "use").collect();
    let vel: Vec<_> = uses.iter().filter(|(_, attrs, _)| attribute(attrs, "href") == Some("#a1")).collect();
    assert_eq!(attribute(&vel[0].1, "class"), Some("na"));
    assert_eq!(vel[0].2, "Vel: not assessed");
    check_says("Deaths in twelve months in 1 area");
}

#[test]
fn the_summary_says_where_it_is_worst_how_sure_and_what_the_plan_does() {
    check_says(
        "Deaths in twelve months: 15 deaths in 2 areas (2030-07-01 to 2031-06-30, between 7.5 and 22.5); most in Tor (12)",
    );
    check_says("The plan takes 1 of 2 candidate projects for EUR 100 000 of EUR 120 000, from 2031-07 to 2032-06");
    check_says("Checked by a second program: 0 violations of 2 rules.");
}

#[test]
fn the_page_is_labelled_with_everything_that_it_used() {
    check_says("Only for holders of: force");
}

#[test]
fn a_month_without_events_counts_as_none_between_others() {
    let rows: Vec<_> =
        all(&page()).into_iter().filter(|(name, _, text)| name == "tr" && text.starts_with("2031-0")).collect();
    let words: Vec<_> = rows.iter().map(|(_, _, text)| text.as_str()).collect();
    assert_eq!(words, ["2031-0252.57.5", "2031-03000", "2031-04000", "2031-0510515"]);
}

#[test]
fn a_violation_is_shown_in_words() {
    let mut world = World::small();
    let message = "Fund of Friends pays EUR 20 000 more than it has".to_owned();
    world.check.violations.push(mostari_model::Violation { rule: mostari_model::Rule::Budget, project: None, message });
    let page = brief(&world.briefing());
    assert!(page.contains("1 violation of 2 rules") && page.contains("more than it has"));
}

#[test]
fn no_site_is_drawn_finer_than_its_area() {
    assert!(!page().contains("0.1234") && !page().contains("0.6543"));
}

#[test]
fn without_plan_or_boundaries_the_page_still_stands() {
    let mut world = World::small();
    world.placed.gazetteer.areas.iter_mut().for_each(|area| area.shape = None);
    let page =
        brief(&mostari_brief::Briefing { plan: None, means: None, check: None, projects: &[], ..world.briefing() });
    assert!(parsed(&page).errors.borrow().is_empty());
    assert!(page.contains("No plan has been made") && page.contains("there is no map"));
}

#[test]
fn four_hundred_areas_make_a_page_of_less_than_half_a_megabyte() {
    let names: Vec<String> = (0..400).map(|i| format!("Area {i}")).collect();
    let shape = |i: usize| {
        let (x, y) = ((i % 20) as f64, (i / 20) as f64);
        let wave = |t: usize| 0.05 * (t as f64 * 0.7).sin();
        let line = |f: &dyn Fn(usize) -> (f64, f64)| (0..40).map(f).collect::<Vec<_>>();
        let mut ring = line(&|t| (x + t as f64 / 40.0, y + wave(t)));
        ring.extend(line(&|t| (x + 1.0 + wave(t), y + t as f64 / 40.0)));
        ring.extend(line(&|t| (x + 1.0 - t as f64 / 40.0, y + 1.0 + wave(40 - t))));
        ring.extend(line(&|t| (x + wave(40 - t), y + 1.0 - t as f64 / 40.0)));
        geo_types::Polygon::new(ring.into(), Vec::new()).into()
    };
    let mut world = World::of(names.iter().enumerate().map(|(i, name)| (name.as_str(), shape(i))).collect());
    for (indicator, unit) in [("deaths", mostari_model::Unit::Deaths), ("hazard", mostari_model::Unit::Share)] {
        (0..400).for_each(|area| world.add(indicator, area, Some((area % 7) as f64 / 7.0), unit));
    }
    let page = brief(&world.briefing());
    assert!(page.len() < 500_000, "{} bytes", page.len());
}
