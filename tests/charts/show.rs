//! What `chart show` prints, held against `helm show`.

use crate::setting::{Person, told};

#[test]
fn every_part_is_printed_as_helm_prints_it() {
    let person = Person::new();
    let bundled = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/chart");
    let own = person.path("own");
    std::fs::create_dir_all(own.join("crds")).unwrap();
    for (name, text) in [
        ("Chart.yaml", "name: own\nversion: 0.1.0\napiVersion: v2\nkeywords: [b, a]\nmaintainers: [{name: m}]\n"),
        ("values.yaml", "# kept as it is\na:   1\n"),
        ("README.md", "# Own\n\nRead this.\n"),
        ("crds/b.yaml", "kind: B\n"),
        ("crds/a.yaml", "---\nkind: A\n"),
        ("crds/notes.txt", "no definition"),
    ] {
        std::fs::write(own.join(name), text).unwrap();
    }
    let told = told().display().to_string();
    let packed = person.packed(&["1.2.3"]).join("told-1.2.3.tgz").display().to_string();
    for chart in [bundled, &own.display().to_string(), &told, &packed] {
        for part in ["chart", "values", "readme", "crds", "all"] {
            let ours = person.run(&["chart", "show", part, chart]);
            assert_eq!(ours.ended(0).out, person.helm(&["show", part, chart]).out, "{part} of {chart}");
        }
    }
    let inside = person.run(&["chart", "show", "all"]);
    assert_eq!(inside.ended(0).out, person.helm(&["show", "all", bundled]).out);
    person.run(&["chart", "show", "all", "nowhere"]).ended(2).complains("there is no chart at `nowhere`");
}
