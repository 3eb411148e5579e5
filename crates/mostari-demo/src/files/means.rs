//! What projects cost in the invented country, and who can pay and work there.

use crate::world::World;
use std::fmt::Write;

/// The catalogue: unit costs are invented.
pub fn catalogue() -> String {
    include_str!("catalogue.toml").to_owned()
}

/// Donors and parties, sized to the number of areas so that money and hands stay scarce at every scale.
pub fn means(world: &World) -> String {
    let areas = world.areas.len() as f64;
    let size = (areas / 12.0).max(0.5);
    let mut text = String::from(
        "# Who can pay and who can work in Velmora. Invented, like everything here.\n\
         currency = \"EUR\"\nstart = \"2024-01\"\nmonths = 24\n",
    );
    let regions: Vec<&str> = world.regions.iter().map(|region| region.code.as_str()).collect();
    let north = regions[regions.len() / 2];
    let mut donor = |id: &str, name: &str, first: f64, second: f64, earmark: &str| {
        let (first, second) = ((first * size) as i64 * 1_000, (second * size) as i64 * 1_000);
        write!(
            text,
            "\n[[donor]]\nid = \"{id}\"\nname = \"{name}\"\nbudget = {{ 2024 = {first}, 2025 = {second} }}\n{earmark}"
        )
        .expect("writing to a string cannot fail");
    };
    donor("fund", "Reconstruction Fund", 700.0, 500.0, "");
    donor("health-donor", "Health Donor", 350.0, 250.0, "earmark = { sectors = [\"health\", \"water\"] }\n");
    donor("mine-donor", "Mine Action Donor", 400.0, 300.0, "earmark = { sectors = [\"mine-action\"] }\n");
    donor(
        "region-donor",
        "Friends of the Middle Region",
        200.0,
        200.0,
        &format!("earmark = {{ areas = [\"{north}\"] }}\n"),
    );
    let mut party = |id: &str, name: &str, kind: &str, capabilities: &[(&str, f64)], caveat: &str| {
        write!(text, "\n[[party]]\nid = \"{id}\"\nname = \"{name}\"\ntype = \"{kind}\"\n")
            .expect("writing to a string cannot fail");
        for (capability, weeks) in capabilities {
            let weeks = (weeks * size * 2.0).round() / 2.0;
            write!(text, "[[party.capability]]\nname = \"{capability}\"\nweeks_per_month = {weeks:.1}\n")
                .expect("writing to a string cannot fail");
        }
        text.push_str(caveat);
    };
    let winter = "[[party.caveat]]\nid = \"no-winter-work\"\nkinds = [\"bridge-repair\"]\nfrom = \"2024-12\"\nuntil = \"2025-02\"\n";
    let far = format!("[[party.caveat]]\nid = \"not-in-{0}\"\nareas = [\"{0}\"]\nlabel = \"force\"\n", regions[0]);
    party("engineers", "Engineer battalion", "force", &[("engineer", 14.0)], &far);
    party("contractors", "Local contractors", "contractor", &[("builder", 26.0), ("engineer", 6.0)], winter);
    party("deminers", "Mine action operator", "ngo", &[("clearance", 16.0)], "");
    party("ministry", "Ministry of Health", "ministry", &[("trainer", 8.0)], "");
    text
}
