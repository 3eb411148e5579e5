//! Gi* on Columbus CRIME with queen neighbours: the values that R spdep and Python esda both give, to seven digits.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use mostari_assess::{Weights, getis_ord_star};
use std::{env, fs, path::PathBuf};

/// First five values and the largest, binary weights with the area itself (R spdep `localG`, esda `G_Local(star=True)`).
const FIRST: [f64; 5] = [-1.432_779_65, -1.340_008_1, -0.771_998_68, -0.131_733_36, 1.285_362_8];
const LARGEST: f64 = 3.475_051;

#[test]
fn columbus_crime_agrees_with_spdep_and_esda() {
    let data = env::var_os("MOSTARI_DATA")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")), PathBuf::from);
    let Ok(text) = fs::read_to_string(data.join("methods/columbus_crime_queen.csv")) else {
        eprintln!("skipped: no methods/columbus_crime_queen.csv; set MOSTARI_DATA");
        return;
    };
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let values: Vec<f64> = rows.iter().map(|row| row[1].parse().unwrap()).collect();
    let near = |row: &Vec<&str>| row[2].split(';').map(|other| other.parse().unwrap()).collect();
    let scores = getis_ord_star(&Weights { neighbours: rows.iter().map(near).collect() }, &values).unwrap();
    assert_eq!(scores.len(), 49);
    for (score, expect) in scores.iter().zip(FIRST) {
        assert!((score - expect).abs() < 1e-7, "{score} is not {expect}");
    }
    let largest = scores.iter().copied().fold(f64::MIN, f64::max);
    assert!((largest - LARGEST).abs() < 1e-6, "{largest}");
}
