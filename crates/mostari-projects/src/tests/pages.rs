//! Codes and their page; published code lists.

use super::*;
use std::{collections::BTreeSet, fs, path::Path};

#[test]
fn every_code_has_its_heading_and_every_heading_its_code() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/findings/projects.md");
    let page = fs::read_to_string(page).unwrap();
    let headings: Vec<&str> =
        page.lines().filter_map(|line| line.strip_prefix("## ")?.split_whitespace().next()).collect();
    let codes: Vec<&str> = FINDINGS.iter().map(|card| card.code).collect();
    assert_eq!(headings, codes);
    assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len());
}

fn data(file: &str) -> Option<String> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let root = std::env::var("MOSTARI_DATA").unwrap_or_else(|_| default.to_owned());
    let path = Path::new(&root).join(file);
    let text = fs::read_to_string(&path).ok();
    if text.is_none() {
        println!("skipped: {} is absent", path.display());
    }
    text
}

#[test]
fn the_words_of_oc4ids_are_those_of_its_code_list() {
    let Some(list) = data("formats/oc4ids/projectStatus.csv") else { return };
    let codes: Vec<&str> = list.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(codes, Oc4idsStatus::ALL.map(Oc4idsStatus::code));
}

#[test]
fn the_codes_of_iati_are_those_of_its_code_list() {
    let Some(list) = data("codelists/iati_ActivityStatus.xml") else { return };
    let between = |text: &str| text.split_once("</code>").map(|(code, _)| code.to_owned());
    let codes: Vec<String> = list.split("<code>").skip(1).filter_map(between).collect();
    assert_eq!(codes, ActivityStatus::ALL.map(|status| status.code().to_string()));
    let name = |status: ActivityStatus| format!("{status:?}").to_lowercase();
    let names: Vec<String> = list
        .split("<codelist-item>")
        .skip(1)
        .filter_map(|item| Some(item.split_once("<narrative>")?.1.split_once('<')?.0.to_lowercase()))
        .collect();
    for (status, published) in ActivityStatus::ALL.into_iter().zip(&names) {
        assert!(published.starts_with(&name(status)), "{published}");
    }
}
