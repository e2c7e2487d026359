use super::TABLE;
use crate::helm::funcs::Body;
use crate::helm::template::Env;
use crate::helm::value::Value;

fn call(name: &str, arguments: &[Value]) -> Value {
    let function = TABLE.iter().find(|function| function.name == name).unwrap();
    match function.body {
        Body::Pure(body) => body(arguments).unwrap(),
        Body::Env(body) => body(&Env::default(), arguments).unwrap(),
        _ => panic!("{name} needs templates"),
    }
}

fn text(value: &Value) -> String {
    String::from_utf8(value.as_bytes().unwrap().to_vec()).unwrap()
}

fn field(value: &Value, name: &str) -> String {
    let Value::Object(object) = value else { panic!("not a certificate") };
    text(&object.field(name).unwrap())
}

#[test]
fn a_certificate_is_signed_by_its_authority() {
    let ca_key = call("genPrivateKey", &[Value::str("ecdsa")]);
    assert!(text(&ca_key).starts_with("-----BEGIN EC PRIVATE KEY-----\n"));
    let ca = call("genCAWithKey", &[Value::str("root"), Value::Int(10), ca_key]);
    let names = Value::list(vec![Value::str("svc.ns")]);
    let addresses = Value::list(vec![Value::str("10.0.0.1")]);
    let leaf_key = call("genPrivateKey", &[Value::str("ed25519")]);
    let leaf = call(
        "genSignedCertWithKey",
        &[Value::str("svc"), addresses, names, Value::Int(5), ca.clone(), leaf_key.clone()],
    );
    assert_eq!(field(&leaf, "Key"), text(&leaf_key));
    let block = |pem: &str| x509_parser::pem::Pem::iter_from_buffer(pem.as_bytes()).next().unwrap().unwrap();
    let (root, leaf) = (block(&field(&ca, "Cert")), block(&field(&leaf, "Cert")));
    let (root, leaf) = (root.parse_x509().unwrap(), leaf.parse_x509().unwrap());
    assert!(root.is_ca() && !leaf.is_ca());
    assert_eq!(leaf.issuer().to_string(), "CN=root");
    assert_eq!(leaf.subject().to_string(), "CN=svc");
    let names = leaf.subject_alternative_name().unwrap().unwrap();
    assert_eq!(names.value.general_names.len(), 2);
}

#[test]
fn encryption_can_be_undone() {
    let secret = call("encryptAES", &[Value::str("password"), Value::str("plain text")]);
    let plain = call("decryptAES", &[Value::str("password"), secret]);
    assert_eq!(text(&plain), "plain text");
}

#[test]
fn derived_passwords_are_the_same_everywhere() {
    let of = |kind: &str| {
        text(&call(
            "derivePassword",
            &[Value::Int(1), Value::str(kind), Value::str("password"), Value::str("user"), Value::str("example.com")],
        ))
    };
    assert_eq!(of("long"), "ZedaFaxcZaso9*");
    assert_eq!(of("nope"), "cannot find password template nope");
}
