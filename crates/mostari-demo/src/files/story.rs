//! What the parties of the demo state about one clinic, from need to use.

use crate::World;

/// The parties that sign, each with a key of its own, and what that key is for.
pub const PARTIES: [(&str, &[&str]); 6] = [
    ("village", &["field"]),
    ("municipality", &["approver", "coordinator", "monitor"]),
    ("ministry", &["approver", "treasurer"]),
    ("fund", &["approver", "treasurer"]),
    ("builder", &["deliverer"]),
    ("monitor", &["field", "monitor"]),
];

/// The statements, a JSON object a line, about a clinic in the first area.
pub fn story(world: &World) -> String {
    let area = &world.areas[0];
    include_str!("story.jsonl").replace("AREA", &area.code).replace("NAME", &area.name)
}
