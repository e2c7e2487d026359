//! Types and kinds of values, by their Go names.

use super::args::text;
use super::{Function, Outcome};
use crate::helm::value::{Type, Value};

const ANY: &[Type] = &[Type::Any];
const NAMED: &[Type] = &[Type::Str, Type::Any];

pub const TABLE: &[Function] = &[
    Function::pure("typeOf", ANY, |a| Ok(Value::str(&a[0].type_name()))),
    Function::pure("typeIs", NAMED, |a| is(a, &a[1].type_name())),
    Function::pure("typeIsLike", NAMED, |a| {
        let (wanted, found) = (text(a, 0), a[1].type_name());
        let pointed = found.strip_prefix('*').is_some_and(|pointed| pointed.as_bytes() == wanted);
        Ok(Value::Bool(pointed || found.as_bytes() == wanted))
    }),
    Function::pure("kindOf", ANY, |a| Ok(Value::str(a[0].kind().name()))),
    Function::pure("kindIs", NAMED, |a| is(a, a[1].kind().name())),
];

fn is(arguments: &[Value], found: &str) -> Outcome {
    Ok(Value::Bool(text(arguments, 0) == found.as_bytes()))
}
