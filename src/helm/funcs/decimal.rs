//! `addf` and its relatives, which calculate in decimals: `addf 0.1 0.2` is `0.3`.

use num_bigint::BigInt;

use super::cast::to_float64;
use super::{Function, Outcome};
use crate::helm::value::{Type, Value};

pub const TABLE: &[Function] = &[
    Function::pure("add1f", &[Type::Any], |a| fold(to_float64(&a[0]), &[Value::Int(1)], add)),
    Function::pure("addf", &[], |a| fold(0.0, a, add)).rest(Type::Any),
    Function::pure("subf", &[Type::Any], |a| fold(to_float64(&a[0]), &a[1..], |x, y| add(x, &y.negative())))
        .rest(Type::Any),
    Function::pure("mulf", &[Type::Any], |a| fold(to_float64(&a[0]), &a[1..], multiply)).rest(Type::Any),
    Function::pure("divf", &[Type::Any], |a| fold(to_float64(&a[0]), &a[1..], divide)).rest(Type::Any),
];

/// Decimal places of a quotient.
const PLACES: i32 = 16;

/// `digits · 10^exponent`.
struct Decimal {
    digits: BigInt,
    exponent: i32,
}

impl Decimal {
    /// The shortest decimal that reads back as `x`.
    fn new(x: f64) -> Result<Decimal, String> {
        if !x.is_finite() {
            let shown = crate::helm::gofmt::format_float(x, 'g', None);
            return Err(format!("Cannot create a Decimal from {shown}"));
        }
        let text = format!("{x:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let places = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len() as i32);
        let digits: BigInt = mantissa.replace('.', "").parse().unwrap_or_default();
        Ok(Decimal { digits, exponent: exponent.parse::<i32>().unwrap_or(0) - places })
    }

    fn scaled(&self, exponent: i32) -> BigInt {
        &self.digits * BigInt::from(10).pow((self.exponent - exponent).max(0) as u32)
    }

    fn negative(&self) -> Decimal {
        Decimal { digits: -&self.digits, exponent: self.exponent }
    }

    fn to_f64(&self) -> f64 {
        format!("{}e{}", self.digits, self.exponent).parse().unwrap_or(0.0)
    }
}

fn fold(start: f64, operands: &[Value], with: impl Fn(&Decimal, &Decimal) -> Result<Decimal, String>) -> Outcome {
    let mut sum = Decimal::new(start)?;
    for operand in operands {
        sum = with(&sum, &Decimal::new(to_float64(operand))?)?;
    }
    Ok(Value::Float(sum.to_f64()))
}

fn add(a: &Decimal, b: &Decimal) -> Result<Decimal, String> {
    let exponent = a.exponent.min(b.exponent);
    Ok(Decimal { digits: a.scaled(exponent) + b.scaled(exponent), exponent })
}

fn multiply(a: &Decimal, b: &Decimal) -> Result<Decimal, String> {
    Ok(Decimal { digits: &a.digits * &b.digits, exponent: a.exponent.saturating_add(b.exponent) })
}

/// Rounded half away from zero.
fn divide(a: &Decimal, b: &Decimal) -> Result<Decimal, String> {
    let zero = BigInt::from(0);
    if b.digits == zero {
        return Err("decimal division by 0".into());
    }
    let shift = PLACES + a.exponent - b.exponent;
    let ten = BigInt::from(10);
    let (numerator, denominator) = if shift >= 0 {
        (&a.digits * ten.pow(shift as u32), b.digits.clone())
    } else {
        (a.digits.clone(), &b.digits * ten.pow(-shift as u32))
    };
    let (quotient, rest) = (&numerator / &denominator, &numerator % &denominator);
    let away = rest.magnitude() * 2u32 >= *denominator.magnitude();
    let negative = (numerator < zero) != (denominator < zero);
    let digits = match (away, negative) {
        (false, _) => quotient,
        (true, false) => quotient + 1,
        (true, true) => quotient - 1,
    };
    Ok(Decimal { digits, exponent: -PLACES })
}
