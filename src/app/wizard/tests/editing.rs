//! Answers are typed, chosen, pasted, taken back.

use super::console::{Console, SMALL};

/// On the question with this name.
fn at(console: &mut Console, name: &str) {
    console.press("<Down>/").press(name).press("<Enter>");
}

fn started() -> Console {
    let mut console = Console::fresh(SMALL);
    console.press("]");
    console
}

#[test]
fn an_answer_is_typed_in_its_row_and_kept() {
    let mut console = started();
    at(&mut console, "database.host");
    console.press("<Enter>pg-1.corp.example<Enter>");
    assert!(console.line("Host").contains("pg-1.corp.example"));
    assert!(console.draft().unwrap().contains("host: pg-1.corp.example"));
    assert!(console.line("values: database.host").contains("answered here"));
}

#[test]
fn esc_leaves_the_old_answer() {
    let mut console = started();
    at(&mut console, "database.port");
    console.press("<Enter><Back><Back>99<Esc>");
    assert!(console.line("Port").contains("5432"));
    assert_eq!(console.draft(), None);
}

#[test]
fn what_does_not_fit_is_said_while_it_is_typed_and_stays_until_it_is_mended() {
    let mut console = started();
    at(&mut console, "database.port");
    console.press("<Enter>x");
    assert!(console.frame().contains("is not a port"), "{}", console.frame());
    console.press("<Enter>");
    assert!(console.line("Port").contains("5432x"), "nothing that was typed is lost");
    assert!(console.notice().contains("1 problem"), "{}", console.notice());
    console.press("<Enter><Back><Enter>");
    assert!(!console.notice().contains("problem"), "{}", console.notice());
}

#[test]
fn questions_come_and_go_with_the_answers_to_others() {
    let mut console = started();
    at(&mut console, "storage.type");
    console.press("<Enter><Down><Down><Enter>");
    assert!(console.line("Kind").contains("aws_s3"), "{}", console.frame());
    assert!(console.frame().contains("IAM role") && !console.frame().contains("MinIO"), "{}", console.frame());
    console.press("[");
    assert!(console.frame().contains("Region"), "{}", console.frame());
}

#[test]
fn pasted_control_characters_are_left_out_and_said() {
    let mut console = started();
    at(&mut console, "database.host");
    console.press("<Enter>").paste("pg\x1b-1\x07\n");
    assert!(console.frame().contains("2 control characters were left out"), "{}", console.frame());
    console.press("<Enter>");
    assert!(console.draft().unwrap().contains("host: pg-1\n"));
}

#[test]
fn a_hundred_kilobytes_in_a_line_are_refused_and_nothing_is_lost() {
    let mut console = started();
    at(&mut console, "database.host");
    console.press("<Enter>pg").paste(&"x".repeat(100_000));
    assert!(console.frame().contains("97 KB are too much for a line"), "{}", console.frame());
    console.press("-1<Enter>");
    assert!(console.draft().unwrap().contains("host: pg-1\n"));
}

#[test]
fn a_hundred_kilobytes_in_a_list_are_taken() {
    let mut console = started();
    at(&mut console, "namespaces");
    let names: String = (0..9_000).map(|n| format!("spark-{n}\n")).collect();
    console.press("<Enter>").paste(&names).press("<C-s>");
    assert!(console.draft().unwrap().contains("- spark-8999\n"));
}

#[test]
fn lists_are_lines_and_what_is_wrong_has_a_line() {
    let mut console = started();
    at(&mut console, "namespaces");
    console.press("<Enter>spark-a<Enter>Spark_B");
    assert!(console.line("line 2").contains("`Spark_B`"), "{}", console.frame());
    console.press("<Back><Back><Back><Back><Back><Back><Back>spark-b<C-s>");
    assert!(console.line("Extra namespaces").contains("spark-a, spark-b"));
}

#[test]
fn tolerations_are_written_as_taints() {
    let mut console = started();
    at(&mut console, "controlPlaneTolerations");
    console.press("<Enter>dedicated=platform:NoSchedule<C-s>");
    let draft = console.draft().unwrap();
    assert!(draft.contains("operator: Equal") && draft.contains("value: platform"), "{draft}");
    assert!(console.frame().contains("dedicated=platform:NoSchedule"));
}

#[test]
fn a_text_that_cannot_be_read_stays_in_the_editor_with_its_place() {
    let mut console = started();
    at(&mut console, "extraValues");
    console.press("<Enter>").paste("services:\n  gateway: [1\n").press("<C-s>");
    let frame = console.frame();
    assert!(frame.contains("not valid YAML") && frame.contains("gateway: [1"), "{frame}");
    assert!(frame.contains("cannot be taken as it stands"), "{frame}");
    console.press("<Esc>");
    assert_eq!(console.draft(), None);
}

#[test]
fn a_broken_certificate_is_located_and_kept() {
    let mut console = started();
    at(&mut console, "javaTrustStore.enabled");
    console.press(" ");
    at(&mut console, "javaTrustStore.authorities");
    console.press("<Enter>").paste("-----BEGIN CERTIFICATE-----\nMIIB\n**\n-----END CERTIFICATE-----\n");
    assert!(console.frame().contains("line 3 is not base64"), "{}", console.frame());
    console.press("<C-s>");
    assert!(console.frame().contains("1 certificate"), "{}", console.frame());
    assert!(console.frame().contains("line 3 is not base64"), "{}", console.frame());
    assert!(console.draft().unwrap().contains("authorities: |"));
}

#[test]
fn undo_and_redo_go_where_the_change_was() {
    let mut console = started();
    at(&mut console, "database.host");
    console.press("<Enter>pg-1<Enter>");
    at(&mut console, "name");
    console.press("<Enter>x<Enter>uu");
    assert!(console.line("Host").contains("to be answered"), "{}", console.frame());
    assert_eq!(console.draft(), Some(""), "an empty draft is removed");
    console.press("<C-r><C-r>");
    let draft = console.draft().unwrap();
    assert!(draft.contains("host: pg-1") && draft.contains("name: iomete-data-planex"), "{draft}");
}

#[test]
fn an_answer_is_taken_back_to_what_stands_below_it() {
    let mut console = started();
    at(&mut console, "database.port");
    console.press("<Enter><Back><Back><Back><Back>6432<Enter>");
    assert!(console.frame().contains("without it: 5432"), "{}", console.frame());
    console.press("<Del>");
    assert!(console.line("Port").contains("5432"));
}

#[test]
fn the_next_problem_is_one_key_away_and_the_last_leads_on() {
    let mut console = started();
    console.press("n");
    assert!(console.frame().contains("values: adminUser.email"), "{}", console.frame());
    console.press("n");
    assert!(console.frame().contains("values: storage.minioSettings.endpoint"), "{}", console.frame());
    console.press("N");
    assert!(console.frame().contains("values: adminUser.email"), "{}", console.frame());
}

#[test]
fn nine_services_scale_and_iom_sql_does_not() {
    let mut console = started();
    at(&mut console, "services.core.autoscaling.enabled");
    console.press(" <Right><Enter><Back>5<Enter><Right><Enter><Back>3<Enter>");
    let frame = console.frame();
    assert!(console.line("iom-sql").contains("fixed at 1"), "{frame}");
    assert!(frame.contains("cross") && console.notice().contains("problem"), "{frame}");
    console.press("<Enter><Back>9<Enter>");
    assert!(!console.notice().contains("problem"), "{}", console.frame());
    assert!(console.draft().unwrap().contains("minReplicas: 5"));
    console.press("<End>");
    assert!(console.frame().contains("needs the flag"), "{}", console.frame());
}

#[test]
fn what_is_no_certificate_is_said_with_its_line_and_kept_to_be_mended() {
    let mut console = started();
    at(&mut console, "javaTrustStore.enabled");
    console.press(" ");
    at(&mut console, "javaTrustStore.authorities");
    console.press("<Enter>").paste("-----BEGIN CERTIFICATE-----\nnot base64 at all\n-----END CERTIFICATE-----\n");
    console.press("<C-s>");
    assert!(console.frame().contains("line 2 is not base64"), "{}", console.frame());
    assert!(console.notice().contains("1 problem"), "{}", console.notice());
    console.press("<Enter>");
    assert!(console.frame().contains("not base64 at all"), "{}", console.frame());
}
