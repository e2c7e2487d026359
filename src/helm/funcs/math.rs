//! Whole-number arithmetic, rounding, and ranges of numbers.

use super::args::{int, is_nil};
use super::cast::{to_float64, to_int64};
use super::{Function, Outcome};
use crate::helm::value::{Elem, List, Type, Value};

const TWO: &[Type] = &[Type::Any, Type::Any];

pub const TABLE: &[Function] = &[
    Function::pure("add", &[], |a| fold(a, 0, i64::wrapping_add)).rest(Type::Any),
    Function::pure("add1", &[Type::Any], |a| Ok(Value::Int64(to_int64(&a[0]).wrapping_add(1)))),
    Function::pure("sub", TWO, |a| Ok(Value::Int64(to_int64(&a[0]).wrapping_sub(to_int64(&a[1]))))),
    Function::pure("mul", &[Type::Any], |a| fold(a, 1, i64::wrapping_mul)).rest(Type::Any),
    Function::pure("div", TWO, |a| divide(a, i64::wrapping_div)),
    Function::pure("mod", TWO, |a| divide(a, i64::wrapping_rem)),
    Function::pure("max", &[Type::Any], |a| fold(a, i64::MIN, Ord::max)).rest(Type::Any),
    Function::pure("biggest", &[Type::Any], |a| fold(a, i64::MIN, Ord::max)).rest(Type::Any),
    Function::pure("min", &[Type::Any], |a| fold(a, i64::MAX, Ord::min)).rest(Type::Any),
    Function::pure("maxf", &[Type::Any], |a| Ok(fold_float(a, go_max))).rest(Type::Any),
    Function::pure("minf", &[Type::Any], |a| Ok(fold_float(a, go_min))).rest(Type::Any),
    Function::pure("floor", &[Type::Any], |a| Ok(Value::Float(to_float64(&a[0]).floor()))),
    Function::pure("ceil", &[Type::Any], |a| Ok(Value::Float(to_float64(&a[0]).ceil()))),
    Function::pure("round", &[Type::Any, Type::Int], round).rest(Type::Float),
    Function::pure("until", &[Type::Int], |a| until(int(a, 0)).map(ints)),
    Function::pure("untilStep", &[Type::Int, Type::Int, Type::Int], |a| {
        steps(int(a, 0), int(a, 1), int(a, 2)).map(ints)
    }),
    Function::pure("seq", &[], seq).rest(Type::Int),
];

/// The longest list that `until` and its relatives make.
const LONGEST: usize = 2_000_000;

fn fold(arguments: &[Value], start: i64, with: fn(i64, i64) -> i64) -> Outcome {
    Ok(Value::Int64(arguments.iter().fold(start, |sum, value| with(sum, to_int64(value)))))
}

fn divide(arguments: &[Value], with: fn(i64, i64) -> i64) -> Outcome {
    match to_int64(&arguments[1]) {
        0 => Err("runtime error: integer divide by zero".into()),
        divisor => Ok(Value::Int64(with(to_int64(&arguments[0]), divisor))),
    }
}

fn fold_float(arguments: &[Value], with: fn(f64, f64) -> f64) -> Value {
    let numbers = arguments.iter().map(to_float64);
    Value::Float(numbers.reduce(with).unwrap_or(0.0))
}

/// `math.Max`: NaN wins, and 0 is greater than -0.
fn go_max(a: f64, b: f64) -> f64 {
    if a.is_infinite() && a > 0.0 || b.is_infinite() && b > 0.0 {
        f64::INFINITY
    } else if a.is_nan() || b.is_nan() {
        f64::NAN
    } else if a == 0.0 && a == b {
        if a.is_sign_negative() { b } else { a }
    } else if a > b {
        a
    } else {
        b
    }
}

fn go_min(a: f64, b: f64) -> f64 {
    -go_max(-a, -b)
}

fn round(arguments: &[Value]) -> Outcome {
    let value = to_float64(&arguments[0]);
    let on = arguments.get(2).map_or(0.5, to_float64);
    let power = power_of_ten(int(arguments, 1));
    let digit = power * value;
    let rounded = if digit.fract() >= on { digit.ceil() } else { digit.floor() };
    Ok(Value::Float(rounded / power))
}

/// `math.Pow(10, places)`, exact where a float can be.
fn power_of_ten(places: i64) -> f64 {
    format!("1e{places}").parse().unwrap_or(1.0)
}

fn ints(numbers: Vec<i64>) -> Value {
    Value::List(List::new(numbers.into_iter().map(Value::Int).collect(), Elem::Int))
}

fn until(count: i64) -> Result<Vec<i64>, String> {
    steps(0, count, if count < 0 { -1 } else { 1 })
}

fn steps(start: i64, stop: i64, step: i64) -> Result<Vec<i64>, String> {
    if (stop < start && step >= 0) || (stop >= start && step <= 0) {
        return Ok(Vec::new());
    }
    let distance = (i128::from(stop) - i128::from(start)).unsigned_abs();
    let count = distance.div_ceil(i128::from(step).unsigned_abs());
    match usize::try_from(count) {
        Ok(count) if count <= LONGEST => Ok((0..count as i64).map(|i| start + i * step).collect()),
        _ => Err(format!("a list of {count} numbers is longer than {LONGEST}")),
    }
}

fn seq(arguments: &[Value]) -> Outcome {
    let number = |at| int(arguments, at);
    let (start, step, end) = match arguments.len() {
        1 => (1, None, number(0)),
        2 => (number(0), None, number(1)),
        3 => (number(0), Some(number(1)), number(2)),
        _ => return Ok(Value::str("")),
    };
    if arguments.iter().any(is_nil) || (end < start && step.is_some_and(|step| step > 0)) {
        return Ok(Value::str(""));
    }
    let direction = if end < start { -1 } else { 1 };
    let numbers = steps(start, end.saturating_add(direction), step.unwrap_or(direction))?;
    let words: Vec<String> = numbers.iter().map(i64::to_string).collect();
    Ok(Value::str(&words.join(" ")))
}
